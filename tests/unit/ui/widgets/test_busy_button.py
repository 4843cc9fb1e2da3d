"""A button that is busy, or refuses."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from esd_desktop.ui.look.theme import Theme
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.progress_line import ProgressLine


@pytest.fixture
def button(look: Theme, qtbot: QtBot) -> BusyButton:
    made = BusyButton("&Update License Status")
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    return made


def test_while_busy_it_takes_no_press_and_keeps_width_and_focus(button: BusyButton) -> None:
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    button.setFocus()
    width = button.sizeHint().width()
    button.set_busy(True)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.keyClick(button, Qt.Key.Key_Space)
    QTest.keyClick(button, Qt.Key.Key_U, Qt.KeyboardModifier.AltModifier)
    assert pressed == []
    assert button.sizeHint().width() == width
    assert button.hasFocus()
    assert button.accessibleDescription() == "Working…"
    button.set_busy(False)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert pressed == [True, True]


def test_busy_is_seen(button: BusyButton) -> None:
    line = button.findChild(ProgressLine)
    assert line is not None
    assert not line.isVisible()
    button.set_busy(True)
    assert line.isVisible()


def test_a_refusal_greys_it_and_says_why(button: BusyButton) -> None:
    button.set_tip("Asks Microsoft")
    button.set_refusal("The licence is redeemed")
    assert not button.isEnabled()
    assert button.toolTip() == "The licence is redeemed"
    assert button.accessibleDescription() == "The licence is redeemed"
    button.set_refusal(None)
    assert button.isEnabled()
    assert button.toolTip() == "Asks Microsoft"


def test_the_reason_shows_although_it_is_greyed(button: BusyButton, qtbot: QtBot) -> None:
    button.set_refusal("The licence is redeemed")
    middle = button.rect().center()
    asked = QHelpEvent(QHelpEvent.Type.ToolTip, middle, button.mapToGlobal(middle))
    QApplication.sendEvent(button, asked)
    qtbot.waitUntil(lambda: QToolTip.text() == "The licence is redeemed")
    QToolTip.showText(QPoint(), "")
