"""The columns of the list of what disagrees."""

from __future__ import annotations

from esd_desktop.models.discrepancy_rows import DiscrepancyKind, DiscrepancyRow
from esd_desktop.models.statuses import AssetStatus, TokenStatus
from esd_desktop.ui.discrepancies.wording import action_of, kind_text
from esd_desktop.ui.lists import cells
from esd_desktop.ui.lists.columns import Columns, ColumnSpec

_SPECS: tuple[ColumnSpec[DiscrepancyRow], ...] = (
    ColumnSpec(
        "kind",
        "Kind",
        "What kind of disagreement it is; the most urgent first",
        cells.status(kind_text(DiscrepancyKind.NOT_RETURNED)),
        lambda row: cells.status(kind_text(row.kind)),
        "urgency",
        newest_first=True,
    ),
    ColumnSpec(
        "detail",
        "What Disagrees",
        "In a sentence",
        cells.words("Microsoft has taken it back, and the record"),
        lambda row: cells.words(row.detail),
    ),
    ColumnSpec(
        "customer",
        "Customer",
        "Whose licence it is",
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
        "product",
        "Product/Service",
        "The offering that was bought",
        cells.words("Office Home & Business 2024"),
        lambda row: cells.words(row.product),
        "product",
    ),
    ColumnSpec(
        "order",
        "Order",
        "The order that this licence came from",
        cells.words("SO-00000"),
        lambda row: cells.words(row.order_number),
        "order",
        quiet=True,
    ),
    ColumnSpec(
        "since",
        "Since",
        "When it was found, or when it was ordered",
        cells.words("20 Nov 2000"),
        lambda row: cells.day(row.since),
        "since",
        newest_first=True,
        quiet=True,
    ),
    ColumnSpec(
        "remedy",
        "Settled By",
        "What settles it",
        cells.words("Update License Status"),
        lambda row: cells.words(action_of(row.remedies[0]).text),
        quiet=True,
    ),
    ColumnSpec(
        "status",
        "Status",
        "Whether the licence is held or was given back",
        cells.status(AssetStatus.CANCELLED),
        lambda row: cells.status(row.status),
        "status",
        quiet=True,
    ),
    ColumnSpec(
        "token_status",
        "Token Status",
        "What became of the key, as the record has it",
        cells.status(TokenStatus.ACTIVATED),
        lambda row: cells.status(row.token_status),
        "token_status",
        quiet=True,
    ),
)

COLUMNS = Columns(
    _SPECS,
    shown=("kind", "detail", "customer", "product", "order", "since", "remedy"),
    filler="detail",
    first_sort=("kind", True),
)
