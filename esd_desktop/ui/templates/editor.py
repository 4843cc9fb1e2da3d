"""The three parts of a mail's text as they are typed, and the variables to put into them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFontDatabase, QShowEvent
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.services.mail.kinds import Variable
from esd_desktop.services.mail.render import LONGEST_SUBJECT, MailText
from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, theme
from esd_desktop.ui.widgets.flow_toolbar import FlowToolbar


class TemplateEditor(QWidget):
    """``changed`` comes with every letter that is typed, not with what is shown by ``show_text``.

    A variable goes where the text cursor was last, in the subject or in one of the texts.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subject = QLineEdit()
        self.subject.setAccessibleName("Subject")
        self.subject.setMaxLength(LONGEST_SUBJECT)
        self.text, self.html = _source("Plain text"), _source("HTML text")
        self._last: QLineEdit | QPlainTextEdit = self.text
        self._tabs = QTabWidget()
        self._tabs.addTab(self.text, "Plain text")
        self._tabs.addTab(self.html, "HTML")
        self._variables = FlowToolbar("Variables", fill=False)
        self._lay_out()
        theme().changed.connect(self._fit)

    def show_text(self, text: MailText) -> None:
        """Show this one in place of what is there."""
        for field in (self.subject, self.text, self.html):
            field.blockSignals(True)
        self.subject.setText(text.subject)
        self.subject.setCursorPosition(0)
        self.text.setPlainText(text.text)
        self.html.setPlainText(text.html)
        for field in (self.subject, self.text, self.html):
            field.blockSignals(False)

    def typed(self) -> MailText:
        """What is there now."""
        return MailText(self.subject.text(), self.text.toPlainText(), self.html.toPlainText())

    def show_variables(self, variables: Sequence[Variable]) -> None:
        """Offer these to be inserted."""
        self._variables.set_items([self._button(variable) for variable in variables])

    def showEvent(self, event: QShowEvent) -> None:
        """Only now has the style sheet given the fields a font, in place of the one for sources."""
        super().showEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note which field had the keyboard last: a click on a variable takes it away."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QLineEdit | QPlainTextEdit):
            self._last = watched
        return super().eventFilter(watched, event)

    def _button(self, variable: Variable) -> QPushButton:
        button = QPushButton(variable.name)
        make_kind(button, Kind.LINK)
        button.setAutoDefault(False)
        button.setToolTip(f"{variable.description}. Click to insert {{{{ {variable.name} }}}}.")
        button.setAccessibleName(f"Insert {variable.name}")
        button.setAccessibleDescription(variable.description)
        button.clicked.connect(partial(self._insert, variable.name))
        return button

    def _insert(self, name: str) -> None:
        words = f"{{{{ {name} }}}}"
        if isinstance(self._last, QLineEdit):
            self._last.insert(words)
        else:
            self._tabs.setCurrentWidget(self._last)
            self._last.insertPlainText(words)
        self._last.setFocus()

    def _lay_out(self) -> None:
        label, insert = QLabel("Subject"), QLabel("Insert a variable")
        label.setBuddy(self.subject)
        write_as(label, Text.SMALL)
        write_as(insert, Text.SMALL)
        self.subject.textChanged.connect(self.changed)
        for field in (self.text, self.html):
            field.textChanged.connect(self.changed)
        for one in (self.subject, self.text, self.html):
            one.installEventFilter(self)
        self._tabs.currentChanged.connect(self._turned)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_4)
        column.addWidget(label)
        column.addWidget(self.subject)
        column.addSpacing(SPACE_8)
        column.addWidget(self._tabs, 1)
        column.addSpacing(SPACE_8)
        column.addWidget(insert)
        column.addWidget(self._variables)
        self._fit()

    def _turned(self, _: int) -> None:
        shown = self._tabs.currentWidget()
        self._last = self.html if shown is self.html else self.text

    def _fit(self) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(theme().px())
        for field in (self.text, self.html):
            field.setFont(font)


def _source(name: str) -> QPlainTextEdit:
    field = QPlainTextEdit()
    field.setAccessibleName(name)
    field.setTabChangesFocus(True)
    return field
