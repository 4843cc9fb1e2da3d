"""How quick a start could be at best: a window, then the libraries that the program stands on, then
a page of the store in a table. Nothing of the program itself.

``python -m bench.bare_program BEGUN STORE`` prints as JSON after how many seconds from BEGUN the
page was painted, and what the process had computed by then. What the program loads only when it is
called for (httpx2, pydantic, msal, openpyxl …) is not loaded here either.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QMainWindow, QTableWidget, QTableWidgetItem

_PAGE = "SELECT id, product, status, price_amount FROM assets ORDER BY id DESC LIMIT 128"


def main(begun: float, store: str) -> None:
    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.show()
    application.processEvents()
    # What every start of the program has to have before anything can be done.
    import qasync

    with qasync.QEventLoop(application) as loop:
        rows = loop.run_until_complete(_page(store))
        table = QTableWidget(len(rows), len(rows[0]))
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                table.setItem(line, column, QTableWidgetItem(str(value)))
        window.setCentralWidget(table)
        table.viewport().repaint()
        print(json.dumps({"ready": time.monotonic() - begun, "computed": time.process_time()}))


async def _page(store: str) -> list[Any]:
    import sqlalchemy.orm
    import structlog  # noqa: F401
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(f"sqlite+aiosqlite:///{Path(store)}")
    async with engine.connect() as connection:
        rows = list((await connection.execute(sqlalchemy.text(_PAGE))).all())
    await engine.dispose()
    return rows


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2])
