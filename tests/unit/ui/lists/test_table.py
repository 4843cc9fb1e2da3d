from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from esd_desktop.ui.assets.columns import COLUMNS, Column
from esd_desktop.ui.assets.page import AssetsPage
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.assets.conftest import Shown

# What the offscreen platform says of a menu that opens.
pytestmark = pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(
    ("key", "modifier"),
    [(Qt.Key.Key_F10, SHIFT), (Qt.Key.Key_Menu, Qt.KeyboardModifier.NoModifier)],
)
def test_the_keyboard_opens_the_menu_at_the_row(
    run: Run, sown: Sown, shown: Shown, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.click(sown.activated)
        QTest.keyClick(shown.table, key, modifier)
        menu = await shown.menu()
        row = shown.table.visualRect(shown.table.currentIndex())
        at = shown.table.viewport().mapFromGlobal(menu.pos())
        assert row.top() <= at.y() <= row.bottom() + 1
        menu.close()

    run(scenario())


def test_a_letter_does_not_look_through_all_rows(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.click(sown.activated)
        QTest.keyClick(shown.table, Qt.Key.Key_A)
        assert shown.selected == sown.activated

    run(scenario())


def test_a_list_without_any_height_shows_no_more_than_its_first_row(
    run: Run, sown: Sown, shown: Shown
) -> None:
    """As one is that is filled before it has its place."""

    async def scenario() -> None:
        shown.page.list.hide()
        await shown.open()
        looked_at: list[tuple[int, int]] = []
        shown.table.looked_at.connect(lambda first, last: looked_at.append((first, last)))
        shown.table.viewport().resize(300, 0)
        shown.table._look()
        assert sown.listed > 2
        assert looked_at == [(0, 1)]

    run(scenario())


def test_the_keyboard_leaves_a_column_that_is_hidden_and_stays_in_sight(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.page.resize(700, 260)
        shown.click(shown.ids()[0] or 0, Column.CUSTOMER)
        shown.page.list.header.show_column(Column.CUSTOMER, False)
        for _ in shown.ids():
            QTest.keyClick(shown.table, Qt.Key.Key_Down)
        current = shown.table.currentIndex()
        assert (current.row(), COLUMNS.names[current.column()]) == (
            sown.listed - 1,
            Column.BILLING_TO,
        )
        assert shown.table.horizontalScrollBar().value() == 0
        assert shown.table.verticalScrollBar().value() > 0

    run(scenario())


def test_what_was_scrolled_and_pointed_at_looks_as_if_painted_anew(
    run: Run, sown: Sown, shown: Shown
) -> None:
    page, table = shown.page, shown.table
    screen = page.screen()

    def on_screen() -> QImage:
        return screen.grabWindow(page.winId()).toImage()

    async def scenario() -> None:
        await shown.open()
        page.resize(700, 260)
        shown.click(shown.ids()[1] or 0)
        await until(lambda: on_screen() == page.grab().toImage())
        before = on_screen()
        for step in (5, 31, -9):
            bar = table.verticalScrollBar()
            bar.setValue(bar.value() + step)
            QTest.mouseMove(table.viewport(), QPoint(60, 40 + step))
            await until(lambda: on_screen() == page.grab().toImage())
        assert on_screen() != before

    run(scenario())


def test_a_tip_explains_a_status_and_completes_what_is_cut(
    run: Run, sown: Sown, shown: Shown
) -> None:
    model = shown.page.list.model

    async def scenario() -> None:
        await shown.open()
        index = model.index(shown.position(sown.activated), COLUMNS.place(Column.TOKEN_STATUS))
        assert "has not used it yet" in str(model.data(index, Qt.ItemDataRole.ToolTipRole))
        width = shown.table.itemDelegate().sizeHint(None, index).width()  # type: ignore[arg-type]
        assert width <= shown.table.columnWidth(index.column())

    run(scenario())


def test_what_the_table_is_called(shown: Shown) -> None:
    assert isinstance(shown.page, AssetsPage)
    assert shown.table.accessibleName() == "Assets"
    assert not shown.table.tabKeyNavigation()
    assert shown.table.indexAt(QPoint(5, 5)).row() == -1
