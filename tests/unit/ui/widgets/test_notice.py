"""A banner in a pane."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from esd_desktop.ui.look.colours import DARK, LIGHT, Tone
from esd_desktop.ui.look.theme import Scheme, Theme
from esd_desktop.ui.widgets.notice import Notice


@pytest.fixture
def notice(look: Theme, qtbot: QtBot) -> Notice:
    made = Notice(Tone.WARNING, "Can be returned for 27 more days", "Cancelling credits € 219.00.")
    qtbot.addWidget(made)
    made.resize(300, 90)
    made.show()
    return made


def test_it_says_what_is_the_case_to_eye_and_ear(notice: Notice) -> None:
    words = [label.text() for label in notice.findChildren(QLabel) if label.text()]
    assert words == ["Can be returned for 27 more days", "Cancelling credits € 219.00."]
    assert notice.accessibleName() == "Can be returned for 27 more days"
    assert notice.accessibleDescription() == "Cancelling credits € 219.00."


def test_its_words_can_be_reached_by_keyboard(notice: Notice) -> None:
    words = [label for label in notice.findChildren(QLabel) if label.text()]
    assert all(label.focusPolicy() & Qt.FocusPolicy.TabFocus for label in words)


def test_its_buttons_run(notice: Notice) -> None:
    done: list[str] = []
    notice.tell(
        Tone.BAD,
        "Provisioning failed",
        buttons=[("Retry", lambda: done.append("retry")), ("Show", lambda: done.append("show"))],
    )
    for button in notice.buttons():
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["retry", "show"]
    notice.tell(Tone.GOOD, "Provisioned")
    assert notice.buttons() == []


def test_it_wears_its_tone_in_both_schemes(notice: Notice, look: Theme) -> None:
    assert _ground(notice) == LIGHT.warning_tint
    look.set_scheme(Scheme.DARK)
    assert _ground(notice) == DARK.warning_tint
    notice.tell(Tone.BAD, "Provisioning failed")
    assert _ground(notice) == DARK.bad_tint


def _ground(notice: Notice) -> str:
    return notice.grab().toImage().pixelColor(4, notice.height() // 2).name()
