"""The program on a screen of its own, worked by its mouse and keys; called by bench.apart.

``python -m bench.own_window STORE`` is the program itself: once all is there it answers each line
of its standard input with where its parts are, as JSON, and is closed at the end of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QWidget

    from bench.by_hand import Program
    from esd_desktop.ui.desk import Desk
    from esd_desktop.ui.main_window import MainWindow

# What of its rows is looked at; beside DB Browser's as much.
_WIDTH = 300


def work(store: str, word: str, jumps: int) -> dict[str, float]:
    """What worked.times() answers. It jumps by the middle button in its scroll bar."""
    from bench.by_hand import Screen, Worked, running, times, to

    with Screen() as screen, running() as run:
        program = run(_command(store))
        screen.enlarge(program)
        _asked(program)
        screen.rest(program)
        told = _asked(program)
        x, top, height = told["bar"]
        worked = Worked(
            program,
            tuple(told["rows"]),
            tuple(told["search"]),
            tuple(told["price"]),
            ready=lambda: screen.rest(program),
            aim=lambda share: screen.do(to((x, top + int(share * height)))),
            go="click 2",
        )
        taken = times(screen, worked, word, jumps)
        _leave(program)
    return taken


def _command(store: str) -> list[str]:
    # With it, each start would translate the whole program anew, as one that is installed does not.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return [sys.executable, "-m", "bench.own_window", store]


def _asked(program: Program) -> dict[str, Any]:
    """Where its parts are, once all is there."""
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(b"\n")
    program.stdin.flush()
    told: dict[str, Any] = json.loads(program.stdout.readline())
    return told


def _leave(program: Program) -> None:
    from bench.screen import WITHIN_S

    program.communicate(timeout=WITHIN_S)


def main(store: str) -> None:
    # As the program itself begins, with nothing loaded before.
    from esd_desktop.ui.qt import load_qt

    load_qt()
    from esd_desktop import start

    start.run_window(sys.argv[:1], store, drive=_answer)


async def _answer(_desk: Desk, window: MainWindow) -> None:
    from bench.list_window import until

    await until(lambda: window.workspace is not None)
    assert window.workspace is not None
    assets = window.workspace.page.assets
    await until(lambda: assets.list.feed.is_settled and assets.list.feed.query is not None)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(_places(assets)), flush=True)


def _places(assets: Any) -> dict[str, tuple[int, ...]]:
    """Where some rows are, the middle of the search field and of the head of the prices, and the
    scroll bar: from the left, from the top, and its height."""
    table, header, search = assets.list.table, assets.list.header, assets.bar.search
    price = assets.list.model.columns.names.index("price")
    table.horizontalScrollBar().setValue(header.sectionPosition(price))
    rows, bar = table.viewport(), table.verticalScrollBar()
    middle = header.sectionViewportPosition(price) + header.sectionSize(price) // 2
    return {
        "rows": (*_at(rows, 0, 0), min(rows.width(), _WIDTH), rows.height()),
        "search": _at(search, search.width() // 2, search.height() // 2),
        "price": _at(header.viewport(), middle, header.height() // 2),
        "bar": (*_at(bar, bar.width() // 2, 0), bar.height()),
    }


def _at(widget: QWidget, x: int, y: int) -> tuple[int, int]:
    from PySide6.QtCore import QPoint

    point: QPoint = widget.mapToGlobal(QPoint(x, y))
    return point.x(), point.y()


if __name__ == "__main__":
    main(sys.argv[1])
