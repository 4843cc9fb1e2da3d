"""The pane in a window, and how it is read."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from esd_desktop.ui.desk import Desk
from esd_desktop.ui.detail.asset_pane import AssetPane
from esd_desktop.ui.detail.secrets_view import SHOWN_S
from esd_desktop.ui.furnishing import furnished
from tests.support.waiting import until


class Shown:
    """A pane that is on the screen."""

    def __init__(self, desk: Desk, pane: AssetPane) -> None:
        self.desk = desk
        self.pane = pane

    async def select(self, asset_id: int | None) -> None:
        """Select as the list would, and wait until it is shown."""
        self.desk.navigator.asset_selected.emit(asset_id)
        await self.settled()

    async def settled(self) -> None:
        """Wait until nothing is read or done any more."""
        await until(lambda: not self.desk.tasks.is_busy("asset pane"))
        await asyncio.sleep(0)


@pytest.fixture
def key_shown_s() -> float:
    """For how long a key stays shown; parametrize it to make that short."""
    return SHOWN_S


@pytest.fixture
def shown(desk: Desk, qapp: QApplication, key_shown_s: float) -> Iterator[Shown]:
    pane = furnished(AssetPane(desk, key_shown_s=key_shown_s))
    pane.resize(360, 900)
    pane.show()
    pane.activateWindow()
    yield Shown(desk, pane)
    pane.close()
    pane.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
