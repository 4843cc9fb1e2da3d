from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest

from esd_desktop.ui.assets.columns import COLUMNS, Column
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.assets.conftest import Shown

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def select_too(shown: Shown, asset_id: int) -> None:
    flags = QItemSelectionModel.SelectionFlag
    index = shown.page.list.model.index(shown.position(asset_id), 0)
    shown.table.selectionModel().select(index, flags.Select | flags.Rows)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_copying_rows_takes_the_headers_along_and_no_key(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open(sown.customer)
        shown.click(sown.activated)
        select_too(shown, sown.redeemed)
        QGuiApplication.clipboard().setText("before")
        QTest.keySequence(shown.table, QKeySequence(QKeySequence.StandardKey.Copy))
        await until(lambda: clipboard() != "before")
        headers, *lines = clipboard().split("\n")
        columns = shown.page.list.header.shown
        assert headers.split("\t") == [COLUMNS.spec(column).header for column in columns]
        assert [line.split("\t")[1] for line in lines] == ["SO-00002", "SO-00001"]
        assert sown.key not in clipboard()
        assert "-00001" in clipboard()

    run(scenario())


def test_copying_a_cell_copies_what_it_shows(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open(sown.customer)
        shown.click(sown.activated, Column.TOKEN)
        QTest.keyClick(shown.table, Qt.Key.Key_C, CTRL | SHIFT)
        assert clipboard() == "•••••-00001"

    run(scenario())


def test_too_many_rows_are_not_copied(
    run: Run, sown: Sown, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("esd_desktop.ui.lists.copying.MOST_COPIED", 3)

    async def scenario() -> None:
        await shown.open()
        shown.table.selectAll()
        QGuiApplication.clipboard().setText("before")
        QTest.keySequence(shown.table, QKeySequence(QKeySequence.StandardKey.Copy))
        assert shown.desk.messages.kept[-1].sentence == "At most 3 rows are copied at once."
        assert clipboard() == "before"

    run(scenario())


def test_rows_that_are_not_loaded_are_copied_too(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.table.selectAll()
        shown.page.list.model.answer(sown.listed, {})
        QGuiApplication.clipboard().setText("before")
        QTest.keySequence(shown.table, QKeySequence(QKeySequence.StandardKey.Copy))
        await until(lambda: clipboard() != "before")
        assert len(clipboard().split("\n")) == sown.listed + 1

    run(scenario())
