"""Copies rows and cells of a list: text for a spreadsheet. Keys are masked in it as in the list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Generic

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.lists.columns import ColumnSpec
from esd_desktop.ui.lists.feed import RecordFeed
from esd_desktop.ui.lists.header import RecordHeader
from esd_desktop.ui.lists.model import RecordModel
from esd_desktop.ui.lists.selection import Selection
from esd_desktop.ui.lists.source import QueryT, RowT
from esd_desktop.ui.lists.table import COPY_CELL, RecordTable
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.messages import Message
from esd_desktop.ui.widgets.announce import announce

MOST_COPIED = 10_000
_READ_AT_ONCE = 1000


class Copying(QObject, Generic[QueryT, RowT]):
    """Copies what is selected when the table's keys ask for it, or the entries of a menu."""

    def __init__(
        self,
        desk: Desk,
        table: RecordTable,
        model: RecordModel[RowT],
        header: RecordHeader,
        feed: RecordFeed[QueryT, RowT],
        selection: Selection[RowT],
    ) -> None:
        super().__init__(table)
        self._desk = desk
        self._table = table
        self._model = model
        self._header = header
        self._feed = feed
        self._selection = selection
        table.copy_wanted.connect(self._copy_rows)
        table.copy_cell_wanted.connect(self._copy_cell)

    def add_to(self, menu: QMenu) -> None:
        """Offer to copy the selected rows, and the cell where the keyboard is."""
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
            sentence = f"At most {as_count(MOST_COPIED)} rows are copied at once."
            self._desk.messages.post(Message(Tone.NEUTRAL, sentence, "Select fewer rows."))
        elif count and query is not None:
            work = partial(self._copy, query, self._selection.ranges())
            key = f"{self._feed.task} copying"
            self._desk.tasks.run(key, work, owner=self._table, latest=True)

    async def _copy(self, query: QueryT, ranges: list[tuple[int, int]]) -> None:
        rows: list[RowT] = []
        for first, last in ranges:
            for begin in range(first, last + 1, _READ_AT_ONCE):
                rows += await self._rows(query, begin, min(last, begin + _READ_AT_ONCE - 1))
        words = "Row copied" if len(rows) == 1 else f"{as_count(len(rows))} rows copied"
        columns = [self._header.columns.spec(name) for name in self._header.shown]
        self._put_on_clipboard(as_table(rows, columns), words)

    async def _rows(self, query: QueryT, first: int, last: int) -> list[RowT]:
        here = [self._model.row_at(position) for position in range(first, last + 1)]
        loaded = [row for row in here if row is not None]
        if len(loaded) == len(here):
            return loaded
        return await self._feed.rows(query, first, last)

    def _put_on_clipboard(self, text: str, told: str) -> None:
        QGuiApplication.clipboard().setText(text)
        announce(self._table, told)


def as_table(rows: Iterable[RowT], columns: Sequence[ColumnSpec[RowT]]) -> str:
    """The rows with a line of headers before them, cells parted by tabs."""
    headers = [column.header for column in columns]
    lines = [[column.cell(row).text for column in columns] for row in rows]
    return "\n".join("\t".join(map(_on_one_line, line)) for line in [headers, *lines])


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
