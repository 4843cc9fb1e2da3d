"""A record that two people change: as one of them opened it, typed it, and finds it now."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

Texts = Mapping[str, str]


class Sides(Struct, frozen=True):
    """The same fields three times, by name."""

    opened: Texts
    typed: Texts
    now: Texts

    @property
    def mine(self) -> tuple[str, ...]:
        """What is typed here otherwise than it was opened."""
        return _differing(self.opened, self.typed)

    @property
    def theirs(self) -> tuple[str, ...]:
        """What somebody else made another."""
        return _differing(self.opened, self.now)

    @property
    def merged(self) -> dict[str, str]:
        """How it is now, with only that typed over which was typed here."""
        return {**self.now, **{name: self.typed[name] for name in self.mine}}

    @property
    def is_at_one(self) -> bool:
        """Whether there is nothing to choose: they changed nothing, or what is typed here is there
        already, as where the answer to a saving was lost."""
        return not self.theirs or self.merged == dict(self.now)


def _differing(one: Texts, other: Texts) -> tuple[str, ...]:
    return tuple(name for name, text in one.items() if other[name] != text)
