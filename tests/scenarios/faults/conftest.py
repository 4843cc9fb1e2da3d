"""The command line, hurried, on a store of the test's own."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from esd_desktop.services.microsoft.gateways import Gateways
from esd_desktop.services.microsoft.http import TimeLimits
from esd_desktop.settings import Folders
from tests.conftest import QUICK
from tests.unit.cli.conftest import behind, bought, connected, esd

__all__ = ["behind", "bought", "connected", "esd"]


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Microsoft is asked again at once, and nobody waits long for a lock here."""
    monkeypatch.setattr("esd_desktop.opening.Gateways", lambda: Gateways(QUICK))
    monkeypatch.setattr("esd_desktop.models.store.sqlite_connection.BUSY_TIMEOUT_S", 0.05)


@pytest.fixture
def impatient(hurried: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor for an answer, where one hangs. Everywhere else an honest one may take its time."""
    gateways = partial(Gateways, QUICK, TimeLimits(read=0.5))
    monkeypatch.setattr("esd_desktop.opening.Gateways", gateways)


@pytest.fixture
def store_file(places: Folders) -> Path:
    """The file of this test's store."""
    return places.data / "esd.db"
