"""All / Active / Cancelled."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QRadioButton
from pytestqt.qtbot import QtBot

from esd_desktop.ui.look.theme import Theme
from esd_desktop.ui.widgets.segments import Segments


@pytest.fixture
def segments(look: Theme, qtbot: QtBot) -> Segments:
    made = Segments([(None, "All"), ("a", "Active"), ("c", "Cancelled")], "Asset status filter")
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_click_chooses_once(segments: Segments) -> None:
    told: list[object] = []
    segments.chosen.connect(told.append)
    for _ in range(2):
        QTest.mouseClick(_buttons(segments)[1], Qt.MouseButton.LeftButton)
    assert told == ["a"]
    assert segments.current == "a"


def test_choosing_by_program_tells_nobody(segments: Segments) -> None:
    told: list[object] = []
    segments.chosen.connect(told.append)
    segments.choose("c")
    assert segments.current == "c"
    assert told == []
    with pytest.raises(KeyError):
        segments.choose("unknown")


def test_arrow_keys_go_round(segments: Segments) -> None:
    told: list[object] = []
    segments.chosen.connect(told.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(_checked(segments), key)
    assert told == ["a", "c", None, "c"]


def test_counts_stand_beside_the_words(segments: Segments) -> None:
    segments.set_counts({None: 12_480, "a": 340})
    texts = [button.text() for button in _buttons(segments)]
    assert texts == [f"All {QLocale().toString(12_480)}", "Active 340", "Cancelled"]


def test_it_is_a_named_group_of_radio_buttons(segments: Segments) -> None:
    group = QAccessible.queryAccessibleInterface(segments)
    assert group.role() == QAccessible.Role.Grouping
    assert group.text(QAccessible.Text.Name) == "Asset status filter"
    roles = [group.child(place).role() for place in range(group.childCount())]
    assert roles == [QAccessible.Role.RadioButton] * 3
    assert group.child(0).state().checked


def test_words_have_room_when_bold_and_large(segments: Segments, look: Theme) -> None:
    segments.set_counts({None: 12_480, "a": 340, "c": 7})
    before = segments.sizeHint().width()
    look.set_text_scale(1.5)
    assert segments.sizeHint().width() > before * 1.25
    assert segments.minimumSizeHint() == segments.sizeHint()


def _buttons(segments: Segments) -> list[QRadioButton]:
    return segments.findChildren(QRadioButton)


def _checked(segments: Segments) -> QRadioButton:
    return next(button for button in _buttons(segments) if button.isChecked())
