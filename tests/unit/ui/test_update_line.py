"""The status bar's line about a newer version: nothing until there is one, and never a dialog."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from esd_desktop.services import look_for_update
from esd_desktop.services.context import Services
from esd_desktop.services.updates.feed import Release
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.update_line import UpdateLine
from tests.support.waiting import until
from tests.support.window import Run


def test_a_newer_version_is_one_line(
    run: Run, desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Release | None] = [None]

    async def looked(services: Services) -> Release | None:
        return found[0]

    monkeypatch.setattr(look_for_update, "look_for_update", looked)
    below = QWidget()
    qtbot.addWidget(below)
    line = UpdateLine(desk, below)

    async def scenario() -> None:
        line.look()
        await until(lambda: not desk.tasks.count)
        assert line.isHidden()
        found[0] = Release("99.0.0", "https://example.com/notes", datetime.now(UTC))
        line.look()
        await until(lambda: not line.isHidden())
        assert line.text() == "Version 99.0.0 is there"
        assert "https://example.com/notes" in line.toolTip()

    run(scenario())
