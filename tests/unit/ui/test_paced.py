from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from esd_desktop.ui.paced import Paced
from tests.support.waiting import until
from tests.support.window import Run


def test_the_first_is_read_at_once_and_the_last_is_never_missed(
    run: Run, qapp: QApplication
) -> None:
    owner = QObject()
    read: list[int] = []
    asked = 0

    async def scenario() -> None:
        nonlocal asked
        paced = Paced(owner, 20, lambda: read.append(asked))
        for turn in range(1, 51):
            asked = turn
            paced.ask()
        assert read == [1]
        await until(lambda: len(read) == 2)
        assert read == [1, 50]
        await asyncio.sleep(0)
        paced.ask()
        await until(lambda: len(read) == 3)

    run(scenario())
