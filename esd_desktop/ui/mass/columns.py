"""The columns of the list of mass works, and of their results."""

from __future__ import annotations

from esd_desktop.models.mass_rows import ItemState, MassItemRow, MassState, MassWorkRow
from esd_desktop.ui.lists import cells
from esd_desktop.ui.lists.cells import Cell
from esd_desktop.ui.lists.columns import Columns, ColumnSpec
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.mass.wording import ACTIONS, how_far, item_state, work_state
from esd_desktop.ui.widgets.statuses import StatusText

_USUAL = (ItemState.WAITING, ItemState.DONE, ItemState.UNCHANGED)
_OPEN = (MassState.RUNNING, MassState.PAUSED)


def _badge(told: StatusText, *, usual: bool) -> Cell:
    whole = StatusText(told.word, told.tone, told.explanation, told.word)
    return cells.status(whole, usual=usual)


def _sentence(row: MassItemRow) -> Cell:
    said = f"{row.sentence} {row.advice}".strip()
    return Cell(row.sentence, said or "Nothing yet", said)


_STOPPED = _badge(StatusText("Stopped", Tone.NEUTRAL, "", ""), usual=True)

WORKS: Columns[MassWorkRow] = Columns(
    specs=(
        ColumnSpec(
            "asked_at",
            "Begun",
            "When it was asked for",
            cells.words("24 November 2026"),
            lambda row: cells.day(row.asked_at),
            "asked_at",
            newest_first=True,
        ),
        ColumnSpec(
            "kind",
            "Work",
            "What is done to each of the assets",
            cells.words("Resend Activation Link"),
            lambda row: cells.words(ACTIONS[row.kind].text),
            "kind",
        ),
        ColumnSpec(
            "scope",
            "Assets",
            "To which assets",
            cells.words("All active assets of Helios"),
            lambda row: cells.words(row.scope),
            "scope",
            quiet=True,
        ),
        ColumnSpec(
            "state",
            "State",
            "How it stands",
            _STOPPED,
            lambda row: _badge(work_state(row), usual=row.state is MassState.STOPPED),
            "state",
        ),
        ColumnSpec(
            "ended",
            "Progress",
            "How many have their result, of how many",
            cells.words("100,000 of 1,000,000"),
            lambda row: cells.words(how_far(row)),
            "total",
            numeric=True,
        ),
        ColumnSpec(
            "failed",
            "Failed",
            "How many were refused or went wrong",
            cells.number(1_000),
            lambda row: cells.number(row.failed or None),
            "failed",
            numeric=True,
        ),
        ColumnSpec(
            "asked_by",
            "By",
            "Who asked for it",
            cells.words("Eleni Papadaki"),
            lambda row: cells.words(row.asked_by),
            "asked_by",
            quiet=True,
        ),
        ColumnSpec(
            "ended_at",
            "Ended",
            "When the last asset had its result, or it was stopped",
            cells.words("24 November 2026"),
            lambda row: cells.day(row.ended_at),
            "ended_at",
            newest_first=True,
        ),
    ),
    shown=("state", "kind", "ended"),
    filler="kind",
    first_sort=("asked_at", True),
    steps_back=lambda row: row.state not in _OPEN,
)

RESULTS: Columns[MassItemRow] = Columns(
    specs=(
        ColumnSpec(
            "asset",
            "Asset",
            "Its number, in the order of which they are done",
            cells.number(1_000_000),
            lambda row: cells.words(str(row.asset_id)),
            "asset",
            numeric=True,
        ),
        ColumnSpec(
            "state",
            "Result",
            "What came of it",
            _badge(item_state(ItemState.UNDER_WAY), usual=False),
            lambda row: _badge(item_state(row.state), usual=row.state in _USUAL),
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
            "product",
            "Product/Service",
            "The licence",
            cells.words("Office Home & Business 2024"),
            lambda row: cells.words(row.product),
            "product",
            quiet=True,
        ),
        ColumnSpec(
            "order",
            "Order",
            "The order that it came with",
            cells.words("SO-100000"),
            lambda row: cells.words(row.order_number),
            "order",
            quiet=True,
        ),
        ColumnSpec(
            "token",
            "Token",
            "The last five characters of its key",
            cells.words("•••••-XXXXX"),
            lambda row: cells.words(row.masked_key),
        ),
        ColumnSpec(
            "sentence",
            "What Was Said",
            "What came of it, in words",
            cells.words("The status was brought up to date"),
            _sentence,
            "sentence",
        ),
        ColumnSpec(
            "ended_at",
            "At",
            "When it had its result",
            cells.words("24 November 2026, 10:42"),
            lambda row: cells.moment(row.ended_at),
            "ended_at",
            newest_first=True,
        ),
        ColumnSpec(
            "correlation_id",
            "Correlation ID",
            "What to quote to Microsoft",
            cells.words("6a0a9f5c-7a43-4a6e-9d3f-0e1a5a6f7c11"),
            lambda row: cells.words(row.correlation_id),
            quiet=True,
        ),
    ),
    shown=("state", "customer", "order", "sentence"),
    filler="sentence",
    first_sort=("asset", False),
)
