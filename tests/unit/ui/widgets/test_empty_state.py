"""What stands where nothing can be shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from esd_desktop.ui.look.theme import Theme
from esd_desktop.ui.widgets.empty_state import EmptyState


@pytest.fixture
def state(look: Theme, qtbot: QtBot) -> EmptyState:
    made = EmptyState("asset", "No licences yet", "Order licences, or import a file.")
    qtbot.addWidget(made)
    made.show()
    return made


def test_without_an_action_there_is_no_button(state: EmptyState) -> None:
    assert not state.button.isVisible()
    assert state.accessibleName() == "No licences yet"
    assert state.accessibleDescription() == "Order licences, or import a file."


def test_nothing_yet_offers_what_creates_it(state: EmptyState) -> None:
    _expect_button(
        state,
        "Order licences…",
        lambda run: state.tell("asset", "No licences yet", "", ("Order licences…", run)),
    )


def test_all_hidden_offers_to_clear(state: EmptyState) -> None:
    _expect_button(
        state,
        "Clear filter and search",
        lambda run: state.tell_all_hidden("No asset matches", run),
    )


def test_not_loaded_says_why_and_offers_to_try_again(state: EmptyState) -> None:
    _expect_button(
        state, "Try again", lambda run: state.tell_not_loaded("The store is locked.", run)
    )
    assert "The store is locked." in _words(state)


def test_nothing_is_cut_when_narrow_and_large(state: EmptyState, look: Theme, qtbot: QtBot) -> None:
    state.tell_all_hidden("No asset matches", list)
    look.set_text_scale(1.5)
    state.resize(260, 500)
    labels = state.findChildren(QLabel)
    qtbot.waitUntil(lambda: all(one.height() >= one.heightForWidth(one.width()) for one in labels))


def _expect_button(state: EmptyState, text: str, tell: object) -> None:
    runs: list[bool] = []
    assert callable(tell)
    tell(lambda: runs.append(True))
    assert state.button.isVisible()
    assert state.button.text() == text
    QTest.mouseClick(state.button, Qt.MouseButton.LeftButton)
    assert runs == [True]


def _words(state: EmptyState) -> list[str]:
    return [label.text() for label in state.findChildren(QLabel)]
