"""The columns of the list of mails."""

from __future__ import annotations

from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.statuses import MailState
from esd_desktop.services.mail.kinds import title_of
from esd_desktop.ui.lists import cells
from esd_desktop.ui.lists.cells import Cell
from esd_desktop.ui.lists.columns import Columns, ColumnSpec
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.mails.wording import state_text
from esd_desktop.ui.widgets.statuses import StatusText

_WIDEST = StatusText("Returned", Tone.BAD, "", "Returned")


def _state(row: MailRow) -> Cell:
    told = state_text(row)
    short = StatusText(told.word, told.tone, told.explanation, told.word)
    return cells.status(short, usual=told.tone in (Tone.GOOD, Tone.NEUTRAL))


COLUMNS: Columns[MailRow] = Columns(
    specs=(
        ColumnSpec(
            "queued_at",
            "Queued",
            "When it was written",
            cells.words("24 November 2026"),
            lambda row: cells.day(row.queued_at),
            "queued_at",
            newest_first=True,
        ),
        ColumnSpec(
            "state",
            "State",
            "What became of it",
            cells.status(_WIDEST),
            _state,
            "state",
        ),
        ColumnSpec(
            "template",
            "Mail",
            "Which of the mails it is",
            cells.words("Cancellation requested"),
            lambda row: cells.words(title_of(row.template)),
            "template",
        ),
        ColumnSpec(
            "to_address",
            "To",
            "The address that it goes to",
            cells.words("office@aegean-shipping.example"),
            lambda row: cells.words(row.to_address),
            "to_address",
        ),
        ColumnSpec(
            "customer",
            "Customer",
            "Whose licence it is about",
            cells.words("Aegean Shipping SA"),
            lambda row: cells.words(row.customer),
            "customer",
        ),
        ColumnSpec(
            "product",
            "Product/Service",
            "The licence that it is about",
            cells.words("Office Home & Business 2024"),
            lambda row: cells.words(row.product),
            "product",
            quiet=True,
        ),
        ColumnSpec(
            "reason",
            "Reason",
            "Why it was refused, came back, or waits",
            cells.words("The mail server refused it"),
            lambda row: Cell(row.last_error or "", row.last_error or "None", row.last_error or ""),
            quiet=True,
        ),
        ColumnSpec(
            "attempts",
            "Attempts",
            "How often it was tried",
            cells.number(10),
            lambda row: cells.number(row.attempts),
            "attempts",
            numeric=True,
        ),
        ColumnSpec(
            "sent_at",
            "Sent",
            "When the mail server took it",
            cells.words("24 November 2026"),
            lambda row: cells.day(row.sent_at),
            "sent_at",
            newest_first=True,
        ),
        ColumnSpec(
            "queued_by",
            "By",
            "Who had it sent",
            cells.words("Eleni Papadaki"),
            lambda row: cells.words(row.queued_by),
            quiet=True,
        ),
    ),
    shown=("queued_at", "state", "template", "to_address", "customer", "product"),
    filler="product",
    first_sort=("queued_at", True),
    steps_back=lambda row: row.state is MailState.SENT,
)
