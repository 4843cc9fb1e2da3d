"""C4: a reseller's assets grouped by customer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from esd_desktop.models.rows import AssetCounts, AssetView
from esd_desktop.services.changes import Changes
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.ui.assets.page import AssetsPage
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.assets.conftest import Shown


def lines(page: AssetsPage) -> list[list[str]]:
    model = page.customers.customers
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


async def group(shown: Shown) -> None:
    shown.page.bar.views.grouping.trigger()
    await shown.settled()


def test_customers_are_listed_with_their_numbers(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open(sown.reseller)
        assert not shown.page.customers.isVisibleTo(shown.page)
        await group(shown)
        assert lines(shown.page) == [
            ["All customers", "6", "5", "1"],
            ["Aegean Shipping SA", "3", "3", "0"],
            ["Müller & Söhne KG", "3", "2", "1"],
        ]

    run(scenario())


def test_the_chosen_customers_assets_are_shown_and_the_total_stays(
    run: Run, sown: Sown, shown: Shown
) -> None:
    counted: list[AssetCounts] = []
    shown.page.counted.connect(counted.append)

    async def scenario() -> None:
        await shown.open(sown.reseller)
        await group(shown)
        for _ in range(2):
            QTest.keyClick(shown.page.customers.table, Qt.Key.Key_Down)
        await shown.settled()
        assert set(shown.ids()) == {sown.activated, sown.redeemed, sown.cancelled}
        assert shown.line() == "3 of 6 shown"
        assert (counted[-1].all, counted[-1].active) == (6, 2)
        shown.page.choose_status("cancelled")
        await shown.settled()
        assert shown.ids() == [sown.cancelled]

    run(scenario())


def test_numbers_follow_the_view_and_the_store(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open(sown.reseller)
        await group(shown)
        touching = Changes(assets=frozenset({sown.activated}))
        await shown.desk.do(touching, delete_asset, sown.activated)
        await until(lambda: lines(shown.page)[2] == ["Müller & Söhne KG", "2", "1", "1"])
        shown.page.choose_view(AssetView.FAILED)
        await until(lambda: len(lines(shown.page)) == 2)
        await shown.settled()
        assert lines(shown.page)[1] == ["Aegean Shipping SA", "1", "1", "0"]

    run(scenario())


def test_a_customer_that_has_none_left_leads_to_all(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open(sown.reseller)
        await group(shown)
        for _ in range(2):
            QTest.keyClick(shown.page.customers.table, Qt.Key.Key_Down)
        await shown.settled()
        shown.page.choose_view(AssetView.FAILED)
        await until(lambda: shown.ids() == [sown.failed])
        await shown.settled()

    run(scenario())


def test_an_asset_of_another_customer_is_led_to(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open(sown.reseller)
        await group(shown)
        QTest.keyClick(shown.page.customers.table, Qt.Key.Key_Down)
        await shown.settled()
        shown.page.select(sown.activated)
        await until(lambda: shown.page.list.selected_id == sown.activated)
        await shown.settled()
        assert len(shown.ids()) == 6
        assert shown.page.customers.table.currentIndex().row() == 0

    run(scenario())


def test_a_customer_has_nothing_to_group_and_ungrouping_shows_all(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open(sown.reseller)
        await group(shown)
        QTest.keyClick(shown.page.customers.table, Qt.Key.Key_Down)
        await shown.settled()
        await group(shown)
        assert not shown.page.customers.isVisibleTo(shown.page)
        assert len(shown.ids()) == 6
        await group(shown)
        await shown.open(sown.customer)
        assert not shown.page.customers.isVisibleTo(shown.page)
        assert not shown.page.bar.views.grouping.isVisible()
        assert len(shown.ids()) == 3
        shown.page.remember()
        assert shown.desk.memory.recall("assets grouped", False) is True

    run(scenario())
