"""What was done with an account and its assets, newest first; or by anybody with any."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from esd_desktop.models.rows import AssetRow, HistoryRow
from esd_desktop.services.browse import HISTORY_LIMIT, history_and_assets
from esd_desktop.services.changes import Changes
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.detail.entries import Entry, EntryList
from esd_desktop.ui.detail.history_view import history_entry
from esd_desktop.ui.detail.kept_place import kept_place
from esd_desktop.ui.look.theme import SPACE_12, SPACE_16, SPACE_20
from esd_desktop.ui.rereading import Rereading


class AccountHistory(QScrollArea):
    """Reads only while it is on the screen."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._account_id: int | None = None
        self._wanted = HISTORY_LIMIT
        self._entries = EntryList("History", "Nothing has been done yet.")
        self._reading = Rereading(desk, "account history", self, self._read)
        self._lay_out()
        self._entries.older_wanted.connect(self._look_further_back)
        desk.bus.store_changed.connect(self._store_changed)

    def show_account(self, account_id: int | None) -> None:
        """Show what was done with an account, or with None everything."""
        if account_id != self._account_id:
            self._account_id = account_id
            self._wanted = HISTORY_LIMIT
            self._entries.fold()
            self._load()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes to what can be read."""
        super().focusInEvent(event)
        self.focusNextPrevChild(True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._load()

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE_12, SPACE_16, SPACE_20, SPACE_20)
        column.addWidget(self._entries)
        column.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _store_changed(self, changes: Changes) -> None:
        concerns_all = changes.everything or changes.accounts or changes.assets
        if concerns_all or self._is_told_by(changes.histories):
            self._load()

    def _is_told_by(self, histories: frozenset[int]) -> bool:
        return bool(histories) and self._account_id in (None, *histories)

    def _look_further_back(self) -> None:
        self._wanted += HISTORY_LIMIT
        self._load()

    def _load(self) -> None:
        if self.isVisible():
            self._reading.ask()

    async def _read(self) -> None:
        account_id, wanted = self._account_id, self._wanted
        rows, assets = await self._desk.read(history_and_assets, account_id, wanted)
        if account_id == self._account_id:
            entries = [_entry(row, assets) for row in rows]
            with kept_place(self):
                self._entries.show_entries(entries, older=len(rows) == wanted)


def _entry(row: HistoryRow, assets: dict[int, AssetRow]) -> Entry:
    """As in the asset's own history, and whose licence it was about."""
    entry = history_entry(row)
    asset = assets.get(row.asset_id or 0)
    if asset is None:
        return entry
    about = f"{asset.product} · {asset.order_number} · {asset.customer}"
    return Entry(entry.sentence, (about, *entry.particulars))
