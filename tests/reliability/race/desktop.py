"""One desktop of a race: a process of its own with a share of the actions, which keeps what it was
told and what it logged."""

from __future__ import annotations

import asyncio
import json
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from sqlalchemy import text

from esd_desktop.errors import EsdError, StoreFault
from esd_desktop.logs import start_logging
from esd_desktop.opening import open_services
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.gateways import Gateways
from esd_desktop.settings import Folders, LocalSettings
from tests.conftest import QUICK
from tests.reliability.race.deeds import Hands, do
from tests.reliability.race.plan import Action
from tests.reliability.scene import sandbox_in
from tests.support.postgres import lived

_BACK_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the race is: the store's address, the sandbox, its connection, and a folder."""

    folder: Path
    store: str
    sandbox: Path
    connection: int = 0

    async def opened(self, name: str) -> Services:
        """The services of the desktop of this name."""
        home = self.folder / name
        places = Folders(data=home, config=self.folder, logs=home)
        services = await open_services(places, LocalSettings(store=self.store, vault="file"))
        services.operator = name
        services.gateways = Gateways(QUICK)
        return services


@dataclass(slots=True)
class Told:
    """What a desktop was told: how often each deed went how, how long it took, the accounts whose
    edits were said to be saved, and what must never be."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    edits: list[tuple[int, str]] = field(default_factory=list)
    bugs: list[str] = field(default_factory=list)

    def note(self, deed: str, how: str, seconds: float) -> None:
        """Count it."""
        counts = self.counts.setdefault(deed, {})
        counts[how] = counts.get(how, 0) + 1
        self.seconds.setdefault(deed, []).append(seconds)

    def keep(self, file: Path) -> None:
        """Write it down."""
        file.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, file: Path) -> Told:
        """What was written down."""
        return cls(**json.loads(file.read_text(encoding="utf-8")))


def work(place: Place, name: str, actions: Sequence[Action], done: Synchronized[int]) -> None:
    """The whole life of a desktop. ``done`` shows from outside that it goes on."""
    start_logging(place.folder / name)
    told = Told()
    lived(_worked(place, name, actions, told, done))
    told.keep(place.folder / f"{name}.json")


async def _worked(
    place: Place, name: str, actions: Sequence[Action], told: Told, done: Synchronized[int]
) -> None:
    services = await place.opened(name)
    sandbox = sandbox_in(place.sandbox)
    hands = Hands(services, sandbox, place.connection, told.edits)
    try:
        for action in actions:
            began = time.monotonic()
            how = await _done(hands, action, told)
            told.note(action.deed, how, time.monotonic() - began)
            done.value += 1
    finally:
        sandbox.close()
        await services.close()


async def _done(hands: Hands, action: Action, told: Told) -> str:
    try:
        return await do(hands, action)
    except StoreFault as fault:
        await _back(hands.services)
        return type(fault).__name__
    except EsdError as fault:
        return type(fault).__name__
    except Exception:  # noqa: BLE001 - the race goes on, and its verdict tells of it
        told.bugs.append(f"{action}: {traceback.format_exc()}")
        return "bug"


async def _back(services: Services) -> None:
    """Wait until the store answers again: it has to heal by itself."""
    deadline = time.monotonic() + _BACK_WITHIN_S
    while True:
        try:
            async with services.store.read() as connection:
                await connection.execute(text("SELECT 1"))
            return
        except StoreFault:
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(0.05)
