"""The store that a window opens first. Its worker process is told so as soon as there is anybody to
tell: it opens the store while what is in the window is still loaded, and reads from it then."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from esd_desktop.errors import EsdError
from esd_desktop.models.values import new_process
from esd_desktop.services.worker.messages import Open, write
from esd_desktop.services.workshop import OpenServices
from esd_desktop.settings import Folders, LocalSettings, load_settings, with_store

if TYPE_CHECKING:
    from esd_desktop.services.context import Services


class FirstOpening(Struct, frozen=True):
    """The worker process, and of what settings it opens the store. Without any it was told nothing,
    and the window says why when it opens the store itself."""

    worker: subprocess.Popen[bytes]
    settings: LocalSettings | None = None
    open_services: OpenServices | None = None


def open_first(worker: subprocess.Popen[bytes], places: Folders, store: str | None) -> FirstOpening:
    """Have the worker process open a store, or for None the one of the settings."""
    assert worker.stdin is not None
    with suppress(EsdError, OSError):
        settings = with_store(load_settings(places), store)
        opening = opening_of(places, settings)
        write(worker.stdin, Open(opening))
        return FirstOpening(worker, settings, opening)
    return FirstOpening(worker)


def opening_of(places: Folders, settings: LocalSettings) -> OpenServices:
    """What the thread of services and the worker process open alike: to other programs they are
    one."""
    return partial(_open, places, settings, new_process())


async def _open(places: Folders, settings: LocalSettings, process: str) -> Services:
    # The window is shown long before it opens anything itself.
    from esd_desktop.opening import open_services

    return await open_services(places, settings, process)
