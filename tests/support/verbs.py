"""Verbs for the worker process, which finds a verb by its module and name."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path

from esd_desktop.errors import NotFound
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.finishing import to_the_end


async def process_of(services: Services) -> tuple[int, str]:
    """Where it runs, and as which program."""
    return os.getpid(), services.store.process


async def loaded_by_now(services: Services) -> tuple[frozenset[str], bool]:
    """The modules that are loaded, and whether garbage is collected."""
    return frozenset(sys.modules), gc.isenabled()


async def tell_thrice(services: Services, *, progress: Callable[[int], None]) -> str:
    """Say how far it is."""
    for step in range(3):
        progress(step)
    return "done"


async def not_there(services: Services) -> None:
    """What is wrong crosses as it is."""
    raise NotFound("There is no such thing.", advice="Look again.", correlation_id="id-1")


async def broken(services: Services) -> None:
    """A bug."""
    raise ZeroDivisionError("a bug")


async def unspeakable(services: Services) -> Callable[[], None]:
    """What no pipe can carry."""
    return lambda: None


async def wait_for_ever(services: Services, began: Path, ended: Path) -> None:
    """Until it is cancelled; the files tell."""
    began.touch()
    try:
        await asyncio.Event().wait()
    finally:
        ended.touch()


async def finish_all_the_same(services: Services, began: Path) -> Outcome:
    """What is done to its end, although nobody waits."""

    async def finish() -> Outcome:
        began.touch()
        await asyncio.sleep(0.05)
        return Outcome("Done.", changes=Changes(assets=frozenset({7})))

    task = asyncio.ensure_future(finish())
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        return await to_the_end(_awaited(task))


async def _awaited(task: asyncio.Future[Outcome]) -> Outcome:
    return await task


async def write_setting(services: Services, name: str) -> None:
    """Write something into the store."""
    from esd_desktop.models.store import tables  # not loaded by those who ask what is

    async with services.store.change() as work:
        await work.connection.execute(tables.settings.insert(), {"name": name, "value": "x"})
        await work.commit()
