"""Results in the corner of the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.theme import Theme
from esd_desktop.ui.widgets import toasts as toasts_module
from esd_desktop.ui.widgets.toast import Toast
from esd_desktop.ui.widgets.toasts import Toasts


@pytest.fixture
def window(look: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QMainWindow:
    monkeypatch.setattr(Theme, "motion", False)
    made = QMainWindow()
    middle = QWidget()
    QVBoxLayout(middle).addWidget(QLineEdit())
    made.setCentralWidget(middle)
    made.statusBar().showMessage("Store: esd.db")
    made.resize(900, 600)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    return made


@pytest.fixture
def toasts(window: QMainWindow) -> Toasts:
    return Toasts(window)


def test_a_toast_says_what_happened_and_what_to_do(toasts: Toasts) -> None:
    toast = toasts.show(Tone.BAD, "Microsoft refused the return", "The record was updated.")
    words = {label.text() for label in toast.findChildren(QLabel)}
    assert {"Microsoft refused the return", "The record was updated."} <= words
    assert toast.accessibleName() == "Microsoft refused the return The record was updated."
    assert toast.isVisible()


def test_at_most_four_are_on_screen_the_oldest_goes(toasts: Toasts) -> None:
    for number in range(6):
        toasts.show(Tone.GOOD, f"Mail {number} sent")
    assert [toast.sentence for toast in toasts.shown] == [f"Mail {n} sent" for n in range(2, 6)]


def test_they_stand_in_the_corner_above_the_status_bar(
    window: QMainWindow, toasts: Toasts, look: Theme
) -> None:
    free = window.rect().adjusted(0, 0, 0, -window.statusBar().height())
    for scale in (1.0, 1.5):
        look.set_text_scale(scale)
        toasts.show(Tone.GOOD, "The status of 1,204 licences was updated", "Three changed.")
        assert all(free.contains(_place(toast, window)) for toast in toasts.shown)
    window.resize(700, 420)
    newest = _place(toasts.shown[-1], window)
    assert newest.right() == window.width() - 20 - 1
    assert newest.bottom() == window.height() - window.statusBar().height() - 20 - 1


def test_no_word_of_a_long_sentence_is_cut(window: QMainWindow, toasts: Toasts) -> None:
    window.resize(320, 600)
    toast = toasts.show(Tone.WARNING, "The mail server does not answer. " * 6)
    label = next(label for label in toast.findChildren(QLabel) if label.text())
    assert label.height() >= label.heightForWidth(label.width())


def test_the_action_runs_once_and_closes(toasts: Toasts) -> None:
    undone: list[bool] = []
    toast = toasts.show(
        Tone.NEUTRAL, "Record deleted", action=("Undo", lambda: undone.append(True))
    )
    button = toast.action_button
    assert button is not None
    assert button.text() == "Undo"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert undone == [True]
    assert toasts.shown == []


def test_it_leads_to_several_places(toasts: Toasts) -> None:
    gone: list[str] = []
    toast = toasts.show(
        Tone.GOOD,
        "The catalogue was read",
        action=("Undo", lambda: gone.append("undone")),
        links=[("New", lambda: gone.append("new")), ("Changed", lambda: gone.append("changed"))],
    )
    assert [button.text() for button in toast.action_buttons] == ["Undo", "New", "Changed"]
    assert all(button.isVisible() for button in toast.action_buttons)
    toasts.focus_newest()
    QTest.keyClick(toast.action_buttons[0], Qt.Key.Key_Tab)
    QTest.keyClick(toast.action_buttons[1], Qt.Key.Key_Tab)
    assert toast.action_buttons[2].hasFocus()
    QTest.mouseClick(toast.action_buttons[2], Qt.MouseButton.LeftButton)
    assert gone == ["changed"]
    assert toasts.shown == []


def test_an_action_or_advice_gives_more_time(toasts: Toasts) -> None:
    plain = toasts.show(Tone.GOOD, "Copied")
    with_action = toasts.show(Tone.GOOD, "Deleted", action=("Undo", list))
    with_links = toasts.show(Tone.GOOD, "Read", links=[("New", list)])
    failure = toasts.show(Tone.BAD, "Refused")
    assert plain.time_ms < with_action.time_ms == with_links.time_ms == failure.time_ms


def test_it_leaves_when_its_time_is_over(toasts: Toasts) -> None:
    toast = toasts.show(Tone.GOOD, "Copied")
    assert toast.counting
    toast._clock.timeout.emit()
    assert toasts.shown == []


def test_it_stays_while_the_mouse_is_on_it(toasts: Toasts) -> None:
    toast = toasts.show(Tone.GOOD, "Copied")
    point = QPointF(5, 5)
    QApplication.sendEvent(toast, QEnterEvent(point, point, point))
    assert not toast.counting
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    assert toast.counting


def test_the_keyboard_reaches_it_and_comes_back(window: QMainWindow, toasts: Toasts) -> None:
    field = window.findChild(QLineEdit)
    assert field is not None
    field.setFocus()
    assert not toasts.focus_newest()
    toast = toasts.show(Tone.NEUTRAL, "Record deleted", action=("Undo", list))
    assert field.hasFocus()
    assert toasts.focus_newest()
    assert toast.action_button is not None
    assert toast.action_button.hasFocus()
    assert not toast.counting
    QTest.keyClick(toast.action_button, Qt.Key.Key_Tab)
    assert toast.close_button.hasFocus()
    QTest.keyClick(toast.close_button, Qt.Key.Key_Escape)
    assert toasts.shown == []
    assert field.hasFocus()


def test_it_is_read_out(toasts: Toasts, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        toasts_module,
        "announce",
        lambda _widget, sentence, *, at_once: told.append((sentence, at_once)),
    )
    toasts.show(Tone.GOOD, "Mail sent")
    toasts.show(Tone.BAD, "Refused", "Try later.")
    assert told == [("Mail sent", False), ("Refused Try later.", True)]


def test_the_close_button_has_a_name(toasts: Toasts) -> None:
    button = toasts.show(Tone.GOOD, "Copied").close_button
    interface = QAccessible.queryAccessibleInterface(button)
    assert interface.text(QAccessible.Text.Name) == "Close message"
    button.click()
    assert toasts.shown == []


def test_with_motion_it_fades_in_and_is_then_drawn_plainly(
    toasts: Toasts, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(Theme, "motion", True)
    toast = toasts.show(Tone.GOOD, "Copied")
    assert toast.graphicsEffect() is not None
    qtbot.waitUntil(lambda: toast.graphicsEffect() is None)


def _place(toast: Toast, window: QWidget) -> QRect:
    return QRect(toast.mapTo(window, toast.rect().topLeft()), toast.size())
