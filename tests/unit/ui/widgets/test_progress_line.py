"""A thin line that says something is running."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QVariantAnimation
from pytestqt.qtbot import QtBot

from esd_desktop.ui.look.colours import LIGHT
from esd_desktop.ui.look.theme import Theme
from esd_desktop.ui.widgets.progress_line import ProgressLine


@pytest.fixture
def line(look: Theme, qtbot: QtBot) -> ProgressLine:
    made = ProgressLine("Loading assets")
    qtbot.addWidget(made)
    made.resize(100, 2)
    return made


def test_its_place_is_kept(line: ProgressLine) -> None:
    idle = line.sizeHint()
    line.run()
    assert line.sizeHint() == idle
    assert idle.height() == 2


def test_how_much_is_done(line: ProgressLine) -> None:
    line.run(0.5)
    image = line.grab().toImage()
    assert image.pixelColor(25, 1).name() == LIGHT.accent
    assert image.pixelColor(75, 1).name() == LIGHT.border
    assert (line.value(), line.maximum()) == (500, 1000)


def test_it_moves_only_while_it_runs(
    line: ProgressLine, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Theme, "motion", True)
    line.run()
    assert not _moves(line)  # it may be over in a moment
    qtbot.waitUntil(lambda: _moves(line))
    line.stop()
    assert not _moves(line)
    assert not line.running


def test_it_stands_still_where_motion_is_unwanted(
    line: ProgressLine, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Theme, "motion", False)
    line.run()
    qtbot.waitUntil(lambda: not line._still.isActive())
    assert not _moves(line)
    assert line.grab().toImage().pixelColor(50, 1).name() == LIGHT.accent


def _moves(line: ProgressLine) -> bool:
    travel = line.findChild(QVariantAnimation)
    return travel is not None and travel.state() == QVariantAnimation.State.Running
