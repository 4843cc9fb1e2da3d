"""The banners follow the store: on the asset, and on the account."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from esd_desktop.services.browse import asset_detail
from esd_desktop.services.withdraw_request import withdraw_request
from esd_desktop.ui.accounts.account_page import AccountPage
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.detail.asset_pane import AssetPane
from esd_desktop.ui.furnishing import furnished
from esd_desktop.ui.requests.banner import AssetRequest
from tests.support.requesting import CUSTOMER
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import button, press
from tests.support.window import Run
from tests.unit.ui.actions.asking import question
from tests.unit.ui.requests.conftest import Ask


def test_the_asset_shows_who_asked_and_offers_the_decisions(
    run: Run, desk: Desk, sown: Sown, qtbot: QtBot, asked: Ask
) -> None:
    request = asked(sown.activated)
    pane = furnished(AssetPane(desk))
    qtbot.addWidget(pane)
    pane.show()

    async def scenario() -> None:
        desk.navigator.asset_selected.emit(sown.activated)
        await until(pane.request.isVisible)
        assert CUSTOMER in pane.request.accessibleName()
        assert "Bought twice" in pane.request.accessibleDescription()
        texts = [one.text() for one in pane.request.buttons()]
        assert texts == ["Approve…", "Decline…", "Withdraw…"]
        press(pane.request, "Withdraw…")
        dialog = await question()
        button(dialog, "Withdraw request").click()
        await until(lambda: not pane.request.isVisible())
        desk.navigator.asset_selected.emit(sown.redeemed)
        await until(lambda: not desk.tasks.running())
        assert not pane.request.isVisible()

    assert request.waits_for_staff
    run(scenario())


def test_what_approving_would_refuse_is_not_offered(
    run: Run, desk: Desk, sown: Sown, window: QWidget, asked: Ask
) -> None:
    asked(sown.activated)
    detail = run(desk.read(asset_detail, sown.activated))
    shown = AssetRequest(desk, window)
    past = detail.facts.returnable_until
    assert past is not None
    late = replace(detail.facts, returnable_until=past - timedelta(days=40_000))
    shown.show_detail(replace(detail, facts=late))
    assert [one.text() for one in shown.buttons()] == ["Decline…", "Withdraw…"]
    assert "The time for returning it ended" in shown.accessibleDescription()


def test_the_account_counts_what_waits_and_leads_to_the_list(
    run: Run, desk: Desk, sown: Sown, qtbot: QtBot, asked: Ask
) -> None:
    request = asked(sown.activated)
    page = furnished(AccountPage(desk))
    qtbot.addWidget(page)
    page.show()
    shown, go = page.requests, desk.navigator.account_wanted.emit
    wanted: list[bool] = []
    shown.list_wanted.connect(lambda: wanted.append(True))

    async def scenario() -> None:
        go(sown.customer)
        await until(shown.isVisible)
        press(shown, "Show Requests")
        assert wanted == [True]
        go(sown.other_customer)
        await until(lambda: not desk.tasks.count)
        assert not shown.isVisible()
        go(None)
        await until(shown.isVisible)
        done = await desk.backend.call(withdraw_request, request.id, request.version)
        desk.bus.announce(done.changes)
        await until(lambda: not shown.isVisible())
        await until(lambda: not desk.tasks.count)

    run(scenario())
