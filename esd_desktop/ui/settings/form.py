"""What the settings' forms are made of: labelled fields, files, and rows of buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from esd_desktop.policy import BY_ADMINISTRATOR
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_16, theme
from esd_desktop.ui.widgets.flow_toolbar import FlowToolbar
from esd_desktop.ui.widgets.wrapped import wrapped_label

_SHARE_OF_SCREEN = 0.9


def give_size(window: QWidget, width: int, height: int) -> None:
    """A size for the usual type: larger with larger type, but never larger than the screen."""
    wanted = QSize(width, height) * theme().scale
    window.resize(wanted.boundedTo(window.screen().availableSize() * _SHARE_OF_SCREEN))


def form_layout() -> QFormLayout:
    """Labels left, fields right and as wide as there is room, or below where there is none."""
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    form.setHorizontalSpacing(SPACE_16)
    form.setVerticalSpacing(SPACE_8)
    return form


def add_line(
    form: QFormLayout, label: str, *, placeholder: str = "", secret: bool = False
) -> QLineEdit:
    """One labelled line of text."""
    line = _line(label, placeholder)
    if secret:
        line.setEchoMode(QLineEdit.EchoMode.Password)
    form.addRow(label, line)
    return line


def add_file(
    form: QFormLayout, label: str, choose: Callable[[QLineEdit], None], *, placeholder: str = ""
) -> QLineEdit:
    """One labelled file: its path, and a button to choose it."""
    line = _line(label, placeholder)
    # A long path has no room in the field.
    line.textChanged.connect(line.setToolTip)
    button = QPushButton("Choose…")
    button.setAccessibleName(f"Choose the {label.lower()}")
    button.setAutoDefault(False)
    button.clicked.connect(lambda: choose(line))
    row = QHBoxLayout()
    row.setSpacing(SPACE_8)
    row.addWidget(line, 1)
    row.addWidget(button)
    words = QLabel(label)
    words.setBuddy(line)
    form.addRow(words, row)
    return line


def locked_by_policy(fields: Mapping[str, QWidget], by_policy: Mapping[str, str]) -> list[QWidget]:
    """Grey the fields that the administrator has set, and say so at each; answers them."""
    locked = [field for name, field in fields.items() if name in by_policy]
    for field in locked:
        field.setEnabled(False)
        field.setToolTip(BY_ADMINISTRATOR)
        field.setAccessibleDescription(BY_ADMINISTRATOR)
        if isinstance(field, QLineEdit):
            field.setPlaceholderText(BY_ADMINISTRATOR)
    return locked


def policy_notice() -> QLabel:
    """What the greyed fields are, for who does not point at them."""
    label = wrapped_label()
    write_as(label, Text.MUTED)
    label.setText(f"{BY_ADMINISTRATOR}: what is greyed here.")
    return label


def button_row(name: str, *buttons: QAbstractButton) -> FlowToolbar:
    """Buttons side by side from the left, in more rows where there is no room."""
    row = FlowToolbar(name, fill=False)
    for button in buttons:
        row.add(button)
    return row


def _line(label: str, placeholder: str) -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText(placeholder)
    line.setAccessibleName(label)
    return line
