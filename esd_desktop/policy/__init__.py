"""What an administrator sets for everybody on this computer, and what nobody here may change.

::

    places.py       where each operating system keeps policies, in which order they count
    registry.py     Windows      preferences.py  macOS      toml_file.py  everywhere else
    rules.py        the values there are, and what each may be

A policy goes before the environment, the command line, the store and the person's own settings. A
value that cannot be is left out and told as a sentence; the others count all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from esd_desktop.errors import Refused
from esd_desktop.policy import places
from esd_desktop.policy.places import Said

BY_ADMINISTRATOR = "Set by your administrator"
TELL_ADMINISTRATOR = "Tell your administrator; everything else that is set counts."
_CONNECTION = "connection."
_MAIL = "mail."


class Policy(NamedTuple):
    """``values`` by name, such as ``store``, ``mail.host`` and ``connection.tenant``, and in
    ``sources`` where each was found; ``troubles`` are sentences about what could not be used. A
    tuple, so that a window is painted without waiting for msgspec."""

    values: Mapping[str, str] = MappingProxyType({})
    sources: Mapping[str, str] = MappingProxyType({})
    troubles: tuple[str, ...] = ()

    @property
    def mail(self) -> dict[str, str]:
        """The mail server's settings, by their whole names."""
        return {name: value for name, value in self.values.items() if name.startswith(_MAIL)}

    def connection_called(self, name: str | None) -> dict[str, str]:
        """What is set of the connection of this name (D1), by its fields. A policy that names a
        system is about that one, one without a name about all of them; None is a connection
        whose name is still to be given."""
        fields = {
            each.removeprefix(_CONNECTION): value
            for each, value in self.values.items()
            if each.startswith(_CONNECTION)
        }
        named = fields.get("name")
        return fields if name is None or named in (None, name) else {}

    def refuse_to_change(self, name: str) -> None:
        """Raises Refused where a setting is the administrator's."""
        if name in self.values:
            raise Refused(
                f"{name} is set by your administrator and cannot be changed here.",
                advice=f"It comes from {self.sources[name]}.",
            )


@cache
def in_force() -> Policy:
    """The policy of this computer, read once: a change counts from the next start on."""
    return checked(places.said())


def checked(said: Sequence[Said]) -> Policy:
    """What of it can be used. Of the same value in two places the first one counts."""
    if not said:
        return Policy()
    # Loaded where there is something to check: a window is not painted before this was looked at.
    from esd_desktop.policy.rules import RULES, plain_text

    values: dict[str, str] = {}
    sources: dict[str, str] = {}
    troubles: list[str] = []
    for where, found in said:
        if isinstance(found, str):
            troubles.append(f"The policy in {where} cannot be read: {found}.")
            continue
        for name, value in _flat(found):
            text = plain_text(value)
            rule = RULES.get(name)
            if rule is None:
                troubles.append(f"The policy in {where} sets {name!r}, which there is not.")
            elif text is None or not rule.allows(text):
                troubles.append(
                    f"The policy in {where} sets {name} to {value!r}; it is {rule.words}."
                )
            elif name not in values:
                values[name], sources[name] = text, where
    return Policy(values, sources, tuple(troubles))


def _flat(found: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in found.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", within) for inner, within in value.items())
        else:
            yield name, value
