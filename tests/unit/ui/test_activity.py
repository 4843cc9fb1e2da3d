"""The activity list: what was told stays, newest first, and leads to what it is about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView, QMainWindow
from pytestqt.qtbot import QtBot

from esd_desktop.ui.activity import ActivityList
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.messages import KEPT, Message
from tests.support.widgets import words

SENT = Message(Tone.GOOD, "The mail was sent.", asset_id=7)
LOST = Message(Tone.BAD, "Microsoft did not answer.", "Try again.", correlation_id="c-1")


@pytest.fixture
def activity(desk: Desk, qtbot: QtBot) -> Iterator[ActivityList]:
    window = QMainWindow()
    window.resize(700, 400)
    made = ActivityList(desk, window)
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, made)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    yield made
    window.close()
    window.deleteLater()


def _list(activity: ActivityList) -> QListView:
    found = activity.findChild(QListView)
    assert isinstance(found, QListView)
    return found


def _texts(activity: ActivityList, role: int = Qt.ItemDataRole.DisplayRole) -> list[str]:
    model = _list(activity).model()
    return [str(model.index(row, 0).data(role)) for row in range(model.rowCount())]


def test_it_says_when_nothing_has_happened_yet(desk: Desk, activity: ActivityList) -> None:
    assert "Nothing has happened yet" in words(activity)
    desk.messages.post(SENT)
    assert "Nothing has happened yet" not in words(activity)


def test_the_newest_stands_first_with_time_words_and_correlation_id(
    desk: Desk, activity: ActivityList
) -> None:
    desk.messages.post(SENT)
    desk.messages.post(LOST)
    newest, before = _texts(activity)
    assert newest.endswith("Microsoft did not answer. Try again. (Correlation id c-1)")
    assert before.endswith("The mail was sent.")
    spoken = _texts(activity, Qt.ItemDataRole.AccessibleTextRole)
    assert "Failed: Microsoft did not answer." in spoken[0]
    assert "Done: The mail was sent." in spoken[1]


def test_what_was_told_before_it_was_made_is_in_it(desk: Desk) -> None:
    desk.messages.post(SENT)
    window = QMainWindow()
    assert len(_texts(ActivityList(desk, window))) == 1
    window.deleteLater()


def test_it_keeps_a_number_of_them(desk: Desk, activity: ActivityList) -> None:
    for number in range(KEPT + 3):
        desk.messages.post(Message(Tone.GOOD, f"Mail {number} sent"))
    texts = _texts(activity)
    assert len(texts) == KEPT
    assert texts[-1].endswith("Mail 3 sent")


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_goes_to_the_asset_that_a_line_is_about(
    desk: Desk, activity: ActivityList, key: Qt.Key
) -> None:
    wanted: list[int] = []
    desk.navigator.asset_wanted.connect(wanted.append)
    desk.messages.post(SENT)
    desk.messages.post(LOST)
    activity.take_focus()
    QTest.keyClick(_list(activity), key)
    assert wanted == []
    QTest.keyClick(_list(activity), Qt.Key.Key_Down)
    QTest.keyClick(_list(activity), key)
    assert wanted == [7]


def test_a_double_click_goes_there_too_and_one_click_does_not(
    desk: Desk, activity: ActivityList
) -> None:
    wanted: list[int] = []
    desk.navigator.asset_wanted.connect(wanted.append)
    desk.messages.post(SENT)
    view = _list(activity)
    where = view.visualRect(view.model().index(0, 0)).topLeft() + QPoint(20, 8)
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(view.viewport(), left, Qt.KeyboardModifier.NoModifier, where)
    assert wanted == []
    QTest.mouseDClick(view.viewport(), left, Qt.KeyboardModifier.NoModifier, where)
    assert wanted == [7]


def test_a_line_is_copied_with_its_correlation_id(desk: Desk, activity: ActivityList) -> None:
    desk.messages.post(LOST)
    activity.take_focus()
    QTest.keyClick(_list(activity), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied == "Microsoft did not answer. Try again. (Correlation id c-1)"


def test_its_menu_offers_the_asset_only_where_there_is_one(
    desk: Desk, activity: ActivityList
) -> None:
    desk.messages.post(SENT)
    desk.messages.post(LOST)
    activity.take_focus()
    enabled = {action.text(): action.isEnabled() for action in _list(activity).actions()}
    assert enabled == {"Copy": True, "Go to Asset": False}


def test_its_menu_offers_where_a_line_leads_to_as_long_as_it_is_the_chosen_one(
    desk: Desk, activity: ActivityList
) -> None:
    gone: list[str] = []
    links = (("New products", lambda: gone.append("new")),)
    desk.messages.post(Message(Tone.GOOD, "The catalogue was read.", links=links))
    desk.messages.post(SENT)
    activity.take_focus()
    assert "New products" not in [action.text() for action in _list(activity).actions()]
    QTest.keyClick(_list(activity), Qt.Key.Key_Down)
    _list(activity).actions()[-1].trigger()
    assert gone == ["new"]
    QTest.keyClick(_list(activity), Qt.Key.Key_Up)
    assert "New products" not in [action.text() for action in _list(activity).actions()]
