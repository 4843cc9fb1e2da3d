"""What can be done with the rows of the list: the actions of an asset, its menu, and copying."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from esd_desktop.models.rows import AssetQuery, AssetRow
from esd_desktop.services.browse import asset_detail
from esd_desktop.ui.actions.registry import DELETE_ASSET, UPDATE_STATUS, context_menu, start
from esd_desktop.ui.assets.copying import as_table
from esd_desktop.ui.assets.feed import AssetFeed
from esd_desktop.ui.assets.header import AssetHeader
from esd_desktop.ui.assets.model import AssetModel
from esd_desktop.ui.assets.selection import Selection
from esd_desktop.ui.assets.table import COPY_CELL, AssetTable
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.messages import Message
from esd_desktop.ui.widgets.announce import announce

MOST_COPIED = 10_000
_READ_AT_ONCE = 1000


class RowActions(QObject):
    """Does what the table's signals ask for."""

    def __init__(
        self,
        desk: Desk,
        table: AssetTable,
        model: AssetModel,
        feed: AssetFeed,
        selection: Selection,
    ) -> None:
        super().__init__(table)
        self._desk = desk
        self._table = table
        self._model = model
        self._feed = feed
        self._selection = selection
        table.update_wanted.connect(self._update)
        table.details_wanted.connect(desk.navigator.details_wanted)
        table.delete_wanted.connect(self._delete)
        table.menu_wanted.connect(self._show_menu)
        table.copy_wanted.connect(self._copy_rows)
        table.copy_cell_wanted.connect(self._copy_cell)

    def _update(self, position: int) -> None:
        row = self._model.row_at(position)
        if row is not None:
            start(self._desk, UPDATE_STATUS, self._table, row.id)

    def _delete(self) -> None:
        row = self._selection.single_row()
        if row is not None:
            start(self._desk, DELETE_ASSET, self._table, row.id)
        elif self._selection.count > 1:
            self._tell("Records are deleted one at a time.", "Select just the one to delete.")

    def _show_menu(self, at: QPoint) -> None:
        row = self._selection.single_row()
        if row is not None:
            work = partial(self._show_menu_of, row.id, at)
            self._desk.tasks.run(f"{self._feed.task} menu", work, owner=self._table)
        elif self._selection.count > 1:
            menu = QMenu(self._table)
            menu.setAccessibleName("Assets")
            menu.aboutToHide.connect(menu.deleteLater)
            self._add_copying(menu)
            menu.popup(at)

    async def _show_menu_of(self, asset_id: int, at: QPoint) -> None:
        detail = await self._desk.read(asset_detail, asset_id)
        menu = context_menu(self._desk, self._table, detail)
        menu.addSeparator()
        self._add_copying(menu)
        menu.popup(at)

    def _add_copying(self, menu: QMenu) -> None:
        count = self._selection.count
        rows = "Copy Row" if count == 1 else f"Copy {as_count(count)} Rows"
        copies = (
            (rows, QKeySequence(QKeySequence.StandardKey.Copy), self._copy_rows),
            ("Copy Cell", COPY_CELL, self._copy_cell),
        )
        for words, keys, copy in copies:
            action = menu.addAction(icon("copy"), words)
            action.setShortcut(keys)
            # Shown here only: the table itself listens for the keys.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setShortcutVisibleInContextMenu(True)
            action.triggered.connect(lambda _=False, copy=copy: copy())

    def _copy_cell(self) -> None:
        current = self._table.currentIndex()
        if current.isValid():
            self._put_on_clipboard(self._model.cell(current).text, "Cell copied")

    def _copy_rows(self) -> None:
        count, query = self._selection.count, self._feed.query
        if count > MOST_COPIED:
            most = as_count(MOST_COPIED)
            self._tell(f"At most {most} rows are copied at once.", "Select fewer rows.")
        elif count and query is not None:
            work = partial(self._copy, query, self._selection.ranges())
            key = f"{self._feed.task} copying"
            self._desk.tasks.run(key, work, owner=self._table, latest=True)

    async def _copy(self, query: AssetQuery, ranges: list[tuple[int, int]]) -> None:
        rows: list[AssetRow] = []
        for first, last in ranges:
            for begin in range(first, last + 1, _READ_AT_ONCE):
                rows += await self._rows(query, begin, min(last, begin + _READ_AT_ONCE - 1))
        header = self._table.horizontalHeader()
        assert isinstance(header, AssetHeader)
        words = "Row copied" if len(rows) == 1 else f"{as_count(len(rows))} rows copied"
        self._put_on_clipboard(as_table(rows, header.shown), words)

    async def _rows(self, query: AssetQuery, first: int, last: int) -> list[AssetRow]:
        here = [self._model.row_at(position) for position in range(first, last + 1)]
        loaded = [row for row in here if row is not None]
        if len(loaded) == len(here):
            return loaded
        return await self._feed.rows(query, first, last)

    def _put_on_clipboard(self, text: str, told: str) -> None:
        QGuiApplication.clipboard().setText(text)
        announce(self._table, told)

    def _tell(self, sentence: str, advice: str) -> None:
        self._desk.messages.post(Message(Tone.NEUTRAL, sentence, advice))
