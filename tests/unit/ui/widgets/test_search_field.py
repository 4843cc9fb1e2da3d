"""Searching while one types."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from esd_desktop.ui.look.theme import Theme
from esd_desktop.ui.widgets.search_field import SearchField


@pytest.fixture
def window(look: Theme, qtbot: QtBot) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.addWidget(SearchField("Search product…", "Search assets"))
    column.addWidget(QPushButton("Next"))
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    return made


@pytest.fixture
def field(window: QWidget) -> SearchField:
    found = window.findChild(SearchField)
    assert found is not None
    found.setFocus()
    return found


def test_typing_is_told_once_after_a_pause(field: SearchField, qtbot: QtBot) -> None:
    told: list[str] = []
    field.searched.connect(told.append)
    with qtbot.waitSignal(field.searched):
        QTest.keyClicks(field, "blue")
    assert told == ["blue"]


def test_enter_does_not_wait(field: SearchField) -> None:
    told: list[str] = []
    field.searched.connect(told.append)
    QTest.keyClicks(field, "blue")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert told == ["blue"]
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert told == ["blue"]


def test_escape_clears_and_then_leaves(field: SearchField, qtbot: QtBot) -> None:
    told: list[str] = []
    field.searched.connect(told.append)
    QTest.keyClicks(field, "blue")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert told == ["blue", ""]
    assert field.hasFocus()
    with qtbot.waitSignal(field.left):
        QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.hasFocus()


def test_escape_is_the_fields_while_there_is_text(window: QWidget, field: SearchField) -> None:
    pressed: list[bool] = []
    shortcut = QShortcut(QKeySequence(Qt.Key.Key_Escape), window)
    shortcut.activated.connect(lambda: pressed.append(True))
    field.setText("blue")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert pressed == []


def test_the_cross_is_there_while_there_is_text(field: SearchField) -> None:
    cross = field.actions()[-1]
    assert not cross.isVisible()
    field.setText("blue")
    assert cross.isVisible()
    cross.trigger()
    assert field.text() == ""


def test_it_has_a_name(field: SearchField) -> None:
    assert field.accessibleName() == "Search assets"
    assert field.placeholderText() == "Search product…"
