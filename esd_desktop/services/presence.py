"""Which processes of this computer are still there: each holds a lock on a file of its own for as
long as it lives, and the operating system lets it go however the process ends."""

from __future__ import annotations

import platform
import time
from contextlib import suppress
from pathlib import Path

from esd_desktop.models.values import new_id
from esd_desktop.services.file_lock import take_lock

_FOLDER = "running"
_LONGEST_HOST = 60
_KEPT_S = 24 * 60 * 60


class Presence:
    """This process. ``name`` tells it from every other, also on other computers."""

    def __init__(self, data: Path) -> None:
        folder = data / _FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        self.name = f"{_host()}.{new_id()}"
        self._folder = folder
        self._file = folder / self.name
        self._held = self._file.open("ab")
        take_lock(self._held.fileno())
        self._forget_old()

    def is_gone(self, name: str) -> bool:
        """Whether a process of this computer has ended. Of one elsewhere, and of one that left
        nothing behind, it is not known, so that it is not."""
        file = self._folder / name
        if name == self.name or not name.startswith(f"{_host()}.") or not file.exists():
            return False
        try:
            with file.open("ab") as held:
                take_lock(held.fileno())
        except OSError:
            return False
        return True

    def _forget_old(self) -> None:
        """What a process asked for is settled long before its file is a day old."""
        for file in self._folder.iterdir():
            with suppress(OSError):
                if time.time() - file.stat().st_mtime > _KEPT_S and self.is_gone(file.name):
                    file.unlink()

    @staticmethod
    def computer_of(name: str) -> str:
        """The computer that a process runs on; empty where its name does not tell."""
        return name.rpartition(".")[0]

    def close(self) -> None:
        """This process asks for nothing more."""
        self._held.close()
        # On Windows somebody may just be trying whether it is held.
        with suppress(OSError):
            self._file.unlink()


def _host() -> str:
    """The computer's name, as far as it can be part of a file's."""
    kept = (each for each in platform.node() if each.isalnum() or each == "-")
    return "".join(kept)[:_LONGEST_HOST] or "here"
