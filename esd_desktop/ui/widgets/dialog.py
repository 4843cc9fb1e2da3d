"""The frame of every dialog: a title, a body, and buttons that say what they do."""

from __future__ import annotations

from typing import NoReturn

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_16, SPACE_20, theme
from esd_desktop.ui.widgets.wrapped import wrapped_label

_LEAST_EMS = 32


class Dialog(QDialog):
    """Shown with ``open()``; ``answered`` carries the answer of the button, once.

    Esc and the window's cross give the answer of the button added with ``escape``.
    """

    answered = Signal(object)

    def __init__(self, title: str, sentence: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._escape_answer: object = None
        self._answered = False
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE_16)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACE_8)
        self._buttons.addStretch(1)
        self._lay_out(title, sentence)

    def add_button(
        self,
        text: str,
        answer: object,
        *,
        kind: Kind = Kind.PLAIN,
        default: bool = False,
        escape: bool = False,
    ) -> QPushButton:
        """Append a button at the right; Enter presses the default one."""
        button = QPushButton(text)
        make_kind(button, kind)
        button.setAutoDefault(default)
        button.setDefault(default)
        button.clicked.connect(lambda: self.answer(answer))
        if escape:
            self._escape_answer = answer
        self._buttons.addWidget(button)
        if default:
            button.setFocus()
        return button

    def buttons(self) -> list[QPushButton]:
        """The buttons, in order."""
        items = (self._buttons.itemAt(place) for place in range(self._buttons.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, QPushButton)]

    def answer(self, answer: object) -> None:
        """Give the answer and close."""
        if self._answered:
            return
        self._answered = True
        self.answered.emit(answer)
        self.done(QDialog.DialogCode.Accepted)

    def reject(self) -> None:
        self.answer(self._escape_answer)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.answer(self._escape_answer)
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        column = self.layout()
        if column is not None and column.hasHeightForWidth():
            self.resize(self.width(), column.totalHeightForWidth(self.width()))

    def exec(self) -> NoReturn:
        """Never: a loop inside the loop would stop every task. Use ``open()``."""
        raise RuntimeError("A dialog is opened with open() and awaited, never with exec()")

    def _lay_out(self, title: str, sentence: str) -> None:
        heading = QLabel(title)
        heading.setWordWrap(True)
        write_as(heading, Text.HEADING)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_20, SPACE_20, SPACE_20, SPACE_20)
        column.setSpacing(SPACE_8)
        column.addWidget(heading)
        if sentence:
            words = wrapped_label()
            words.setText(sentence)
            column.addWidget(words)
        column.addSpacing(SPACE_8)
        column.addLayout(self.body)
        column.addStretch(1)
        column.addSpacing(SPACE_8)
        column.addLayout(self._buttons)
        self.setMinimumWidth(_LEAST_EMS * theme().px())
