"""The command line, hurried, on a store of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from esd_desktop.services.microsoft.gateway import Gateways
from esd_desktop.services.microsoft.http import TimeLimits
from esd_desktop.settings import Folders
from tests.conftest import QUICK
from tests.unit.cli.conftest import behind, bought, connected, esd

__all__ = ["behind", "bought", "connected", "esd"]


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for Microsoft or for a lock here."""
    monkeypatch.setattr(
        "esd_desktop.opening.Gateways", lambda: Gateways(QUICK, TimeLimits(read=0.5))
    )
    monkeypatch.setattr("esd_desktop.models.store.engine._BUSY_TIMEOUT_MS", 50)


@pytest.fixture
def store_file(places: Folders) -> Path:
    """The file of this test's store."""
    return places.data / "esd.db"
