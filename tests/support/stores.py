"""Stores made once for a worker and copied for each test: to write what they hold takes longer than
many a test. How a store is made is what tests/unit/models/store/test_opening.py is about."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from esd_desktop.opening import open_services
from esd_desktop.services.context import Services
from esd_desktop.settings import Folders, LocalSettings

Held = TypeVar("Held")


@dataclass(frozen=True)
class Template(Generic[Held]):
    """A store's file and the secrets that belong to it. ``held``: what its maker told of it."""

    places: Folders
    held: Held

    @classmethod
    def made(cls, folder: Path, make: Callable[[Services], Awaitable[Held]]) -> Template[Held]:
        """A new store in the folder, filled by ``make``."""
        places = Folders(data=folder, config=folder, logs=folder)

        async def life() -> Held:
            services = await open_services(places, LocalSettings(vault="file"))
            try:
                return await make(services)
            finally:
                await services.close()

        # In a thread of its own: here there may be a loop already.
        with ThreadPoolExecutor(max_workers=1) as aside:
            return cls(places, aside.submit(asyncio.run, life()).result())

    def copy_to(self, places: Folders) -> None:
        """Put the store where these folders have theirs, which is not there yet."""
        for own, copy in (
            (_file(self.places), _file(places)),
            (self.places.secrets_file, places.secrets_file),
        ):
            if own.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(own, copy)


def _file(places: Folders) -> Path:
    return Path(places.default_store.removeprefix("sqlite:///"))
