"""The Asset menu: about the selected asset, greyed with the reason where nothing can be done."""

from __future__ import annotations

import pytest

from esd_desktop.ui.actions.registry import CANCEL_LICENCE, DELETE_ASSET, UPDATE_STATUS
from esd_desktop.ui.main_window import MainWindow
from tests.support.main_window import Whole, entry, menu_of
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.actions.asking import button, facts, question


def test_the_asset_menu_is_greyed_until_an_asset_is_selected(
    run: Run, whole: Whole, main: MainWindow, sown: Sown
) -> None:
    async def scenario() -> None:
        whole.desk.navigator.asset_selected.emit(None)
        entries = [one for one in menu_of(main, "Asset").actions() if one.objectName()]
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


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_with_several_rows_selected_entries_and_keys_are_about_all_of_them(
    run: Run, whole: Whole, main: MainWindow, sown: Sown
) -> None:
    async def scenario() -> None:
        assert main.workspace is not None
        main.workspace.page.assets.list.table.selectAll()
        update = entry(main, "Asset", UPDATE_STATUS.text)
        delete = entry(main, "Asset", DELETE_ASSET.text)
        menu = menu_of(main, "Asset")
        menu.popup(main.mapToGlobal(main.rect().center()))
        assert update.text() == f"Update License Status of {sown.listed} Assets…"
        assert (delete.isEnabled(), delete.toolTip()) == (False, "Select just one asset for this.")
        assert menu.actions()[-1].text() == f"All {sown.listed} of This List"
        menu.close()
        assert update.text() == UPDATE_STATUS.text
        update.trigger()
        dialog = await question()
        assert facts(dialog)["Assets"] == f"{sown.listed}, selected"
        button(dialog, "Not now").click()
        await whole.settled()
        delete.trigger()
        assert "one at a time" in whole.desk.messages.kept[-1].sentence

    run(scenario())


def test_mass_work_is_offered_only_while_a_list_is_in_front(
    run: Run, whole: Whole, main: MainWindow, sown: Sown
) -> None:
    async def scenario() -> None:
        assert main.workspace is not None
        of_list = menu_of(main, "Asset").actions()[-1]
        assert of_list.isEnabled()
        whole.desk.navigator.work_wanted.emit(None)
        await whole.settled()
        assert main.workspace.page.tabs.shown.value == "mass work"
        assert not of_list.isEnabled()
        main.workspace.page.show_assets()
        await whole.settled()
        assert of_list.isEnabled()

    run(scenario())
