"""Whether keys may be shown: one switch that shows what is kept."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QCheckBox

from esd_desktop.errors import StoreBusy
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.shared_settings import setting_texts
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.settings import keys_page
from esd_desktop.ui.settings.dialog import SettingsDialog
from tests.support.waiting import until
from tests.support.widgets import press, told
from tests.support.window import Run
from tests.unit.ui.settings.conftest import OpenSettings

SWITCH = "Licence keys may be shown and copied"


def _switch(dialog: SettingsDialog) -> QCheckBox:
    return next(one for one in dialog.findChildren(QCheckBox) if one.text() == SWITCH)


def test_the_switch_saves_at_once_and_every_view_is_told(
    run: Run, desk: Desk, open_settings: OpenSettings
) -> None:
    changes: list[Changes] = []
    desk.bus.store_changed.connect(changes.append)

    async def scenario() -> None:
        dialog = open_settings("keys")
        await until(lambda: _switch(dialog).isEnabled())
        assert _switch(dialog).isChecked()
        press(dialog, SWITCH)
        assert await told(dialog) == "The settings are saved."
        assert (await desk.read(setting_texts))["keys.reveal"] == "no"
        assert any(change.settings for change in changes)
        assert not _switch(dialog).isChecked()

    run(scenario())


def test_a_switch_that_could_not_be_saved_goes_back(
    run: Run, desk: Desk, open_settings: OpenSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(services: Services, values: dict[str, str]) -> Outcome:
        raise StoreBusy("Another program is holding the store locked.")

    monkeypatch.setattr(keys_page, "change_settings", fails)

    async def scenario() -> None:
        dialog = open_settings("keys")
        await until(lambda: _switch(dialog).isEnabled())
        press(dialog, SWITCH)
        assert "holding the store locked" in await told(dialog)
        await until(lambda: _switch(dialog).isChecked())

    run(scenario())
