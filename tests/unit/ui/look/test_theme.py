"""The theme follows the system and the person, while windows are open."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from esd_desktop.ui.look.colours import DARK, LIGHT, LIGHT_CONTRAST
from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import Scheme, Theme, theme


def test_there_is_one_theme(look: Theme) -> None:
    assert theme() is look


def test_a_chosen_scheme_dresses_what_is_open(look: Theme, qtbot: QtBot) -> None:
    button = QPushButton("Update License Status")
    make_kind(button, Kind.PRIMARY)
    qtbot.addWidget(button)
    button.show()
    assert _ground(button) == LIGHT.accent
    with qtbot.waitSignal(look.changed):
        look.set_scheme(Scheme.DARK)
    assert look.palette is DARK
    assert _ground(button) == DARK.accent


def test_the_system_is_followed_live(look: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    look.set_scheme(Scheme.SYSTEM)
    assert look.palette is LIGHT
    monkeypatch.setattr(Theme, "system_is_dark", True)
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert look.palette is DARK
    assert QApplication.palette().color(QPalette.ColorRole.Window).name() == DARK.window


def test_a_choice_of_the_person_wins_over_the_system(
    look: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Theme, "system_is_dark", True)
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert look.palette is LIGHT


def test_high_contrast_is_followed_live(look: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Theme, "system_wants_contrast", True)
    hints = QGuiApplication.styleHints().accessibility()
    hints.contrastPreferenceChanged.emit(Qt.ContrastPreference.HighContrast)
    assert look.palette is LIGHT_CONTRAST
    monkeypatch.undo()
    look.refresh()
    assert look.palette is LIGHT


def test_larger_type_makes_room_for_itself(look: Theme, qtbot: QtBot) -> None:
    title = QLabel("Bluebird Architects")
    write_as(title, Text.TITLE)
    qtbot.addWidget(title)
    title.show()
    before = title.sizeHint()
    look.set_text_scale(1.5)
    assert look.px() == 20
    assert title.sizeHint().height() >= round(before.height() * 1.4)
    assert title.sizeHint().width() >= round(before.width() * 1.4)


def test_the_sizes_of_type(look: Theme) -> None:
    assert [look.px(text) for text in (Text.BODY, Text.SMALL, Text.HEADING, Text.TITLE)] == [
        13,
        12,
        16,
        20,
    ]
    assert look.font(Text.TITLE).weight() > look.font().weight()


def test_rows_have_a_compact_choice(look: Theme) -> None:
    assert look.row_height() == 36
    assert look.row_height(compact=True) == 28


def _ground(button: QPushButton) -> str:
    return button.grab().toImage().pixelColor(6, button.height() // 2).name()
