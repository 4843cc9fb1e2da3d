from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest

from esd_desktop.models.asset import Asset
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.statuses import AssetStatus, TokenStatus
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset, restore_asset
from esd_desktop.settings import Folders
from esd_desktop.ui.assets.asset_list import AssetList
from esd_desktop.ui.assets.columns import SECTION, Column
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.model import PAGE
from tests.support.sowing import Sown, sow
from tests.support.waiting import until
from tests.support.window import Run, opening
from tests.unit.ui.assets.conftest import Shown

MANY = 3 * PAGE


async def change(
    services: Services,
    asset_id: int,
    *,
    token: TokenStatus | None = None,
    status: AssetStatus | None = None,
) -> None:
    """Another desktop, or Microsoft's answer, changes an asset."""
    async with services.store.change() as work:
        asset = await work.session.get(Asset, asset_id)
        assert asset is not None
        asset.token_status = token or asset.token_status
        asset.status = status or asset.status
        await work.commit()


def only(asset_id: int) -> Changes:
    return Changes(assets=frozenset({asset_id}))


@pytest.fixture
def many(run: Run, desk: Desk) -> Sown:
    return run(desk.backend.call(sow, more=MANY))


@pytest.fixture
def section(desk: Desk, shown: Shown) -> Iterator[AssetList]:
    """Another list on the same desk, which is not on the screen."""
    made = AssetList(desk, None, columns=SECTION, name="section", accessible_name="Licences")
    yield made
    made.deleteLater()


def test_it_shows_what_the_query_asks_for(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open(sown.customer)
        assert set(shown.ids()) == {sown.activated, sown.redeemed, sown.cancelled}
        assert shown.text(sown.redeemed, Column.TOKEN_STATUS) == "Redeemed"
        await shown.open(None)
        assert len(shown.ids()) == sown.listed

    run(scenario())


def test_an_asset_that_changed_is_shown_as_it_is_now(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        places = shown.ids()
        await shown.desk.backend.call(change, sown.activated, token=TokenStatus.REDEEMED)
        shown.desk.bus.announce(only(sown.activated))
        await shown.settled()
        assert shown.text(sown.activated, Column.TOKEN_STATUS) == "Redeemed"
        assert shown.ids() == places

    run(scenario())


def test_an_asset_that_leaves_the_filter_leaves_the_list(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.page.choose_status("active")
        await shown.settled()
        shown.click(sown.redeemed)
        await shown.desk.backend.call(change, sown.activated, status=AssetStatus.CANCELLED)
        shown.desk.bus.announce(only(sown.activated))
        await shown.settled()
        assert sown.activated not in shown.ids()
        assert shown.selected == sown.redeemed
        assert shown.told[-1] == sown.redeemed

    run(scenario())


def test_a_selected_asset_that_vanishes_is_told_to_be_selected_no_more(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.click(sown.activated)
        await shown.desk.do(only(sown.activated), delete_asset, sown.activated)
        await until(lambda: shown.told[-1] is None)
        assert shown.selected is None
        assert sown.activated not in shown.ids()
        assert not shown.page.list.selection.count

    run(scenario())


def test_what_is_put_back_comes_back(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        await shown.desk.do(only(sown.activated), delete_asset, sown.activated)
        await until(lambda: sown.activated not in shown.ids())
        await shown.desk.do(only(sown.activated), restore_asset, sown.activated)
        await until(lambda: sown.activated in shown.ids())

    run(scenario())


def test_refreshing_keeps_selection_and_place(run: Run, many: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        bar = shown.table.verticalScrollBar()
        bar.setValue(bar.maximum() - 500)
        await shown.settled()
        seen = shown.page.list.model.row_at(shown.table.rowAt(100))
        assert seen is not None
        shown.click(seen.id)
        place, told = bar.value(), list(shown.told)
        shown.page.refresh()
        await shown.settled()
        shown.desk.bus.announce(Changes(everything=True))
        await shown.settled()
        assert bar.value() == place
        assert shown.selected == seen.id
        assert shown.position(seen.id) == shown.table.rowAt(100)
        assert shown.told == told

    run(scenario())


def test_the_selection_stays_with_the_asset_where_others_come_before_it(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open()
        first, *_, last = shown.ids()
        assert first is not None
        assert last is not None
        shown.click(last)
        await shown.desk.do(only(first), delete_asset, first)
        await until(lambda: first not in shown.ids())
        assert shown.selected == last
        assert shown.page.list.selection.positions() == (len(shown.ids()) - 1,)
        assert shown.told[-1] == last

    run(scenario())


def test_several_rows_stay_selected_as_well(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.click(sown.activated)
        shown.table.selectionModel().select(
            shown.page.list.model.index(shown.position(sown.failed), 0),
            QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
        )
        first = next(one for one in shown.ids() if one not in (sown.activated, sown.failed))
        assert first is not None
        await shown.desk.do(only(first), delete_asset, first)
        await until(lambda: first not in shown.ids())
        positions = {shown.position(sown.activated), shown.position(sown.failed)}
        assert set(shown.page.list.selection.positions()) == positions

    run(scenario())


def test_a_row_far_away_is_selected_and_scrolled_to(run: Run, many: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        last = (await shown.desk.read(_page_ids, MANY - 1))[-1]
        assert last not in shown.ids()
        shown.page.select(last)
        await until(lambda: shown.selected == last)
        assert shown.table.position_shown(shown.position(last))
        assert shown.told[-1] == last

    run(scenario())


async def _page_ids(services: Services, offset: int) -> list[int]:
    from esd_desktop.services.browse import asset_page

    return [row.id for row in await asset_page(services, AssetQuery(), offset, PAGE)]


def test_only_what_is_looked_at_is_loaded(run: Run, many: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        loaded = [one for one in shown.ids() if one is not None]
        assert len(loaded) == PAGE
        shown.table.scrollToBottom()
        await shown.settled()
        ids = shown.ids()
        assert ids[-1] is not None
        assert None in ids

    run(scenario())


def test_refreshing_reads_what_is_looked_at(run: Run, many: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.table.scrollToBottom()
        await shown.settled()
        shown.page.refresh()
        await shown.settled()
        on_screen = shown.ids()[shown.table.rowAt(0) :]
        assert None not in on_screen

    run(scenario())


def test_an_empty_list_says_what_creates_an_asset(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open(sown.empty_customer)
        state = shown.empty_state()
        assert state is not None
        assert state.accessibleName() == "No assets yet"
        assert "Zephyr Ltd" in state.accessibleDescription()
        assert not state.button.isVisible()

    run(scenario())


def test_an_empty_store_offers_to_import(run: Run, desk: Desk, shown: Shown) -> None:
    wanted: list[bool] = []
    desk.navigator.import_wanted.connect(lambda: wanted.append(True))

    async def scenario() -> None:
        await shown.open()
        state = shown.empty_state()
        assert state is not None
        assert state.button.text() == "Import a file…"
        state.button.click()
        assert wanted

    run(scenario())


def test_a_filter_that_hides_all_can_be_lifted(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.page.choose_status("active")
        await shown.search("nothing like it")
        state = shown.empty_state()
        assert state is not None
        assert state.accessibleName() == "Nothing found for “nothing like it”"
        state.button.click()
        await shown.settled()
        assert shown.empty_state() is None
        assert len(shown.ids()) == sown.listed
        assert shown.page.bar.search.text() == ""
        assert shown.page.bar.status.current == "all"

    run(scenario())


def test_a_whole_key_is_not_repeated(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        await shown.search("BCDFG-HJKMP-QRTVW-XY234-67892")
        state = shown.empty_state()
        assert state is not None
        assert state.accessibleName() == "No asset has this key"
        await shown.search(sown.key)
        assert shown.ids() == [sown.activated]

    run(scenario())


def test_what_cannot_be_loaded_says_why_and_can_be_tried_again(
    run: Run, desk: Desk, sown: Sown, shown: Shown, places: Folders
) -> None:
    async def broken() -> Services:
        raise OSError

    async def scenario() -> None:
        with pytest.raises(OSError):  # noqa: PT011
            await desk.backend.open(broken)
        shown.page.show_account(sown.customer)
        await until(shown.empty_state)
        state = shown.empty_state()
        assert state is not None
        assert state.accessibleName() == "This could not be loaded"
        assert "No store is open" in state.accessibleDescription()
        assert shown.line() == ""
        await desk.backend.open(opening(places))
        state.button.click()
        await shown.settled()
        assert shown.empty_state() is None
        assert sown.activated in shown.ids()

    run(scenario())


def test_a_refresh_that_fails_keeps_what_is_shown_and_is_told(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    async def broken() -> Services:
        raise OSError

    async def scenario() -> None:
        await shown.open()
        with pytest.raises(OSError):  # noqa: PT011
            await desk.backend.open(broken)
        shown.page.list.refresh()
        await until(lambda: desk.messages.kept)
        assert shown.empty_state() is None
        assert len(shown.ids()) == sown.listed
        assert "No store is open" in desk.messages.kept[-1].sentence

    run(scenario())


def test_a_list_off_the_screen_tells_nobody_until_it_is_there(
    run: Run, sown: Sown, shown: Shown, section: AssetList
) -> None:
    async def scenario() -> None:
        counted: list[object] = []
        section.counted.connect(counted.append)
        section.show_query(AssetQuery(account_id=sown.customer))
        section.select(sown.redeemed)
        await until(lambda: section.selected_id == sown.redeemed)
        assert counted
        assert sown.redeemed not in shown.told
        section.show()
        assert shown.told[-1] == sown.redeemed

    run(scenario())


def test_the_asset_that_was_selected_is_selected_at_the_next_start(
    run: Run, desk: Desk, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.click(sown.failed)
        shown.page.remember()
        again = Shown(desk)
        await again.open()
        await until(lambda: again.selected == sown.failed)
        again.close()

    run(scenario())


def test_the_row_that_is_worked_on_shows_it(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        spoken = Qt.ItemDataRole.AccessibleTextRole
        tasks = shown.desk.tasks
        tasks.run(f"asset:{sown.failed}", shown.settled, owner=shown.page)
        assert shown.text(sown.failed, Column.PRODUCT, spoken).endswith(", working")
        assert shown.page.list.model.busy_positions() == [shown.position(sown.failed)]
        await until(lambda: not tasks.is_busy(f"asset:{sown.failed}"))
        assert not shown.text(sown.failed, Column.PRODUCT, spoken).endswith(", working")

    run(scenario())


def test_the_keyboard_goes_to_the_rows_or_to_what_stands_for_them(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.page.setFocus()
        assert shown.table.hasFocus()
        shown.page.choose_status("cancelled")
        await shown.search("zzz")
        shown.page.setFocus()
        state = shown.empty_state()
        assert state is not None
        assert state.button.hasFocus()
        QTest.keyClick(state.button, Qt.Key.Key_Space)
        await shown.settled()
        assert shown.table.hasFocus()

    run(scenario())
