"""What records keep to themselves. They are msgspec's Structs, which tell all their fields."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Struct


class Discreet(Struct, frozen=True):
    """A record of which some fields are in no log and in no traceback: they may be a secret, or are
    too long to be read."""

    KEPT_BACK: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({told})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What rich shows, which does not ask for the repr."""
        told = (name for name in self.__struct_fields__ if name not in self.KEPT_BACK)
        return [(name, getattr(self, name)) for name in told]
