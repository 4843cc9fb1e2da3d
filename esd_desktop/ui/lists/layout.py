"""Which columns are shown, in which order and how wide: kept from one start to the next."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from esd_desktop.ui.lists.columns import Columns
from esd_desktop.ui.memory import Memory


class Layout(Struct):
    """``shown`` in order; ``widths`` at the usual size of type, of those that a person changed."""

    shown: list[str]
    widths: dict[str, int] = field(default_factory=dict)

    def order(self, columns: Columns[Any]) -> list[str]:
        """All columns, the hidden ones last."""
        return [*self.shown, *(name for name in columns.names if name not in self.shown)]

    def keep(self, memory: Memory, name: str) -> None:
        """Remember it."""
        memory.keep(name, {"shown": self.shown, "widths": self.widths})


def recalled_layout(memory: Memory, name: str, columns: Columns[Any]) -> Layout:
    """The layout that was kept; the columns that are shown at first where none was, or nothing of
    it is known any more."""
    kept = memory.recall(name, {})
    shown, widths = kept.get("shown"), kept.get("widths")
    return Layout(
        columns.known(shown if isinstance(shown, list) else []) or list(columns.shown),
        {
            word: width
            for word, width in (widths.items() if isinstance(widths, dict) else ())
            if word in columns.names and isinstance(width, int) and width > 0
        },
    )
