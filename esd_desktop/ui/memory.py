"""What the window remembers from one start to the next: its shape, splitters, columns, sort."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings


class Memory:
    """An ini file in the user's settings folder. It holds no secret and no customer's data."""

    def __init__(self, folder: Path) -> None:
        self._settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)

    def keep(self, name: str, value: Any) -> None:
        """Remember anything JSON can say."""
        self._settings.setValue(name, json.dumps(value))

    def recall(self, name: str, default: Any) -> Any:
        """What was kept, or the default: also where what was kept is not of the default's kind."""
        try:
            value = json.loads(str(self._settings.value(name, "")))
        except ValueError:
            return default
        return value if isinstance(value, type(default)) else default

    def keep_bytes(self, name: str, state: QByteArray) -> None:
        """Remember a state as Qt gives it (saveGeometry, saveState)."""
        self.keep(name, bytes(state.toBase64().data()).decode("ascii"))

    def recall_bytes(self, name: str) -> QByteArray:
        """The state that was kept; empty where none was."""
        return QByteArray.fromBase64(self.recall(name, "").encode("ascii"))

    def write(self) -> None:
        """Put it on disk now."""
        self._settings.sync()
