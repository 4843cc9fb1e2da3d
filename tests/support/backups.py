"""Backups as tests make and restore them, and one in slow motion."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from esd_desktop.models.statuses import AccountKind
from esd_desktop.models.store import backup_pages
from esd_desktop.models.store.backup_pages import Stop
from esd_desktop.services.back_up import back_up
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.settings import Folders, LocalSettings, load_settings
from tests.support.desktops import address_of
from tests.support.sowing import Sower, Sown

_LONGEST_S = 20.0


def take_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copy one page, then wait until somebody asks to stop."""
    step = Stop.step

    def stepped(stop: Stop, words: str, done: int, total: int) -> None:
        step(stop, words, done, total)
        stop._asked.wait(_LONGEST_S)

    monkeypatch.setattr(backup_pages, "_PAGES_AT_ONCE", 1)
    monkeypatch.setattr(Stop, "step", stepped)


def settings_of(services: Services, places: Folders) -> LocalSettings:
    """The settings with which this store is opened."""
    return replace(load_settings(places), store=address_of(services))


async def backed_up(services: Services) -> Path:
    """Make a backup; answers its file."""
    return (await back_up(services)).file


async def more(services: Services, sown: Sown) -> int:
    """What comes after the backup: another licence for the customer; answers its id."""
    async with services.store.change() as work:
        sower = Sower(work, await services.cipher.opened())
        sower._count = 90
        connection = await sower.connection("Microsoft ESD (DE)")
        customer = await sower.account(AccountKind.CUSTOMER, "Late Arrivals", "C-99")
        asset = await sower.asset(connection, customer, customer)
        await work.commit()
        return asset.id


def kept_file(done: Outcome) -> Path:
    """Where what was there is, by what the person is told."""
    return Path(done.sentence.rpartition(" in ")[2].removesuffix("."))


def at_file(places: Folders, file: Path) -> LocalSettings:
    """The settings with which the store in a file is opened."""
    return replace(load_settings(places), store=str(file))
