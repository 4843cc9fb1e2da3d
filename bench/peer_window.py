"""What is done in a list, timed until it is painted: in the program, and in a plain window on Qt's
own QSqlTableModel. Each runs in a process of its own; called by bench.apart."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication, QTableView

from bench import list_window

if TYPE_CHECKING:
    from PySide6.QtSql import QSqlTableModel

_SORTED_BY = "price_amount"
_JUMPS = 20


def program(store: str, word: str) -> dict[str, float]:
    """Seconds until the program has painted what a filter, a sort and a jump show."""

    async def work(assets: Any) -> dict[str, float]:
        page = _page_of(assets)

        async def painted(change: Callable[[], object]) -> float:
            begun = time.perf_counter()
            change()
            await list_window.until(lambda: assets.feed.is_settled)
            assets.table.viewport().repaint()
            return time.perf_counter() - begun

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
    opened = time.monotonic() - begun

    def painted(change: Callable[[], object]) -> float:
        started = time.perf_counter()
        change()
        application.processEvents()
        view.viewport().repaint()
        return time.perf_counter() - started

    filtered = painted(lambda: model.setFilter(f"search_text LIKE '%{word}%'"))
    painted(lambda: model.setFilter(""))
    sorted_ = painted(lambda: _sort(model))
    jumped = painted(lambda: _jump(model, view))
    return {"open": opened, "filter": filtered, "sort": sorted_, "jump": jumped}


def _opened(store: str) -> tuple[QSqlTableModel, QTableView]:
    from PySide6.QtSql import QSqlDatabase, QSqlTableModel

    database = QSqlDatabase.addDatabase("QSQLITE")
    database.setDatabaseName(store)
    database.open()
    model = QSqlTableModel(None, database)
    model.setTable("assets")
    model.select()
    view = QTableView()
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
