"""Watching the store for what other programs write, so that every window shows it at once.

Where the store is lost, it is tried again until it is there, and then everything is read anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog

from esd_desktop.errors import EsdError
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.gathered import Announce, Gathered

if TYPE_CHECKING:
    from esd_desktop.models.store.watch import Written

log = structlog.get_logger(__name__)

TellReach = Callable[[EsdError | None], None]

# What belongs together comes in one go, and mass work elsewhere does not drown the window.
_GATHERED_S = 0.05
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 4.0

# Which kind of record a table's column names. A table without any holds settings.
_KINDS = {
    "accounts": {"id": "accounts"},
    "assets": {"id": "assets"},
    "asset_secrets": {"asset_id": "assets"},
    "audit": {"asset_id": "assets", "account_id": "histories"},
    "cancellation_requests": {"id": "requests", "asset_id": "assets"},
    "connections": {"id": "connections"},
    "discrepancies": {"asset_id": "assets"},
    "invoices": {"id": "invoices"},
    "invoice_items": {"invoice_id": "invoices"},
    "mass_works": {"id": "works"},
    "offerings": {"id": "offerings"},
    "offering_prices": {"offering_id": "offerings"},
    "operations": {"asset_id": "assets"},
    "orders": {"id": "orders"},
    "outbox": {"id": "mails", "asset_id": "assets"},
}


async def written_by_others(services: Services) -> int:
    """Until when everything has been seen: from there ``keep_watch`` goes on."""
    return await asyncio.to_thread(services.store.written_by_others)


async def keep_watch(
    services: Services, announce: Announce, tell_reach: TellReach, since: int | None = None
) -> None:
    """Watch for ever, with ``since`` from a moment that has been. ``tell_reach`` is told once why
    the store is lost, and None when it is there again."""
    watching = _Watching(announce, tell_reach)
    while True:
        try:
            await services.store.watch(watching.written, watching.begun, since)
        except EsdError as fault:
            since = None  # once it is there again, everything is read anew
            watching.reach.lost(fault)
        except Exception:
            # Without the watch the window would show for ever what it has read once.
            log.exception("bug")
        await asyncio.sleep(watching.reach.next_pause())


class Reach:
    """Whether the store can be reached: told where that changes, and tried again ever more seldom
    as long as it cannot."""

    def __init__(self, tell: TellReach) -> None:
        self._tell = tell
        self._is_lost = False
        self._pause = _FIRST_PAUSE_S

    def found(self) -> bool:
        """It is there; answers whether it was lost."""
        self._pause = _FIRST_PAUSE_S
        was_lost, self._is_lost = self._is_lost, False
        if was_lost:
            self._tell(None)
        return was_lost

    def lost(self, fault: EsdError) -> None:
        """It is not there, for this reason."""
        log.info("store_lost", why=fault.sentence)
        if not self._is_lost:
            self._is_lost = True
            self._tell(fault)

    def next_pause(self) -> float:
        """After how many seconds it is to be tried again."""
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE_S)
        return pause


class _Watching:
    """What was told, and what is still to be."""

    def __init__(self, announce: Announce, tell_reach: TellReach) -> None:
        self.reach = Reach(tell_reach)
        self._announce = announce
        self._gathered = Gathered(announce, _GATHERED_S)

    def written(self, written: Written) -> None:
        self._gathered.add(changes_of(written))

    def begun(self) -> None:
        if self.reach.found():
            self._announce(Changes(everything=True))


def changes_of(written: Written) -> Changes:
    """What views have to read anew."""
    if written.table is None or None in written.ids.values():
        return Changes(everything=True)
    kinds = _KINDS.get(written.table)
    if kinds is None:
        return Changes(settings=True)
    named = {kinds[column]: ids for column, ids in written.ids.items() if ids}
    return Changes(**named)  # type: ignore[arg-type]
