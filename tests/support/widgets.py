"""Using widgets as a person does: pressing what bears a text, reading what is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.notice import Notice
from tests.support.waiting import until

# The question to who saves a form second.
MEANWHILE = "Somebody else changed this meanwhile"


def button(within: QWidget, text: str) -> QAbstractButton:
    """The one button that bears this text and can be seen."""
    found = [
        one
        for one in within.findChildren(QAbstractButton)
        if one.text() == text and one.isVisibleTo(within)
    ]
    assert len(found) == 1, f"{len(found)} buttons {text!r}"
    return found[0]


def press(within: QWidget, text: str) -> None:
    """Click it. A button that takes no click would swallow it silently, and the test go on."""
    found = button(within, text)
    assert takes_clicks(found), f"{text!r} takes no click now"
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


async def press_in_time(within: QWidget, text: str) -> None:
    """Click it as soon as it takes a click: what it waits for may end a moment after its words."""
    await until(lambda: takes_clicks(button(within, text)))
    press(within, text)


def takes_clicks(one: QAbstractButton) -> bool:
    """Whether a click on it does something."""
    return one.isEnabled() and not (isinstance(one, BusyButton) and one.busy)


def line(within: QWidget, name: str) -> QLineEdit:
    """The line of text of this accessible name."""
    lines = within.findChildren(QLineEdit)
    return next(one for one in lines if one.accessibleName() == name)


def write(within: QWidget, name: str, text: str) -> None:
    """Type into a line, over what is there."""
    field = line(within, name)
    field.selectAll()
    QTest.keyClicks(field, text)


def words(within: QWidget) -> list[str]:
    """The texts of all labels that can be seen."""
    labels = within.findChildren(QLabel)
    return [one.text() for one in labels if one.text() and one.isVisibleTo(within)]


def notice(within: QWidget) -> str | None:
    """What the notice says that can be seen; None where there is none."""
    shown = [one for one in within.findChildren(Notice) if one.isVisibleTo(within)]
    return (
        f"{shown[0].accessibleName()} {shown[0].accessibleDescription()}".strip() if shown else None
    )


async def told(within: QWidget) -> str:
    """Wait for a notice; answers what it says."""
    await until(lambda: notice(within), 20)
    return notice(within) or ""


def window_titled(title: str) -> QWidget | None:
    """The visible window of this title."""
    windows = QApplication.topLevelWidgets()
    return next((one for one in windows if one.windowTitle() == title and one.isVisible()), None)


async def window(title: str) -> QWidget:
    """Wait for it."""
    await until(lambda: window_titled(title))
    found = window_titled(title)
    assert found is not None
    return found
