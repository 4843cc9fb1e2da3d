from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from esd_desktop.models.rows import AssetSort
from esd_desktop.ui.assets.columns import ALL_ACCOUNTS, COLUMNS, ONE_ACCOUNT, SECTION, Column
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.columns_menu import (
    fill_columns_menu,
    fill_header_menu,
    fill_sort_menu,
)
from esd_desktop.ui.lists.header import RecordHeader
from esd_desktop.ui.lists.layout import recalled_layout
from tests.support.sowing import Sown
from tests.support.window import Run
from tests.unit.ui.assets.conftest import Shown


def click(header: RecordHeader, column: Column) -> None:
    section = COLUMNS.place(column)
    place = QPoint(header.sectionViewportPosition(section) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def entries(menu: QMenu) -> dict[str, bool]:
    """What a menu offers, and what of it is chosen."""
    return {one.text(): one.isChecked() for one in menu.actions() if not one.isSeparator()}


def choose(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()


def test_a_click_sorts_and_another_turns_it_round(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        header = shown.page.list.header
        assert header.sort == (AssetSort.PURCHASE_DATE, True)
        click(header, Column.ORDER)
        await shown.settled()
        assert header.sort == (AssetSort.ORDER, False)
        ascending = shown.ids()
        click(header, Column.ORDER)
        await shown.settled()
        assert header.sort == (AssetSort.ORDER, True)
        assert shown.ids() == ascending[::-1]
        click(header, Column.PURCHASE_DATE)
        assert header.sort == (AssetSort.PURCHASE_DATE, True)

    run(scenario())


def test_what_the_store_cannot_sort_by_leaves_the_sort(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        header = shown.page.list.header
        header.show_only(SECTION)
        click(header, Column.QUANTITY)
        assert header.sort == (AssetSort.PURCHASE_DATE, True)

    run(scenario())


def test_nothing_but_a_person_resets_the_sort(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        header = shown.page.list.header
        click(header, Column.PRODUCT)
        await shown.open(sown.customer)
        shown.page.choose_status("active")
        await shown.search("office")
        shown.page.refresh()
        await shown.settled()
        header.show_only(SECTION)
        await shown.open(None)
        assert header.sort == (AssetSort.PRODUCT, False)
        assert shown.page.list.query is not None
        assert shown.page.list.query.sort is AssetSort.PRODUCT

    run(scenario())


def test_columns_widths_order_and_sort_survive_a_restart(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open(sown.customer)
        header = shown.page.list.header
        header.show_column(Column.PRICE, False)
        header.show_column(Column.SKU, True)
        header.moveSection(header.visualIndex(COLUMNS.place(Column.ORDER)), 0)
        header.resizeSection(COLUMNS.place(Column.ORDER), 171)
        click(header, Column.TOKEN_STATUS)
        kept = header.shown
        assert kept[0] == Column.ORDER
        assert kept[-1] == Column.SKU
        await shown.settled()
        shown.page.remember()
        again = Shown(desk)
        await again.open(sown.customer)
        assert again.page.list.header.shown == kept
        assert again.page.list.header.sectionSize(COLUMNS.place(Column.ORDER)) == 171
        assert again.page.list.header.sort == (AssetSort.TOKEN_STATUS, False)
        again.close()

    run(scenario())


def test_all_accounts_and_one_account_have_columns_of_their_own(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        header = shown.page.list.header
        await shown.open()
        assert header.shown == list(ALL_ACCOUNTS)
        await shown.open(sown.customer)
        assert header.shown == list(ONE_ACCOUNT)
        header.show_column(Column.SKU, True)
        await shown.open(sown.reseller)
        assert header.shown == list(ALL_ACCOUNTS)
        await shown.open(sown.other_customer)
        assert header.shown == [*ONE_ACCOUNT, Column.SKU]

    run(scenario())


def test_the_product_takes_the_room_that_is_left(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open(sown.customer)
        header, product = shown.page.list.header, COLUMNS.place(Column.PRODUCT)
        shown.page.resize(1500, 500)
        assert header.length() == header.viewport().width()
        wide = header.sectionSize(product)
        header.resizeSection(COLUMNS.place(Column.ORDER), 200)
        assert header.length() == header.viewport().width()
        assert header.sectionSize(product) < wide
        shown.page.resize(500, 500)
        assert header.length() > header.viewport().width()

    run(scenario())


def test_no_usual_content_is_cut_at_any_size_of_type(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open(sown.customer)
        token = shown.page.list.model.index(
            shown.position(sown.activated), COLUMNS.place(Column.TOKEN_STATUS)
        )
        delegate, table = shown.table.itemDelegate(), shown.table
        try:
            for scale in (1.0, 1.5, 2.0):
                shown.desk.theme.set_text_scale(scale)
                needed = delegate.sizeHint(None, token)  # type: ignore[arg-type]
                assert table.columnWidth(token.column()) >= needed.width()
                assert table.rowHeight(0) == needed.height()
        finally:
            shown.desk.theme.set_text_scale(1.0)

    run(scenario())


def test_the_last_column_cannot_be_hidden(shown: Shown) -> None:
    header = shown.page.list.header
    header.show_only([Column.PRODUCT])
    header.show_column(Column.PRODUCT, False)
    assert header.shown == [Column.PRODUCT]


def test_the_columns_menu_shows_hides_and_takes_a_ready_made_set(shown: Shown) -> None:
    header = shown.page.list.header
    menu = QMenu()
    fill_columns_menu(menu, header)
    assert entries(menu)["Customer"]
    assert not entries(menu)["SKU"]
    choose(menu, "SKU")
    choose(menu, "Customer")
    assert Column.SKU in header.shown
    assert Column.CUSTOMER not in header.shown
    choose(menu, "For Invoices")
    assert header.shown == list(SECTION)


def test_the_sort_menu_sorts_without_a_mouse(shown: Shown) -> None:
    header = shown.page.list.header
    menu = QMenu()
    fill_sort_menu(menu, header)
    assert [text for text, chosen in entries(menu).items() if chosen] == [
        "Purchase Date",
        "Descending",
    ]
    assert "Quantity" not in entries(menu)
    choose(menu, "Price")
    assert header.sort == (AssetSort.PRICE, False)
    menu.clear()
    fill_sort_menu(menu, header)
    choose(menu, "Descending")
    assert header.sort == (AssetSort.PRICE, True)


def test_the_headers_menu_is_about_the_column_under_it(shown: Shown) -> None:
    header = shown.page.list.header
    menu = QMenu()
    fill_header_menu(menu, header, Column.ORDER)
    choose(menu, "Sort Descending")
    assert header.sort == (AssetSort.ORDER, True)
    choose(menu, "Hide “Order”")
    assert Column.ORDER not in header.shown


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"shown": ["gone", 7], "widths": {"order": "wide", "gone": 3}},
        {"shown": "product", "widths": []},
        {"shown": [], "widths": {"order": -5}},
    ],
)
def test_what_makes_no_sense_any_more_is_forgotten(desk: Desk, kept: dict[str, object]) -> None:
    desk.memory.keep("some list", kept)
    layout = recalled_layout(desk.memory, "some list", replace(COLUMNS, shown=SECTION))
    assert layout.shown == list(SECTION)
    assert layout.widths == {}
