"""The columns of the list of orders."""

from __future__ import annotations

from esd_desktop.models.order_rows import OrderRow
from esd_desktop.models.wording import counted
from esd_desktop.ui.lists import cells
from esd_desktop.ui.lists.cells import Badge, Cell
from esd_desktop.ui.lists.columns import Columns, ColumnSpec
from esd_desktop.ui.look.colours import Tone


def progress(row: OrderRow) -> Cell:
    """How far the licences of an order have come: the worst first."""
    if row.failed:
        return _state(Tone.BAD, f"{row.failed:,} failed", "Microsoft refused them; try them again")
    if row.waiting:
        words = f"{row.waiting:,} waiting"
        return _state(Tone.WARNING, words, "Their tokens have not been asked for, or not answered")
    return _state(Tone.GOOD, "Complete", "Every licence has its token", quiet=True)


def _state(tone: Tone, words: str, tip: str, *, quiet: bool = False) -> Cell:
    return Cell(words, words, tip, (Badge(tone, words, quiet),))


_SPECS: tuple[ColumnSpec[OrderRow], ...] = (
    ColumnSpec(
        "number",
        "Order",
        "The order's number",
        cells.words("SO-00001"),
        lambda row: cells.words(row.number),
        "number",
        newest_first=True,
    ),
    ColumnSpec(
        "placed_at",
        "Placed",
        "When it was placed",
        cells.words("21 Nov 2026, 10:42"),
        lambda row: cells.moment(row.placed_at),
        "placed_at",
        newest_first=True,
    ),
    ColumnSpec(
        "customer",
        "Customer",
        "Who gets the licences",
        cells.words("Aegean Shipping SA"),
        lambda row: cells.words(row.customer),
        "customer",
    ),
    ColumnSpec(
        "billing_to",
        "Billing To",
        "The account that is billed for it",
        cells.words("Helios Reselling GmbH"),
        lambda row: cells.words(row.billing_to),
        "billing_to",
        quiet=True,
    ),
    ColumnSpec(
        "progress",
        "Tokens",
        "Whether every licence has its token",
        _state(Tone.BAD, "1,234 waiting", ""),
        progress,
    ),
    ColumnSpec(
        "licences",
        "Licences",
        "How many licences were ordered",
        cells.words("10,000"),
        lambda row: cells.number(row.licences),
        numeric=True,
    ),
    ColumnSpec(
        "issued",
        "Issued",
        "How many have their token",
        cells.words("10,000"),
        lambda row: cells.number(row.issued),
        numeric=True,
    ),
    ColumnSpec(
        "net",
        "Net amount",
        "What the licences cost before tax",
        cells.words("1,234,567.00 EUR"),
        lambda row: cells.money(row.net),
        numeric=True,
    ),
    ColumnSpec(
        "connection",
        "Connection",
        "The connection it was ordered over",
        cells.words("Microsoft ESD (GB)"),
        lambda row: cells.words(row.connection),
        "connection",
        quiet=True,
    ),
    ColumnSpec(
        "placed_by",
        "Placed by",
        "Who placed it",
        cells.words("anna"),
        lambda row: cells.words(row.placed_by),
        "placed_by",
        quiet=True,
    ),
)

ORDER_COLUMNS: Columns[OrderRow] = Columns(
    specs=_SPECS,
    shown=("number", "placed_at", "customer", "billing_to", "progress", "licences", "net"),
    filler="customer",
    first_sort=("placed_at", True),
)


def in_words(row: OrderRow) -> str:
    """How far the licences of an order have come, in full."""
    parts = [f"{row.issued:,} issued"]
    if row.failed:
        parts.append(f"{row.failed:,} failed")
    if row.waiting:
        parts.append(f"{row.waiting:,} waiting")
    return f"{counted(row.licences, 'licence')}: {', '.join(parts)}"
