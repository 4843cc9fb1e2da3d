"""What stands in those cells of the asset list that no other list has."""

from __future__ import annotations

from esd_desktop.models.asset_rows import AssetRow
from esd_desktop.ui.lists.cells import Badge, Cell, status
from esd_desktop.ui.look.colours import Tone

_DIFFERS = "Microsoft says otherwise than this record; the details tell what."


def token_status(row: AssetRow) -> Cell:
    """What became of the key, and whether Microsoft and the record differ about it."""
    cell = status(row.token_status)
    if not row.has_discrepancy:
        return cell
    return Cell(
        f"{cell.text} (differs)".strip(),
        f"{cell.spoken}, differs from Microsoft",
        f"{cell.tip}\n{_DIFFERS}",
        (*cell.badges, Badge(Tone.WARNING, "Differs")),
    )
