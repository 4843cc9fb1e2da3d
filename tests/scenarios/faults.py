"""What the scenarios of faults have in common: the command line, hurried, and what it must say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from esd_desktop.services.microsoft.gateway import Gateways
from esd_desktop.services.microsoft.http import TimeLimits
from esd_desktop.settings import Folders
from tests.conftest import QUICK
from tests.unit.cli.conftest import Behind, Esd, Said, behind, bought, connected, esd

__all__ = [
    "Behind",
    "Esd",
    "Said",
    "behind",
    "bought",
    "connected",
    "esd",
    "hurried",
    "is_for_a_person",
    "store_file",
]

_PROGRAMMERS_WORDS = re.compile(
    r"Error\b|Exception|Traceback|None\b|errno|httpx|sqlalchemy|sqlite3|pydantic|<html|Evaporated",
    re.IGNORECASE,
)
_SECRETS = re.compile(r"DEMOX-|setup\.office|token=|Bearer|eyJ|swordfish")


@pytest.fixture
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


def is_for_a_person(said: Said, *words: str) -> None:
    """It failed with these words, in sentences, with what to do, and without anything secret."""
    assert said.code == 1, said
    told = said.err
    for each in words:
        assert each in told, told
    sentence, *advice = [line for line in told.strip().splitlines() if line]
    assert sentence.endswith("."), told
    assert any(line.startswith("  ") and line.endswith(".") for line in advice), told
    assert not _PROGRAMMERS_WORDS.search(told), told
    assert not _SECRETS.search(f"{said.out} {told}"), told
