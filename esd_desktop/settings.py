"""This computer's own settings: where things are kept, which store, which vault, which look.

They are read, in this order, from the administrator's policy (policy/), from the environment
(``ESD_DESKTOP_STORE``, ``ESD_DESKTOP_VAULT``,
``ESD_DESKTOP_THEME``, ``ESD_DESKTOP_BACKUP_FOLDER`` and so on), from ``settings.json`` in the
user's configuration folder, and from the defaults. ``ESD_DESKTOP_HOME`` puts everything under one
folder instead of the system's usual ones.
Settings that all desktops share are in the store: services/shared_settings.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from esd_desktop.errors import EsdError, InvalidInput
from esd_desktop.folders import Folders, folders  # noqa: F401 - looked for here as well
from esd_desktop.models.backup_rows import Every
from esd_desktop.policy import in_force
from esd_desktop.policy.rules import is_https
from esd_desktop.whole_file import write_whole

VaultKind = Literal["keyring", "file"]
ThemeMode = Literal["system", "light", "dark"]


def _https_or_empty(value: str) -> str:
    if value and not is_https(value):
        raise ValueError("It must be an https:// address")
    return value


class LocalSettings(BaseSettings):
    """The values. ``store`` empty means the file in the user's data folder, ``backup_folder`` empty
    the folder ``backups`` there."""

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
        """The policy goes before the environment, and that before what the file says, which is
        handed in."""
        return _PolicySource(settings_cls), env_settings, init_settings

    store: str = ""
    vault: VaultKind = "keyring"
    theme: ThemeMode = "system"
    backup_folder: str = ""
    backup_every: Every = "off"
    backup_keep: int = Field(default=7, ge=1, le=1_000)
    portal_host: str = "127.0.0.1"
    portal_port: int = Field(default=8443, ge=0, le=65_535)
    portal_certificate: str = ""
    portal_key: str = ""
    portal_url: str = ""
    update_notice: Literal["on", "off"] = "on"
    update_feed: Annotated[str, AfterValidator(_https_or_empty)] = ""


class _PolicySource(PydanticBaseSettingsSource):
    """What the administrator has set for this computer."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return in_force().values.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        values = in_force().values
        return {name: values[name] for name in LocalSettings.model_fields if name in values}


def local_setting_names() -> tuple[str, ...]:
    """The names a person may set on this computer."""
    return tuple(LocalSettings.model_fields)


def with_store(settings: LocalSettings, wanted: str | None) -> LocalSettings:
    """The settings with the store that is asked for this time, None for no other. Raises Refused
    where the administrator has set another one."""
    if wanted is None or wanted == settings.store:
        return settings
    in_force().refuse_to_change("store")
    return settings.model_copy(update={"store": wanted})


def load_settings(places: Folders) -> LocalSettings:
    """The settings in force. Raises EsdError for a file that cannot be read or a wrong value."""
    return _validated(_read_file(places.settings_file))


def save_setting(places: Folders, name: str, value: str) -> None:
    """Keep one setting in the file. Raises InvalidInput for a name or value that is not one,
    Refused for what the administrator has set."""
    in_force().refuse_to_change(name)
    if name not in LocalSettings.model_fields:
        raise InvalidInput(f"There is no setting {name!r}.")
    kept = _read_file(places.settings_file) | {name: value.strip()}
    _validated(kept)
    try:
        places.config.mkdir(parents=True, exist_ok=True)
        write_whole(places.settings_file, json.dumps(kept, indent=2).encode())
    except OSError as error:
        raise EsdError(
            f"The settings file {places.settings_file} cannot be written: {error.strerror}."
        ) from error


def _read_file(path: Path) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
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
