"""The mails and the history of an asset, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QVBoxLayout, QWidget

from esd_desktop.models.rows import HistoryRow, MailRow
from esd_desktop.models.statuses import MailState
from esd_desktop.ui.detail.entries import Entry, EntryList
from esd_desktop.ui.formats import as_moment
from esd_desktop.ui.look.theme import SPACE_20

_FIELDS = {
    "status": "Status",
    "provisioning_sync_status": "Provisioning Sync Status",
    "synchronization_details": "Synchronization details",
    "token_status": "Token Status",
    "return_status": "Return Status",
    "return_refusal": "Return refused",
    "activation_date": "Activation Date",
    "deleted_at": "Deleted",
}
_NONE = "none"


class HistoryView(QWidget):
    """Mails first: they are what a customer asks about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mails = EntryList("Mails", "No mail has been sent for this licence.")
        self._history = EntryList("History", "Nothing has been done with this licence yet.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_20)
        column.addWidget(self._mails)
        column.addWidget(self._history)

    def show_rows(self, mails: Sequence[MailRow], history: Sequence[HistoryRow]) -> None:
        """Show these, newest first."""
        self._mails.show_entries([mail_entry(mail) for mail in mails])
        self._history.show_entries([history_entry(row) for row in history])

    def fold(self) -> None:
        """Begin short again, for another asset."""
        self._mails.fold()
        self._history.fold()


def mail_entry(mail: MailRow) -> Entry:
    """A mail: to whom, and what became of it."""
    state = {
        MailState.QUEUED: f"Waiting to be sent since {as_moment(mail.queued_at)}",
        MailState.SENT: f"Sent {as_moment(mail.sent_at or mail.queued_at)}",
        MailState.FAILED: f"Refused for good; queued {as_moment(mail.queued_at)}",
    }[mail.state]
    lines = [state]
    if mail.attempts > 1:
        lines.append(f"{mail.attempts} attempts")
    if mail.last_error and mail.state is not MailState.SENT:
        lines.append(mail.last_error)
    return Entry(f"Activation link to {mail.to_address}", tuple(lines))


def history_entry(row: HistoryRow) -> Entry:
    """One thing that was done: when, by whom, what changed, and Microsoft's correlation id."""
    lines = [f"{as_moment(row.at)} · {row.operator}"]
    for field, (old, new) in row.changes.items():
        lines.append(f"{_FIELDS.get(field, field)}: {_value(old)} → {_value(new)}")
    if row.correlation_id:
        lines.append(f"Correlation id {row.correlation_id}")
    return Entry(row.sentence, tuple(lines))


def _value(text: str | None) -> str:
    """A value as the audit row has it; moments are there as ISO text."""
    if text is None:
        return _NONE
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return as_moment(moment)
