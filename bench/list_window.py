"""Lists as they are painted, each in a process of its own: the program's, and Qt's own model that
loads all of it. Called by bench.apart."""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtWidgets import QApplication, QMainWindow, QTableView

from bench.memory import resident

if TYPE_CHECKING:
    from esd_desktop.ui.desk import Desk
    from esd_desktop.ui.main_window import MainWindow

Answer = TypeVar("Answer")
List = Any  # a RecordList, which must not be imported before the program begins

_WITHIN_S = 120.0
_LOOKED_AT = 2_000
_SETTLED_S = 2.0  # the accounts and the counts of the views have come
_QUERY = (
    "SELECT a.id, c.name, b.name, a.product, a.sku, o.number, a.purchase_date, a.quantity, "
    "a.unit_type, a.price_amount, a.status, a.token_status, a.return_status, a.key_last_five, "
    "a.activation_date FROM assets a JOIN accounts c ON c.id = a.customer_id "
    "JOIN accounts b ON b.id = a.billing_to_id JOIN orders o ON o.id = a.order_id "
    "WHERE a.deleted_at IS NULL ORDER BY a.purchase_date DESC, a.id DESC"
)


def jumps(store: str, count: int) -> list[float]:
    """Seconds from moving the scroll bar to a cold place until its rows are painted."""

    async def jump(assets: List) -> list[float]:
        bar = assets.table.verticalScrollBar()
        await jumped(assets, bar.maximum() // 2)  # as it is a moment after the list has come
        return [await jumped(assets, random.randint(0, bar.maximum())) for _ in range(count)]

    return in_program(store, jump)


def ends(store: str, count: int) -> list[float]:
    """Seconds from asking for the list, of which nothing is known, to its last row."""

    async def reach(assets: List) -> list[float]:
        taken = []
        for turn in range(count):
            begun = time.perf_counter()
            assets.header.sort_by("purchase_date", descending=bool(turn % 2))
            assets.refresh()
            await until(lambda: assets.feed.is_settled)
            await jumped(assets, assets.table.verticalScrollBar().maximum())
            taken.append(time.perf_counter() - begun)
        return taken

    return in_program(store, reach)


def growth(store: str) -> dict[str, int] | None:
    """Bytes when all is ready, and by how many more after looking at every part of the list."""

    async def browse(assets: List) -> dict[str, int] | None:
        ready = resident()
        if ready is None:
            return None
        bar = assets.table.verticalScrollBar()
        step = max(bar.maximum() // _LOOKED_AT, 1)
        for place in range(0, bar.maximum(), step):
            await jumped(assets, place)
        return {"ready": ready, "growth": max((resident() or 0) - ready, 0)}

    return in_program(store, browse)


def empty_window() -> int | None:
    """Bytes of a process with an empty window."""
    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.show()
    application.processEvents()
    return resident()


def fetched(store: str) -> dict[str, float]:
    """Seconds and bytes for Qt's own model to load all of it."""
    application = QApplication(sys.argv[:1])
    before = resident() or 0
    begun = time.perf_counter()
    view = _loaded(store)
    view.scrollToBottom()
    view.repaint()
    application.processEvents()
    return {"seconds": time.perf_counter() - begun, "growth": (resident() or 0) - before}


def loaded_jumps(store: str, count: int) -> list[float]:
    """Seconds from moving the scroll bar until the rows are painted, with all of them loaded."""
    application = QApplication(sys.argv[:1])
    view = _loaded(store)
    application.processEvents()
    bar, taken = view.verticalScrollBar(), []
    for _ in range(count):
        begun = time.perf_counter()
        bar.setValue(random.randint(0, bar.maximum()))
        view.viewport().repaint()
        taken.append(time.perf_counter() - begun)
    return taken


def _loaded(store: str) -> QTableView:
    from PySide6.QtSql import QSqlDatabase, QSqlQueryModel

    database = QSqlDatabase.addDatabase("QSQLITE")
    database.setDatabaseName(store)
    database.open()
    model = QSqlQueryModel()
    model.setQuery(_QUERY, database)
    view = QTableView()
    view.resize(1280, 720)
    view.setModel(model)
    view.show()
    while model.canFetchMore():
        model.fetchMore()
    model.setParent(view)
    return view


def in_program(store: str, drive: Callable[[List], Awaitable[Answer]]) -> Answer:
    """Let the program open the store and work its list of all assets."""
    answers: list[Answer] = []

    async def work(_desk: Desk, window: MainWindow) -> None:
        await until(lambda: window.workspace is not None)
        assert window.workspace is not None
        assets = window.workspace.page.assets.list
        await until(lambda: assets.feed.is_settled and assets.feed.query is not None)
        await asyncio.sleep(_SETTLED_S)
        answers.append(await drive(assets))

    with tempfile.TemporaryDirectory() as home:
        os.environ.update(ESD_DESKTOP_HOME=home, ESD_DESKTOP_VAULT="file")
        from esd_desktop import start

        start.run_window(sys.argv[:1], store, drive=work)
    return answers[0]


async def jumped(assets: List, place: int) -> float:
    begun = time.perf_counter()
    table = assets.table
    table.verticalScrollBar().setValue(place)
    first, last = table.rowAt(0), table.rowAt(table.viewport().height() - 1)
    end = last if last >= 0 else assets.model.rowCount() - 1
    arrived = asyncio.Event()
    assets.feed.arrived.connect(arrived.set)
    assets.feed.answered.connect(arrived.set)
    while not assets.feed.is_settled or assets.model.missing_pages(max(first, 0), end):
        arrived.clear()
        await asyncio.wait_for(arrived.wait(), _WITHIN_S)
    assets.feed.arrived.disconnect(arrived.set)
    assets.feed.answered.disconnect(arrived.set)
    table.viewport().repaint()
    return time.perf_counter() - begun


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WITHIN_S
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(0.002)
