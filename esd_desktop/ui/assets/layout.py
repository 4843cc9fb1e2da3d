"""Which columns are shown, in which order and how wide: kept from one start to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from esd_desktop.ui.assets.columns import COLUMNS, Column
from esd_desktop.ui.memory import Memory


@dataclass
class Layout:
    """``shown`` in order; ``widths`` at the usual size of type, of those that a person changed."""

    shown: list[Column]
    widths: dict[Column, int] = field(default_factory=dict)

    def order(self) -> list[Column]:
        """All columns, the hidden ones last."""
        return [*self.shown, *(column for column in COLUMNS if column not in self.shown)]

    def keep(self, memory: Memory, name: str) -> None:
        """Remember it."""
        memory.keep(name, {"shown": self.shown, "widths": self.widths})


def recalled_layout(memory: Memory, name: str, columns: Sequence[Column]) -> Layout:
    """The layout that was kept; ``columns`` where none was, or nothing of it is known any more."""
    kept = memory.recall(name, {})
    shown = [Column(word) for word in _listed(kept.get("shown")) if word in COLUMNS]
    widths = kept.get("widths")
    return Layout(
        list(dict.fromkeys(shown)) or list(columns),
        {
            Column(word): width
            for word, width in (widths.items() if isinstance(widths, dict) else ())
            if word in COLUMNS and isinstance(width, int) and width > 0
        },
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
