"""The mails and the history of an asset, in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from esd_desktop.models.fields import field_words, value_words
from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.rows import HistoryRow
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.detail.entries import Entry, EntryList
from esd_desktop.ui.detail.mails_view import MailsView
from esd_desktop.ui.formats import as_moment
from esd_desktop.ui.look.theme import SPACE_20


class HistoryView(QWidget):
    """Mails first: they are what a customer asks about. ``older_wanted``: the person wants to see
    further back in the history."""

    older_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mails = MailsView(desk)
        self._history = EntryList("History", "Nothing has been done with this licence yet.")
        self._history.older_wanted.connect(self.older_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_20)
        column.addWidget(self._mails)
        column.addWidget(self._history)

    def show_rows(
        self, mails: Sequence[MailRow], history: Sequence[HistoryRow], *, older: bool = False
    ) -> None:
        """Show these, newest first; ``older``: the history goes further back."""
        self._mails.show_mails(mails)
        self._history.show_entries([history_entry(row) for row in history], older=older)

    def fold(self) -> None:
        """Begin short again, for another asset."""
        self._mails.fold()
        self._history.fold()


def history_entry(row: HistoryRow) -> Entry:
    """One thing that was done: when, by whom, what changed, and Microsoft's correlation id."""
    lines = [f"{as_moment(row.at)} · {row.operator}"]
    for field, (old, new) in row.changes.items():
        before, after = value_words(old, as_moment), value_words(new, as_moment)
        lines.append(f"{field_words(field)}: {before} → {after}")
    if row.correlation_id:
        lines.append(f"Correlation id {row.correlation_id}")
    return Entry(row.sentence, tuple(lines))
