"""The account's Assets section (C3): five columns, All / Active / Cancelled, and Delete."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from esd_desktop.models.rows import AssetCounts, AssetDetail, AssetQuery, StatusFilter
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.changes import Changes
from esd_desktop.ui.actions.action import task_key
from esd_desktop.ui.actions.registry import DELETE_ASSET, refusal_now, start
from esd_desktop.ui.assets.asset_list import AssetList
from esd_desktop.ui.assets.columns import SECTION
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.counts_line import CountsLine
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_8, theme
from esd_desktop.ui.mass.bar import MassBar
from esd_desktop.ui.widgets.busy_button import BusyButton

_STATUS = "account section status"
_TASK = "account section asset"
_NONE_SELECTED = "Select an asset in the list first."
_LEAST_LINES = 7
_CHOICES: tuple[tuple[str, StatusFilter], ...] = (
    ("All", "all"),
    ("Active", "active"),
    ("Cancelled", "cancelled"),
)


class AssetsSection(QWidget):
    """Reads only while it is on the screen."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._account_id: int | None = None
        self._asset_id: int | None = None
        self._detail: AssetDetail | None = None
        self.status = QComboBox()
        self.status.setAccessibleName("Status of this account’s assets")
        for words, value in _CHOICES:
            self.status.addItem(words, value)
        self.status.setCurrentIndex(
            max(self.status.findData(desk.memory.recall(_STATUS, "all")), 0)
        )
        self.delete = BusyButton(DELETE_ASSET.text, icon=icon(DELETE_ASSET.icon, before_words=True))
        self.delete.set_tip(DELETE_ASSET.hint)
        self.delete.set_refusal(_NONE_SELECTED)
        self.list = AssetList(
            desk,
            self,
            columns=SECTION,
            name="account section",
            accessible_name="Assets of this account",
        )
        self.counts_line = CountsLine()
        self.mass = MassBar(desk, self.list.target, self.counts_line, self)
        self._lay_out()
        self._follow()

    def show_account(self, account_id: int) -> None:
        """Show the assets of an account."""
        if account_id != self._account_id:
            self._account_id = account_id
            self._query()

    def refresh(self) -> None:
        """Read the list again."""
        self.list.refresh()

    def remember(self) -> None:
        """Keep the filter and the columns for the next start."""
        self._desk.memory.keep(_STATUS, self.status.currentData())
        self.list.remember()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._query()

    def _lay_out(self) -> None:
        heading = QLabel("Assets")
        write_as(heading, Text.SECTION)
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        row.addWidget(heading)
        row.addStretch(1)
        row.addWidget(self.status)
        row.addWidget(self.delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_8)
        column.addLayout(row)
        column.addWidget(self.list, 1)
        column.addWidget(self.mass)
        theme().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.list.setMinimumHeight(_LEAST_LINES * theme().row_height())

    def _follow(self) -> None:
        self.status.currentIndexChanged.connect(lambda _: self._query())
        self.list.selection_counted.connect(self.counts_line.tell_selected)
        self.list.counted.connect(self._show_counts)
        self.list.not_loaded.connect(self.counts_line.tell_nothing)
        self.list.clear_wanted.connect(lambda: self.status.setCurrentIndex(0))
        self.delete.clicked.connect(self._delete)
        self._desk.navigator.asset_selected.connect(self._asset_selected)
        self._desk.bus.store_changed.connect(self._store_changed)
        self._desk.tasks.changed.connect(self._task_changed)

    def _show_counts(self, counts: AssetCounts) -> None:
        self.counts_line.tell_counts(counts.found, counts.all)

    def _query(self) -> None:
        if self._account_id is None or not self.isVisible():
            return
        query = AssetQuery(account_id=self._account_id, status=self.status.currentData())
        self.list.show_query(query)

    def _asset_selected(self, asset_id: int | None) -> None:
        if self.isVisible():
            self._asset_id = asset_id
            self._look()

    def _store_changed(self, changes: Changes) -> None:
        if changes.everything or self._asset_id in changes.assets:
            self._look()

    def _task_changed(self, key: str) -> None:
        if self._detail is not None and key == task_key(self._detail.id):
            self._offer()

    def _look(self) -> None:
        """Read how the selected asset is now."""
        if self._asset_id is None:
            self._desk.tasks.cancel(_TASK)
            self._detail = None
            self._offer()
        else:
            work = partial(self._read, self._asset_id)
            self._desk.tasks.run(_TASK, work, owner=self, latest=True)

    async def _read(self, asset_id: int) -> None:
        self._detail = await self._desk.read(asset_detail, asset_id)
        self._offer()

    def _offer(self) -> None:
        """Offer to delete what is selected, or say why not."""
        detail = self._detail
        if detail is None:
            self.delete.set_busy(False)
            self.delete.set_refusal(_NONE_SELECTED)
            return
        running = {task.key: task.words for task in self._desk.tasks.running()}
        busy = running.get(task_key(detail.id)) == DELETE_ASSET.words
        self.delete.set_busy(busy)
        self.delete.set_refusal(None if busy else refusal_now(self._desk, DELETE_ASSET, detail))

    def _delete(self) -> None:
        if self._asset_id is not None:
            start(self._desk, DELETE_ASSET, self, self._asset_id)
