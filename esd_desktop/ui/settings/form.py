"""What the pages of the settings are made of: a heading, a sentence, and labelled fields."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.ui.look.theme import SPACE_8, SPACE_12, SPACE_16


def words(text: str, parent: QWidget) -> QLabel:
    """A sentence that wraps and can be selected."""
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def page_layout(page: QWidget, explanation: str) -> QVBoxLayout:
    """The layout of a page, begun with what it is for."""
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(SPACE_16)
    layout.addWidget(words(explanation, page))
    return layout


def form_layout() -> QFormLayout:
    """Labels left, fields right, as wide as there is room."""
    form = QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    form.setHorizontalSpacing(SPACE_16)
    form.setVerticalSpacing(SPACE_8)
    return form


def add_line(
    form: QFormLayout, label: str, parent: QWidget, *, placeholder: str = "", secret: bool = False
) -> QLineEdit:
    """One labelled line of text."""
    line = QLineEdit(parent)
    line.setPlaceholderText(placeholder)
    line.setAccessibleName(label)
    if secret:
        line.setEchoMode(QLineEdit.EchoMode.Password)
    form.addRow(label, line)
    return line


def add_file(
    form: QFormLayout, label: str, parent: QWidget, choose: Callable[[QLineEdit], None]
) -> QLineEdit:
    """One labelled file: its path, and a button to choose it."""
    line = QLineEdit(parent)
    line.setAccessibleName(label)
    button = QPushButton("Choose…", parent)
    button.setAccessibleName(f"Choose the {label.lower()}")
    button.clicked.connect(lambda: choose(line))
    row = QHBoxLayout()
    row.setSpacing(SPACE_8)
    row.addWidget(line, 1)
    row.addWidget(button)
    form.addRow(label, row)
    return line


def button_row(*buttons: QPushButton) -> QHBoxLayout:
    """Buttons side by side, from the left."""
    row = QHBoxLayout()
    row.setSpacing(SPACE_12)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
