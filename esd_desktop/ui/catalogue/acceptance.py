"""Before many products are accepted at once: everything that changes by it, in one table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from esd_desktop.models.offering_rows import at_microsoft, differences
from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.wording import counted
from esd_desktop.ui.ask import answered
from esd_desktop.ui.catalogue.offering_panel import in_words
from esd_desktop.ui.look.roles import Kind
from esd_desktop.ui.settings.form import give_size
from esd_desktop.ui.widgets.dialog import Dialog
from esd_desktop.ui.widgets.difference_table import DifferenceTable

_HEADERS = ("Product", "What", "In use", "At Microsoft")
_SIZE = (960, 520)
_BODY = (
    "Orders from now on are placed with these names and prices. What was sold before stays as it "
    "was sold."
)


async def ask_to_accept(parent: QWidget, rows: Sequence[OfferingRow], *, because: str = "") -> bool:
    """Show what would change, and ask. ``because``: what happened that it is asked."""
    products = counted(len(rows), "product")
    dialog = Dialog(f"Accept {products}?", f"{because} {_BODY}".strip(), parent)
    dialog.body.addWidget(difference_table(rows, dialog), 1)
    dialog.add_button("Leave as it is", False, default=True, escape=True)
    dialog.add_button(f"Accept {products}", True, kind=Kind.PRIMARY)
    give_size(dialog, *_SIZE)
    return bool(await answered(dialog))


def difference_table(rows: Sequence[OfferingRow], parent: QWidget | None = None) -> DifferenceTable:
    """A line for each thing that accepting changes."""
    lines = (line for row in rows for line in _lines(row))
    return DifferenceTable(_HEADERS, lines, _HEADERS.index("What"), parent)


def _lines(row: OfferingRow) -> list[tuple[str, ...]]:
    """One line of a new product, as nothing of it is in use; else one for each difference."""
    name, unit_type, price = at_microsoft(row)
    if row.status is CatalogueStatus.NEW:
        offered = f"{in_words(price)} per {unit_type}"
        return [(f"{name} ({row.sku})", "New", in_words(None), offered)]
    told = f"{row.name} ({row.sku})"
    return [
        (told, each.what, in_words(each.in_use), in_words(each.offered))
        for each in differences(row)
    ]
