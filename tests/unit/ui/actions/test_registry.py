from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from esd_desktop.models.rows import AssetDetail
from esd_desktop.services.browse import asset_detail
from esd_desktop.ui.actions.registry import (
    CANCEL_LICENCE,
    DELETE_ASSET,
    MENU,
    RETRY_PROVISIONING,
    SHORTCUTS,
    UPDATE_STATUS,
    context_menu,
    start,
)
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.actions.asking import button, question

ALL = (*MENU, RETRY_PROVISIONING)
MenuOf = Callable[[int], QMenu]


@pytest.fixture
def menu_of(run: Run, desk: Desk, window: QWidget) -> MenuOf:
    def made(asset_id: int) -> QMenu:
        detail: AssetDetail = run(desk.read(asset_detail, asset_id))
        return context_menu(desk, window, detail)

    return made


def entries(menu: QMenu) -> dict[str, QAction]:
    return {action.text(): action for action in menu.actions() if not action.isSeparator()}


def test_the_shortcuts_stand_in_the_product_pages_order() -> None:
    texts = [action.text for action in SHORTCUTS]
    assert texts == ["Update License Status", "Resend Activation Link", "Cancel", "Delete"]


def test_each_action_is_named_as_its_service() -> None:
    names = [action.name for action in ALL]
    assert names == [
        "update_status",
        "resend_link",
        "request_cancellation",
        "cancel_licence",
        "delete_asset",
        "provision",
    ]
    assert set(SHORTCUTS) < set(MENU)


def test_no_single_key_cancels_at_microsoft() -> None:
    assert CANCEL_LICENCE.shortcut == ""
    keys = [action.shortcut for action in ALL if action.shortcut]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & {"F5", "Ctrl+R"}


def test_an_unused_licence_offers_everything_but_retry(sown: Sown, menu_of: MenuOf) -> None:
    offered = entries(menu_of(sown.activated))
    assert list(offered) == [action.text for action in MENU]
    assert all(action.isEnabled() for action in offered.values())


def test_what_is_refused_is_greyed_with_the_reason(sown: Sown, menu_of: MenuOf) -> None:
    menu = menu_of(sown.redeemed)
    cancel = entries(menu)["Cancel"]
    assert not cancel.isEnabled()
    assert "has redeemed this licence" in cancel.toolTip()
    assert cancel.statusTip() == cancel.toolTip()
    assert menu.toolTipsVisible()
    assert entries(menu)["Update License Status"].isEnabled()


@pytest.mark.parametrize("which", ["failed", "unsynchronised"])
def test_retry_is_there_where_there_is_no_token(sown: Sown, menu_of: MenuOf, which: str) -> None:
    offered = entries(menu_of(getattr(sown, which)))
    assert offered["Retry Provisioning"].isEnabled()
    assert not any(offered[action.text].isEnabled() for action in MENU)


def test_while_one_runs_the_others_wait(run: Run, desk: Desk, sown: Sown, window: QWidget) -> None:
    async def scenario() -> None:
        start(desk, DELETE_ASSET, window, sown.activated)
        dialog = await question()
        detail = await desk.read(asset_detail, sown.activated)
        offered = entries(context_menu(desk, window, detail))
        assert not any(action.isEnabled() for action in offered.values())
        assert "just now" in offered["Cancel"].toolTip()
        button(dialog, "Keep record").click()
        await until(lambda: not desk.tasks.running())

    run(scenario())


def test_choosing_an_entry_starts_it_on_that_asset(
    run: Run, desk: Desk, sown: Sown, window: QWidget
) -> None:
    async def scenario() -> None:
        detail = await desk.read(asset_detail, sown.activated)
        entries(context_menu(desk, window, detail))[UPDATE_STATUS.text].trigger()
        assert desk.tasks.is_busy(f"asset:{sown.activated}")
        await until(lambda: not desk.tasks.running())

    run(scenario())
