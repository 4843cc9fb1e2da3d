"""The Discrepancies tab: what disagrees, what settles it, and settling it from there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu

from esd_desktop.models.asset import Asset
from esd_desktop.models.statuses import OperationState
from esd_desktop.models.store import assets
from esd_desktop.models.values import utc_now
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_history
from esd_desktop.services.context import Services
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.discrepancies.discrepancies_page import DiscrepanciesPage
from esd_desktop.ui.widgets.empty_state import EmptyState
from tests.support.connecting import order
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import button, press, window
from tests.support.window import Run
from tests.unit.models.store.test_discrepancies import call, cancelled, make
from tests.unit.ui.accounts.conftest import take_away
from tests.unit.ui.actions.asking import question


@pytest.fixture
def page(run: Run, desk: Desk) -> Iterator[DiscrepanciesPage]:
    async def made() -> DiscrepanciesPage:
        page = DiscrepanciesPage(desk)
        page.resize(1000, 700)
        return page

    page = run(made())
    yield page
    take_away(page)


async def opened(page: DiscrepanciesPage, desk: Desk) -> None:
    page.show()
    await settled(desk)


async def settled(desk: Desk) -> None:
    await until(lambda: not desk.tasks.count)


def ids(page: DiscrepanciesPage) -> list[int]:
    rows = [page.list.model.row_at(place) for place in range(page.list.model.rowCount())]
    return [row.id for row in rows if row is not None]


def test_the_most_urgent_comes_first_and_groups_cut_it_down(
    run: Run, desk: Desk, sown: Sown, page: DiscrepanciesPage
) -> None:
    async def scenario() -> None:
        await opened(page, desk)
        assert ids(page) == [sown.odd, sown.failed, sown.unsynchronised]
        page.choose_filter("provisioning")
        await settled(desk)
        assert ids(page) == [sown.failed, sown.unsynchronised]

    run(scenario())


def test_an_accounts_own_and_nothing_disagrees(
    run: Run, desk: Desk, sown: Sown, page: DiscrepanciesPage
) -> None:
    async def scenario() -> None:
        page.show_account(sown.customer)
        await opened(page, desk)
        state = next(one for one in page.findChildren(EmptyState) if one.isVisibleTo(page))
        assert state.accessibleName() == "Nothing disagrees"
        assert not page.details.isVisibleTo(page)
        assert page.settle_all.refusal == "There is nothing that asking Microsoft would settle."

    run(scenario())


def test_the_selected_one_is_told_in_full_with_what_settles_it(
    run: Run, desk: Desk, sown: Sown, page: DiscrepanciesPage
) -> None:
    selected: list[int | None] = []
    desk.navigator.asset_selected.connect(selected.append)

    async def scenario() -> None:
        await opened(page, desk)
        assert page.details.accessibleName() == "Select a line to see what settles it."
        page.select(sown.failed)
        await settled(desk)
        assert selected[-1] == sown.failed
        assert page.details.accessibleName().startswith("Microsoft does not sell")
        assert "SO-00004" in page.details.accessibleDescription()
        assert button(page.details, "Retry Provisioning").isEnabled()
        assert button(page.details, "Leave As It Is").isEnabled()

    run(scenario())


def test_enter_leads_to_the_asset(
    run: Run, desk: Desk, sown: Sown, page: DiscrepanciesPage
) -> None:
    wanted: list[int] = []
    desk.navigator.asset_wanted.connect(wanted.append)

    async def scenario() -> None:
        await opened(page, desk)
        page.select(sown.odd)
        await settled(desk)
        QTest.keyClick(page.list.table, Qt.Key.Key_Return)
        assert wanted == [sown.odd]

    run(scenario())


def test_it_is_left_as_it_is_for_a_reason(
    run: Run, desk: Desk, sown: Sown, page: DiscrepanciesPage
) -> None:
    async def scenario() -> None:
        await opened(page, desk)
        page.select(sown.odd)
        await settled(desk)
        press(page.details, "Leave As It Is")
        dialog = await question()
        dialog.findChildren(QLineEdit)[0].setText("Known to the distributor.")
        button(dialog, "Leave as it is").click()
        await until(lambda: sown.odd not in ids(page))
        await settled(desk)
        newest = (await desk.read(asset_history, sown.odd))[0]
        assert newest.sentence.endswith("Known to the distributor.")

    run(scenario())


def test_the_context_menu_offers_the_same_and_leads_to_the_asset(
    run: Run, desk: Desk, sown: Sown, page: DiscrepanciesPage
) -> None:
    wanted: list[int] = []
    desk.navigator.asset_wanted.connect(wanted.append)

    async def scenario() -> None:
        await opened(page, desk)
        page.select(sown.failed)
        await settled(desk)
        page.list.menu_wanted.emit(page.mapToGlobal(page.rect().center()))
        (menu,) = [one for one in page.findChildren(QMenu) if one.isVisible()]
        texts = [one.text() for one in menu.actions()]
        assert texts[:3] == ["Retry Provisioning", "Leave As It Is", "Show Asset"]
        _action(menu, "Show Asset").trigger()
        menu.close()
        assert wanted == [sown.failed]

    run(scenario())


def test_a_cancelled_licence_is_returned_again_after_a_question(
    run: Run, connected_desk: Desk, bought: int, page: DiscrepanciesPage
) -> None:
    desk = connected_desk

    async def scenario() -> None:
        await desk.backend.call(make, bought, cancelled)
        await opened(page, desk)
        page.select(bought)
        await settled(desk)
        press(page.details, "Return Again")
        dialog = await question()
        button(dialog, "Return licence").click()
        await until(lambda: not ids(page))
        await settled(desk)
        detail = await desk.read(asset_detail, bought)
        assert (detail.token_status, len(detail.invoices)) == ("Return Accepted", 1)

    run(scenario())


def test_a_lost_answer_is_settled_now(
    run: Run,
    connected_desk: Desk,
    bought: int,
    sandbox: SandboxControl,
    page: DiscrepanciesPage,
) -> None:
    desk = connected_desk

    async def scenario() -> None:
        await desk.backend.call(call, bought, OperationState.IN_DOUBT)
        await opened(page, desk)
        page.select(bought)
        await settled(desk)
        assert page.details.accessibleName().startswith("Microsoft’s answer to the return was lost")
        press(page.details, "Settle Now")
        await until(lambda: not ids(page))
        await settled(desk)
        assert sum(effect["kind"] == "return" for effect in sandbox.effects()) == 1

    run(scenario())


def test_all_that_asking_settles_is_settled_with_one_button(
    run: Run, connected_desk: Desk, page: DiscrepanciesPage
) -> None:
    desk = connected_desk

    async def scenario() -> None:
        await desk.backend.call(_overdue, 3)
        await opened(page, desk)
        assert len(ids(page)) == 3
        page.settle_all.click()
        press(await window("Ask Microsoft about 3 licences?"), "Ask Microsoft")
        await until(lambda: page.settling.isVisibleTo(page))
        assert page.settle_all.busy
        await until(lambda: not page.settling.isVisibleTo(page))
        await settled(desk)
        assert ids(page) == []
        assert not page.settle_all.busy
        assert desk.messages.kept[-1].sentence == "3 licences of 3 issued."

    run(scenario())


def test_stop_begins_nothing_more(run: Run, connected_desk: Desk, page: DiscrepanciesPage) -> None:
    desk = connected_desk

    async def scenario() -> None:
        await desk.backend.call(_overdue, 30)
        await opened(page, desk)
        page.settle_all.click()
        press(await window("Ask Microsoft about 30 licences?"), "Ask Microsoft")
        await until(lambda: page.settling.isVisibleTo(page))
        page.settling.stop.click()
        assert not page.settling.stop.isEnabled()
        await until(lambda: not page.settling.isVisibleTo(page))
        await settled(desk)
        assert "It was stopped before the other" in desk.messages.kept[-1].sentence
        assert ids(page)

    run(scenario())


def test_settling_all_is_asked_first(
    run: Run, connected_desk: Desk, page: DiscrepanciesPage
) -> None:
    desk = connected_desk

    async def scenario() -> None:
        await desk.backend.call(_overdue, 2)
        await opened(page, desk)
        page.settle_all.click()
        press(await window("Ask Microsoft about 2 licences?"), "Not now")
        await settled(desk)
        assert len(ids(page)) == 2
        assert not desk.messages.kept

    run(scenario())


async def _overdue(services: Services, quantity: int) -> None:
    from esd_desktop.services.browse import connection_list

    (connection,) = await connection_list(services)
    made = await order(services, connection.id, quantity=quantity)
    async with services.store.change() as work:
        for asset_id in made:
            record: Asset = await assets.for_change(work, asset_id)
            record.purchase_date = utc_now() - timedelta(days=2)
        await work.commit()


def _action(menu: QMenu, text: str) -> QAction:
    return next(one for one in menu.actions() if one.text() == text)
