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
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from esd_desktop.errors import EsdError, InvalidInput
from esd_desktop.folders import Folders, folders  # noqa: F401 - looked for here as well
from esd_desktop.models.backup_rows import Every
from esd_desktop.policy import in_force
from esd_desktop.policy.rules import is_https
from esd_desktop.whole_file import write_whole

VaultKind = Literal["keyring", "file"]
ThemeMode = Literal["system", "light", "dark"]
_OnOff = Literal["on", "off"]
_ENVIRONMENT = "ESD_DESKTOP_"


class LocalSettings(Struct, frozen=True, kw_only=True):
    """The values. ``store`` empty means the file in the user's data folder, ``backup_folder`` empty
    the folder ``backups`` there."""

    store: str = ""
    vault: VaultKind = "keyring"
    theme: ThemeMode = "system"
    backup_folder: str = ""
    backup_every: Every = "off"
    backup_keep: int = 7
    portal_host: str = "127.0.0.1"
    portal_port: int = 8443
    portal_certificate: str = ""
    portal_key: str = ""
    portal_url: str = ""
    update_notice: _OnOff = "on"
    update_feed: str = ""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("It must be a text.")
    return value


def _https_or_empty(value: object) -> str:
    text = _text(value)
    if text and not is_https(text):
        raise ValueError("It must be an https:// address.")
    return text


def _one_of(words: Any) -> Callable[[object], str]:
    """``words``: a Literal."""

    def read(value: object) -> str:
        if value not in get_args(words):
            raise ValueError(f"It is one of {', '.join(get_args(words))}.")
        return str(value)

    return read


def _number(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        try:
            number = int(value) if isinstance(value, int | str) else least - 1
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise ValueError(f"It is a number from {least:,} to {most:,}.")
        return number

    return read


# How a value is read where it is more than a text. By hand: the window has to wait for its theme,
# and a library for it takes two thirds as long to load as an empty window to be painted.
_READ: Mapping[str, Callable[[object], Any]] = {
    "vault": _one_of(VaultKind),
    "theme": _one_of(ThemeMode),
    "backup_every": _one_of(Every),
    "backup_keep": _number(1, 1_000),
    "portal_port": _number(0, 65_535),
    "update_notice": _one_of(_OnOff),
    "update_feed": _https_or_empty,
}


def local_setting_names() -> tuple[str, ...]:
    """The names a person may set on this computer."""
    return LocalSettings.__struct_fields__


def with_store(settings: LocalSettings, wanted: str | None) -> LocalSettings:
    """The settings with the store that is asked for this time, None for no other. Raises Refused
    where the administrator has set another one."""
    if wanted is None or wanted == settings.store:
        return settings
    in_force().refuse_to_change("store")
    return replace(settings, store=wanted)


def load_settings(places: Folders) -> LocalSettings:
    """The settings in force. Raises EsdError for a file that cannot be read or a wrong value."""
    return _validated(_read_file(places.settings_file))


def save_setting(places: Folders, name: str, value: str) -> None:
    """Keep one setting in the file. Raises InvalidInput for a name or value that is not one,
    Refused for what the administrator has set."""
    in_force().refuse_to_change(name)
    if name not in local_setting_names():
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
    """The policy goes before the environment, and that before what the file says."""
    said = {**kept, **_of_environment(), **in_force().values}
    values = {}
    for name in local_setting_names():
        if name in said:
            values[name] = _checked(name, said[name])
    return LocalSettings(**values)


def _of_environment() -> dict[str, str]:
    """By name, however its letters are written."""
    return {
        name.lower().removeprefix(_ENVIRONMENT.lower()): value
        for name, value in os.environ.items()
        if name.upper().startswith(_ENVIRONMENT)
    }


def _checked(name: str, value: object) -> Any:
    try:
        return _READ.get(name, _text)(value)
    except ValueError as error:
        raise InvalidInput(
            f"The setting {name!r} cannot be {value!r}.", advice=str(error)
        ) from error
