from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QRadioButton

from esd_desktop.models.rows import AssetCounts, AssetView
from esd_desktop.services.changes import Changes
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.assets.conftest import Shown


def segments(shown: Shown) -> list[QRadioButton]:
    return shown.page.bar.status.findChildren(QRadioButton)


def test_what_a_screen_reader_calls_the_parts(shown: Shown) -> None:
    assert shown.page.bar.status.accessibleName() == "Asset status filter"
    assert shown.page.bar.search.accessibleName() == "Search assets"
    assert shown.table.accessibleName() == "Assets"
    assert shown.page.bar.views.accessibleName() == "Views, Everything chosen"


def test_all_active_and_cancelled_with_their_counts(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        assert [one.text() for one in segments(shown)] == ["All 6", "Active 5", "Cancelled 1"]
        assert shown.line() == "6 of 6 shown"
        shown.page.choose_status("cancelled")
        await shown.settled()
        assert shown.ids() == [sown.cancelled]
        assert shown.line() == "1 of 6 shown"
        shown.click(sown.cancelled)
        assert shown.line() == "1 of 6 shown · 1 selected"

    run(scenario())


def test_a_segment_that_is_clicked_filters(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        segments(shown)[-1].click()
        await shown.settled()
        assert shown.ids() == [sown.cancelled]

    run(scenario())


def test_searching_as_one_types_and_esc_clears(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        field = shown.page.bar.search
        shown.page.focus_search()
        assert field.hasFocus()
        QTest.keyClicks(field, "helios 00002")
        await until(lambda: shown.ids() == [sown.redeemed])
        await until(lambda: shown.line() == "1 of 6 shown")
        QTest.keyClick(field, Qt.Key.Key_Escape)
        await until(lambda: len(shown.ids()) == sown.listed)
        assert field.text() == ""

    run(scenario())


def test_the_newest_search_wins(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        for text in ("m", "mü", "nothing", "00001", "00002"):
            shown.page.bar.search.searched.emit(text)
        await shown.settled()
        assert shown.ids() == [sown.redeemed]

    run(scenario())


def test_the_ready_made_views(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        menu = shown.page.bar.views.menu()
        offered = [one.text() for one in menu.actions() if one.actionGroup() is not None]
        assert offered == [
            "Everything (6)",
            "Failed (1)",
            "Unsynchronised (1)",
            "Discrepancies (3)",
            "Requests to Cancel (0)",
        ]
        expected: dict[AssetView, set[int]] = {
            AssetView.REQUESTED: set(),
            AssetView.FAILED: {sown.failed},
            AssetView.UNSYNCHRONISED: {sown.unsynchronised},
            AssetView.DISCREPANCIES: {sown.odd, sown.failed, sown.unsynchronised},
        }
        for view, asset_ids in expected.items():
            shown.page.choose_view(view)
            await shown.settled()
            assert set(shown.ids()) == asset_ids
            assert shown.line() == f"{len(asset_ids)} of 6 shown"
        assert shown.page.bar.views.text() == "View: Discrepancies"
        assert shown.page.bar.views.isChecked()

    run(scenario())


def test_an_empty_view_says_so_and_leads_back(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open(sown.customer)
        shown.page.choose_view(AssetView.FAILED)
        await shown.settled()
        state = shown.empty_state()
        assert state is not None
        assert state.accessibleName() == "There is no failed asset"
        state.button.click()
        await shown.settled()
        assert len(shown.ids()) == 3
        assert shown.page.bar.views.text() == "Views"

    run(scenario())


def test_the_counts_go_to_the_tab_and_follow_the_store(run: Run, sown: Sown, shown: Shown) -> None:
    counted: list[AssetCounts] = []
    shown.page.counted.connect(counted.append)

    async def scenario() -> None:
        await shown.open(sown.customer)
        assert (counted[-1].all, counted[-1].active, counted[-1].cancelled) == (3, 2, 1)
        shown.page.choose_view(AssetView.DISCREPANCIES)
        await shown.settled()
        assert counted[-1].all == 3
        shown.page.choose_view(AssetView.EVERYTHING)
        touching = Changes(assets=frozenset({sown.activated}))
        await shown.desk.do(touching, delete_asset, sown.activated)
        await until(lambda: counted[-1].all == 2)

    run(scenario())


def test_filter_and_view_survive_a_restart_and_the_search_does_not(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.page.choose_status("active")
        shown.page.choose_view(AssetView.FAILED)
        await shown.search("aegean")
        shown.page.remember()
        again = Shown(desk)
        await again.open()
        assert again.page.bar.status.current == "active"
        assert again.page.bar.views.text() == "View: Failed"
        assert again.page.bar.search.text() == ""
        assert again.ids() == [sown.failed]
        again.close()

    run(scenario())


def test_what_was_kept_by_another_version_is_no_fault(desk: Desk, run: Run, sown: Sown) -> None:
    desk.memory.keep("assets status", "returned")
    desk.memory.keep("assets view", "requests")
    desk.memory.keep("assets sort", ["gone", True])

    async def scenario() -> None:
        shown = Shown(desk)
        await shown.open()
        assert len(shown.ids()) == sown.listed
        shown.close()

    run(scenario())


def test_an_asset_that_the_filter_hides_is_shown_when_somebody_goes_to_it(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.page.choose_status("active")
        await shown.search("00001")
        shown.page.select(sown.cancelled)
        await until(lambda: shown.selected == sown.cancelled)
        assert shown.page.bar.status.current == "all"
        assert shown.page.bar.search.text() == ""

    run(scenario())


def test_an_asset_that_is_not_the_accounts_is_not_selected(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open(sown.customer)
        shown.page.select(sown.failed)
        await shown.settled()
        assert shown.selected is None

    run(scenario())


def test_selecting_while_the_list_is_being_read(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        shown.page.show_account(sown.other_customer)
        shown.page.select(sown.failed)
        await until(lambda: shown.selected == sown.failed)
        assert shown.told[-1] == sown.failed

    run(scenario())


def test_a_narrow_window_puts_the_filter_above_the_search(run: Run, shown: Shown) -> None:
    bar = shown.page.bar

    def top_of_search() -> int:
        return bar.search.mapTo(bar, bar.search.rect().topLeft()).y()

    async def scenario() -> None:
        assert top_of_search() < bar.status.height()
        shown.page.resize(480, 500)
        await until(lambda: top_of_search() > bar.status.geometry().bottom())
        assert shown.page.width() == 480
        shown.page.resize(1100, 500)
        await until(lambda: top_of_search() < bar.status.height())

    run(scenario())


def test_no_part_of_the_filter_is_cut_when_the_counts_come(run: Run, shown: Shown) -> None:
    bar = shown.page.bar

    async def scenario() -> None:
        await shown.open()
        bar.status.set_counts({})
        await until(lambda: bar.status.width() == bar.status.sizeHint().width())
        shown.page.resize(bar.status.width() + bar.search.width() + bar.views.width() + 30, 500)
        bar.status.set_counts({"all": 1_234_567, "active": 1_200_000, "cancelled": 34_567})
        await until(lambda: bar.status.width() == bar.status.sizeHint().width())
        for part in (bar.status, bar.search, bar.views):
            place = part.mapTo(bar, part.rect().topRight())
            assert bar.rect().contains(place), part.accessibleName()

    run(scenario())
