"""Where this user's files are, and what is said in the settings, read as it stands there.

Apart from settings.py, which checks what is said: a window is painted before that is loaded.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from esd_desktop.policy import in_force


class Folders(NamedTuple):
    """Where this user's files are. ``data`` holds the store, ``config`` the settings."""

    data: Path
    config: Path
    logs: Path

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.json"

    @property
    def secrets_file(self) -> Path:
        return self.config / "secrets.json"

    @property
    def default_backups(self) -> Path:
        return self.data / "backups"

    @property
    def default_store(self) -> str:
        return f"sqlite:///{self.data / 'esd.db'}"

    def said(self, setting: str) -> str:
        """What the policy, the environment or the settings file says of a setting, unchecked but
        for the policy; nothing where none does, or cannot be read."""
        said = in_force().values.get(setting) or os.environ.get(f"ESD_DESKTOP_{setting.upper()}")
        if said is None:
            try:
                said = json.loads(self.settings_file.read_text(encoding="utf-8")).get(setting)
            except (OSError, ValueError, RecursionError, AttributeError):
                return ""
        return said if isinstance(said, str) else ""


def folders() -> Folders:
    """The folders of this user, or those under ESD_DESKTOP_HOME."""
    home = os.environ.get("ESD_DESKTOP_HOME")
    if home:
        base = Path(home).expanduser().absolute()
        return Folders(data=base, config=base, logs=base / "logs")
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("ESD Desktop", appauthor=False)
    return Folders(dirs.user_data_path, dirs.user_config_path, dirs.user_log_path)
