"""How a mail looks to its reader: its subject, its HTML and its plain text."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QPlainTextEdit, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

from esd_desktop.services.mail.render import MailText
from esd_desktop.ui.look.theme import SPACE_8
from esd_desktop.ui.widgets.wrapped import wrapped_label

# A mail has its own colours, whatever the program's are: its reader sees it on white.
_PAPER, _INK = "#ffffff", "#1b2330"


class MailPreview(QWidget):
    """``show_mail`` says what. Nothing is loaded from anywhere, and no link can be followed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subject = wrapped_label(strong=True)
        self.html = _Browser()
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Plain text of the mail")
        self._tabs = QTabWidget()
        self._tabs.addTab(self.html, "HTML")
        self._tabs.addTab(self.text, "Plain text")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_8)
        column.addWidget(self.subject)
        column.addWidget(self._tabs, 1)

    def show_mail(self, mail: MailText) -> None:
        """Show this one; where a reader had scrolled to stays."""
        if mail.html != self.html.shown:
            bar = self.html.verticalScrollBar()
            place = bar.value()
            self.html.show_html(mail.html)
            bar.setValue(place)
        if mail.text != self.text.toPlainText():
            self.text.setPlainText(mail.text)
        self.subject.setText(mail.subject)
        self._tabs.setEnabled(True)

    def show_nothing(self, words: str) -> None:
        """Show no mail, and say why."""
        self.subject.setText(words)
        self.html.show_html("")
        self.text.clear()
        self._tabs.setEnabled(False)


class _Browser(QTextBrowser):
    def __init__(self) -> None:
        super().__init__()
        self.shown = ""
        self.setOpenLinks(False)
        self.setAccessibleName("The mail as its reader sees it")
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(_PAPER))
        palette.setColor(QPalette.ColorRole.Text, QColor(_INK))
        self.setPalette(palette)
        self.document().setDefaultStyleSheet(f"body {{ color: {_INK}; }}")

    def show_html(self, html: str) -> None:
        self.shown = html
        self.setHtml(html)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing: neither from the network nor from this computer's files."""
        return None
