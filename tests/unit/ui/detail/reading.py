"""Reading the pane as a person and as a screen reader do."""

from __future__ import annotations

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLabel, QTextEdit, QWidget

from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.notice import Notice
from esd_desktop.ui.widgets.status_badge import StatusBadge

_READ_OUT = (
    QAccessible.Text.Name,
    QAccessible.Text.Description,
    QAccessible.Text.Value,
    QAccessible.Text.Help,
)


def value_of(pane: QWidget, label: str) -> str:
    """The value beside a label."""
    values = [one for one in pane.findChildren(QTextEdit) if one.accessibleName() == label]
    (only,) = [one for one in values if one.isVisibleTo(pane)]
    return only.toPlainText()


def button(pane: QWidget, name: str) -> QAbstractButton:
    """The button that says so, or is called so."""
    found = [
        one
        for one in pane.findChildren(QAbstractButton)
        if name in (one.text(), one.accessibleName()) and one.isVisibleTo(pane)
    ]
    assert found, f"there is no button {name!r}"
    return found[0]


def has_button(pane: QWidget, name: str) -> bool:
    """Whether such a button is shown."""
    buttons = pane.findChildren(QAbstractButton)
    return any(
        name in (one.text(), one.accessibleName()) and one.isVisibleTo(pane) for one in buttons
    )


def shortcuts(pane: QWidget) -> list[BusyButton]:
    """The buttons of the Shortcuts, in order."""
    (bar,) = [one for one in pane.findChildren(QWidget) if one.accessibleName() == "Shortcuts"]
    return bar.findChildren(BusyButton)


def notices(pane: QWidget) -> list[str]:
    """What the notices say."""
    banners = pane.findChildren(Notice)
    return [one.accessibleName() for one in banners if one.isVisibleTo(pane)]


def badges(pane: QWidget) -> list[str]:
    """The statuses at the top."""
    return [one.text() for one in pane.findChildren(StatusBadge) if one.isVisibleTo(pane)]


def words(pane: QWidget) -> list[str]:
    """The words of all labels."""
    return [one.text() for one in pane.findChildren(QLabel) if one.isVisibleTo(pane)]


def everything_readable(pane: QWidget) -> str:
    """All that can be seen, hovered over, or read out."""
    texts: list[str] = []
    for widget in (pane, *pane.findChildren(QWidget)):
        texts += [widget.toolTip(), widget.statusTip(), widget.whatsThis(), widget.objectName()]
        texts += [widget.accessibleName(), widget.accessibleDescription()]
        reader = QAccessible.queryAccessibleInterface(widget)
        if reader is not None:
            texts += [reader.text(kind) for kind in _READ_OUT]
        for name in ("text", "toPlainText", "placeholderText"):
            if hasattr(widget, name):
                texts.append(str(getattr(widget, name)()))
    return "\n".join(texts)
