"""What is done in a list, timed until it is first painted: in the program, and in a plain window on
Qt's own QSqlTableModel. Each runs in a process of its own; called by bench.apart."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QTableView

from bench import list_window

if TYPE_CHECKING:
    from PySide6.QtSql import QSqlTableModel

_SORTED_BY = "price_amount"
_JUMPS = 20
_RESTS_S = 0.5


def program(store: str, word: str) -> dict[str, float]:
    """Seconds until the program has painted the first rows of a filter and of a sort, and those
    that a jump leads to."""

    async def work(assets: Any) -> dict[str, float]:
        page, watch = _page_of(assets), _Watch(assets.table)
        came = asyncio.Event()
        for signal in (assets.feed.begun, assets.feed.answered):
            signal.connect(came.set)

        async def painted(change: Callable[[], object]) -> float:
            await list_window.until(lambda: assets.feed.is_settled and watch.rests)
            came.clear()
            begun = watch.begin(came.is_set)
            change()
            await list_window.until(lambda: watch.painted > begun)
            return watch.painted - begun

        filtered = await painted(lambda: page.bar.search.searched.emit(word))
        await painted(lambda: page.bar.search.searched.emit(""))
        sorted_ = await painted(lambda: assets.header.sort_by("price", descending=False))
        bar = assets.table.verticalScrollBar()
        jumps = [
            await list_window.jumped(assets, random.randint(0, bar.maximum()))
            for _ in range(_JUMPS)
        ]
        return {"filter": filtered, "sort": sorted_, "jump": sorted(jumps)[_JUMPS // 2]}

    return list_window.in_program(store, work)


class _Watch(QObject):
    """Sees when a table has first painted something else."""

    def __init__(self, table: Any) -> None:
        super().__init__(table)
        self._table = table
        self._is_new: Callable[[], bool] | None = None
        self._latest = self.painted = 0.0
        table.viewport().installEventFilter(self)

    @property
    def rests(self) -> bool:
        """Whether nothing has been painted for some time. A plain view does all it does at once;
        the program counts on and reads ahead, and no person is as quick as to come between."""
        return time.perf_counter() - self._latest > _RESTS_S

    def begin(self, is_new: Callable[[], bool]) -> float:
        """Wait for the painting of what ``is_new``, whose time is ``painted`` then; answers the
        time now. Both are readings of ``time.perf_counter()``."""
        self._is_new = is_new
        return time.perf_counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Paint:
            return False
        self._latest = time.perf_counter()
        if self._is_new is None or not self._is_new():
            return False
        self._is_new = None
        self._table.viewportEvent(event)
        self.painted = time.perf_counter()
        return True


class _Plain(QTableView):
    """As it is; of one that is made in Python, the watch may call what only a view itself may."""


def _page_of(assets: Any) -> Any:
    """The page with the search field that the list belongs to."""
    page = assets
    while not hasattr(page, "bar"):
        page = page.parentWidget()
    return page


def qt(store: str, word: str, begun: float) -> dict[str, float]:
    """The same on a QSqlTableModel over the same file; ``open`` is counted from ``begun``, a
    reading of ``time.monotonic()`` before the process was started."""
    application = QApplication(sys.argv[:1])
    model, view = _opened(store)
    view.show()
    application.processEvents()
    opened, watch = time.monotonic() - begun, _Watch(view)

    def painted(change: Callable[[], object]) -> float:
        started = time.perf_counter()
        change()
        watch.begin(lambda: True)
        while watch.painted < started:
            application.processEvents()
        return watch.painted - started

    filtered = painted(lambda: model.setFilter(f"search_text LIKE '%{word}%'"))
    painted(lambda: model.setFilter(""))
    sorted_ = painted(lambda: _sort(model))
    jumped = painted(lambda: _jump(model, view))
    return {"open": opened, "filter": filtered, "sort": sorted_, "jump": jumped}


def _opened(store: str) -> tuple[QSqlTableModel, _Plain]:
    from PySide6.QtSql import QSqlDatabase, QSqlTableModel

    database = QSqlDatabase.addDatabase("QSQLITE")
    database.setDatabaseName(store)
    database.open()
    model = QSqlTableModel(None, database)
    model.setTable("assets")
    model.select()
    view = _Plain()
    view.resize(1280, 720)
    view.setModel(model)
    model.setParent(view)
    return model, view


def _sort(model: QSqlTableModel) -> None:
    from PySide6.QtCore import Qt

    model.sort(model.fieldIndex(_SORTED_BY), Qt.SortOrder.AscendingOrder)


def _jump(model: QSqlTableModel, view: QTableView) -> None:
    """To the middle of the list: what lies before it has to be fetched."""
    while model.canFetchMore():
        model.fetchMore()
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
