"""What is copied from the list: text for a spreadsheet. Keys are masked in it as in the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from esd_desktop.models.rows import AssetRow
from esd_desktop.ui.assets.columns import SPECS, Column


def as_table(rows: Iterable[AssetRow], columns: Sequence[Column]) -> str:
    """The rows with a line of headers before them, cells parted by tabs."""
    headers = [SPECS[column].header for column in columns]
    lines = [[SPECS[column].cell(row).text for column in columns] for row in rows]
    return "\n".join("\t".join(map(_on_one_line, line)) for line in [headers, *lines])


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
