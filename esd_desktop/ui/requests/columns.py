"""The columns of the list of requests."""

from __future__ import annotations

from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.statuses import RequestState, TokenStatus
from esd_desktop.ui.lists import cells
from esd_desktop.ui.lists.cells import Cell
from esd_desktop.ui.lists.columns import Columns, ColumnSpec
from esd_desktop.ui.requests.wording import requester_words, state_text

# What needs nobody any more is told without a tint.
_OVER = (RequestState.APPROVED, RequestState.DECLINED, RequestState.WITHDRAWN)

COLUMNS: Columns[RequestRow] = Columns(
    specs=(
        ColumnSpec(
            "requested_at",
            "Requested",
            "When it was made",
            cells.words("24 November 2026"),
            lambda row: cells.day(row.requested_at),
            "requested_at",
            newest_first=True,
        ),
        ColumnSpec(
            "state",
            "State",
            "What became of it",
            cells.status(state_text(RequestState.REQUESTED)),
            lambda row: cells.status(state_text(row.state), usual=row.state in _OVER),
            "state",
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
            "The account that is credited",
            cells.words("Helios Reselling GmbH"),
            lambda row: cells.words(row.billing_to),
            "billing_to",
            quiet=True,
        ),
        ColumnSpec(
            "product",
            "Product/Service",
            "The licence to be cancelled",
            cells.words("Office Home & Business 2024"),
            lambda row: cells.words(row.product),
            "product",
        ),
        ColumnSpec(
            "order",
            "Order",
            "The order that the licence came from",
            cells.words("SO-00000"),
            lambda row: cells.words(row.order_number),
            "order",
            quiet=True,
        ),
        ColumnSpec(
            "requested_by",
            "Requested By",
            "The customer, or staff on the customer’s behalf",
            cells.words("Eleni Papadaki"),
            lambda row: Cell(row.requested_by, requester_words(row), requester_words(row)),
            "requested_by",
        ),
        ColumnSpec(
            "comment",
            "Comment",
            "Why the customer wants it",
            cells.words("Bought twice by mistake"),
            lambda row: Cell(row.comment or "", row.comment or "None", row.comment or ""),
            quiet=True,
        ),
        ColumnSpec(
            "token_status",
            "Token Status",
            "What became of the licence’s key",
            cells.status(TokenStatus.ACTIVATED),
            lambda row: cells.status(row.token_status),
            "token_status",
        ),
        ColumnSpec(
            "decided_at",
            "Decided",
            "When it was approved, declined or withdrawn",
            cells.words("24 November 2026"),
            lambda row: cells.day(row.decided_at),
            "decided_at",
            newest_first=True,
        ),
        ColumnSpec(
            "decided_by",
            "Decided By",
            "Who approved, declined or withdrew it",
            cells.words("Eleni Papadaki"),
            lambda row: cells.words(row.decided_by),
            "decided_by",
            quiet=True,
        ),
    ),
    shown=(
        "requested_at",
        "state",
        "customer",
        "product",
        "requested_by",
        "comment",
    ),
    filler="comment",
    first_sort=("requested_at", True),
    steps_back=lambda row: not row.undecided,
)
