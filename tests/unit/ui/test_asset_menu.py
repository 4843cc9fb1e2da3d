"""The Asset menu: about the selected asset, greyed with the reason where nothing can be done."""

from __future__ import annotations

import pytest

from esd_desktop.ui.actions.registry import CANCEL_LICENCE
from esd_desktop.ui.main_window import MainWindow
from tests.support.main_window import Whole, entry, menu_of
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run


def test_the_asset_menu_is_greyed_until_an_asset_is_selected(
    run: Run, whole: Whole, main: MainWindow, sown: Sown
) -> None:
    async def scenario() -> None:
        whole.desk.navigator.asset_selected.emit(None)
        entries = menu_of(main, "Asset").actions()
        assert not any(one.isEnabled() for one in entries)
        assert {one.toolTip() for one in entries} == {"Select an asset first."}
        whole.desk.navigator.asset_selected.emit(sown.activated)
        assert all(one.isEnabled() for one in entries)
        await whole.settled()

    run(scenario())


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_the_open_asset_menu_greys_what_cannot_succeed_with_the_reason(
    run: Run, whole: Whole, main: MainWindow, sown: Sown
) -> None:
    async def scenario() -> None:
        whole.desk.navigator.asset_selected.emit(sown.redeemed)
        menu = menu_of(main, "Asset")
        menu.popup(main.mapToGlobal(main.rect().center()))
        cancel = entry(main, "Asset", CANCEL_LICENCE.text)
        await until(lambda: not cancel.isEnabled())
        assert "redeemed" in cancel.toolTip().lower()
        menu.close()
        # Closed, every key starts its action, which says itself why it cannot be.
        assert cancel.isEnabled()
        await whole.settled()

    run(scenario())
