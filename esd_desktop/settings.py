"""This computer's own settings: where things are kept, which store, which vault, which look.

They are read, in this order, from the environment (``ESD_DESKTOP_STORE``, ``ESD_DESKTOP_VAULT``,
``ESD_DESKTOP_THEME``), from ``settings.json`` in the user's configuration folder, and from the
defaults. ``ESD_DESKTOP_HOME`` puts everything under one folder instead of the system's usual ones.
Settings that all desktops share are in the store: services/shared_settings.py.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from platformdirs import PlatformDirs
from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from esd_desktop.errors import EsdError, InvalidInput

VaultKind = Literal["keyring", "file"]
ThemeMode = Literal["system", "light", "dark"]


class LocalSettings(BaseSettings):
    """The values. ``store`` empty means the file in the user's data folder."""

    model_config = SettingsConfigDict(env_prefix="ESD_DESKTOP_", extra="ignore")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before what the file says, which is handed in."""
        return env_settings, init_settings

    store: str = ""
    vault: VaultKind = "keyring"
    theme: ThemeMode = "system"


@dataclass(frozen=True, slots=True)
class Folders:
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
    def default_store(self) -> str:
        return f"sqlite:///{self.data / 'esd.db'}"


def folders() -> Folders:
    """The folders of this user, or those under ESD_DESKTOP_HOME."""
    home = os.environ.get("ESD_DESKTOP_HOME")
    if home:
        base = Path(home).expanduser().absolute()
        return Folders(data=base, config=base, logs=base / "logs")
    dirs = PlatformDirs("ESD Desktop", appauthor=False)
    return Folders(dirs.user_data_path, dirs.user_config_path, dirs.user_log_path)


def local_setting_names() -> tuple[str, ...]:
    """The names a person may set on this computer."""
    return tuple(LocalSettings.model_fields)


def load_settings(places: Folders) -> LocalSettings:
    """The settings in force. Raises EsdError for a file that cannot be read or a wrong value."""
    return _validated(_read_file(places.settings_file))


def save_setting(places: Folders, name: str, value: str) -> None:
    """Keep one setting in the file. Raises InvalidInput for a name or value that is not one."""
    if name not in LocalSettings.model_fields:
        raise InvalidInput(f"There is no setting {name!r}.")
    kept = _read_file(places.settings_file) | {name: value.strip()}
    _validated(kept)
    try:
        places.config.mkdir(parents=True, exist_ok=True)
        unfinished = places.settings_file.with_suffix(".part")
        unfinished.write_text(json.dumps(kept, indent=2), encoding="utf-8")
        unfinished.replace(places.settings_file)
    except OSError as error:
        raise EsdError(
            f"The settings file {places.settings_file} cannot be written: {error.strerror}."
        ) from error


def _read_file(path: Path) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise EsdError(
            f"The settings file {path} cannot be read.", advice="Mend it, or delete it."
        ) from error
    return dict(kept) if isinstance(kept, dict) else {}


def _validated(kept: dict[str, Any]) -> LocalSettings:
    try:
        return LocalSettings(**kept)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(
            f"The setting {name!r} cannot be {first['input']!r}.", advice=f"{first['msg']}."
        ) from error
