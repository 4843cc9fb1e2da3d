"""Windows: ``Software\\Policies\\ESD Desktop`` in the registry, which group policies write and
people may only read; the computer's goes before the person's. A group of values is a key of its
own: ``mail``, ``connection``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from esd_desktop.policy.places import Said

KEY = r"Software\Policies\ESD Desktop"
_GROUPS = ("mail", "connection")


def said() -> list[Said]:
    """What the computer's key and the person's say; nothing where there is no registry."""
    if sys.platform != "win32":
        return []
    import winreg

    roots = (("HKLM", winreg.HKEY_LOCAL_MACHINE), ("HKCU", winreg.HKEY_CURRENT_USER))
    return [found for name, root in roots if (found := _said_under(winreg, name, root)) is not None]


def _said_under(winreg: Any, name: str, root: Any) -> Said | None:
    where = f"{name}\\{KEY}"
    try:
        with winreg.OpenKey(root, KEY) as key:
            found: dict[str, object] = dict(_values(winreg, key))
            for group in _GROUPS:
                with suppress(FileNotFoundError), winreg.OpenKey(key, group) as inner:
                    found[group] = dict(_values(winreg, inner))
    except FileNotFoundError:
        return None
    except OSError as error:
        return where, error.strerror or "the system refuses it"
    return where, found


def _values(winreg: Any, key: Any) -> Iterator[tuple[str, object]]:
    for place in range(winreg.QueryInfoKey(key)[1]):
        name, value, _ = winreg.EnumValue(key, place)
        if name:  # the key's own value has none
            yield name, value
