"""The demo's own place on the disk: it touches nothing of the person's own."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from msgspec import Struct


class Place(Struct, frozen=True):
    """The demo's folder. Nothing of it touches the person's own store, settings or keyring."""

    folder: Path

    @property
    def home(self) -> Path:
        """Where the program keeps its data here."""
        return self.folder / "home"

    @property
    def sandbox(self) -> Path:
        """Where the sandbox keeps its state."""
        return self.folder / "sandbox"

    @property
    def mark(self) -> Path:
        """The file that says that it was filled to the end."""
        return self.folder / "filled"

    @property
    def is_filled(self) -> bool:
        """Whether everything is there; what was interrupted begins anew."""
        return self.mark.exists()

    def enter(self) -> None:
        """Let this process, and those it starts, live here."""
        self.home.mkdir(parents=True, exist_ok=True)
        os.environ["ESD_DESKTOP_HOME"] = str(self.home)
        os.environ["ESD_DESKTOP_VAULT"] = "file"
        os.environ.pop("ESD_DESKTOP_STORE", None)

    def clear(self) -> None:
        """Begin anew."""
        with suppress(FileNotFoundError):
            shutil.rmtree(self.folder)
