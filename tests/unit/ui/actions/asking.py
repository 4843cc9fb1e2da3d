"""Finding the question that is open, reading it and answering it, as a person would."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTextEdit

from esd_desktop.ui.widgets.dialog import Dialog
from tests.support.waiting import until


def open_question() -> Dialog | None:
    """The dialog that is open now."""
    windows = QApplication.topLevelWidgets()
    return next((one for one in windows if isinstance(one, Dialog) and one.isVisible()), None)


async def question() -> Dialog:
    """Wait for the dialog."""
    await until(open_question)
    dialog = open_question()
    assert dialog is not None
    return dialog


def button(dialog: Dialog, text: str) -> QPushButton:
    """The button with this text."""
    buttons = {one.text(): one for one in dialog.findChildren(QPushButton)}
    return buttons[text]


def facts(dialog: Dialog) -> dict[str, str]:
    """The facts that the question names."""
    values = dialog.findChildren(QTextEdit)
    return {value.accessibleName(): value.toPlainText() for value in values}


def comment(dialog: Dialog) -> QLineEdit:
    """The line for a comment."""
    return next(line for line in dialog.findChildren(QLineEdit) if line.isVisibleTo(dialog))
