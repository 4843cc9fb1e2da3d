"""Two desktops on one store: each sees what the other does, and nobody's typing is lost."""

from __future__ import annotations

import asyncio
import time

import pytest
from PySide6.QtWidgets import QWidget

from esd_desktop.services.browse import account
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.settings import Folders
from esd_desktop.ui.main_window import MainWindow
from tests.support.desktops import elsewhere, rename
from tests.support.main_window import Whole
from tests.support.postgres import PostgresServer
from tests.support.sowing import Sown, sow
from tests.support.waiting import until
from tests.support.widgets import line, press, window, window_titled, words, write
from tests.support.window import Run

# Measured alone it is 0.3 s at most; other tests may keep the machine busy.
_SOON_S = 3.0


def test_what_the_other_does_shows_and_selection_sort_and_place_stay(
    run: Run, main: MainWindow, whole: Whole, sown: Sown, places: Folders
) -> None:
    async def scenario() -> None:
        workspace = main.show_workspace()
        assets = workspace.page.assets.list
        await whole.settled()
        assets.header.sort_by("customer", descending=True)
        await whole.settled()
        assets.select(sown.redeemed)
        await until(lambda: assets.selected_id == sown.redeemed)
        await whole.settled()
        sort, shown = assets.header.sort, assets.model.rowCount()
        async with elsewhere(places) as other:
            await delete_asset(other, sown.activated)
            began = time.monotonic()
            await until(lambda: assets.model.rowCount() == shown - 1, _SOON_S)
            assert time.monotonic() - began < _SOON_S
            await rename(other, sown.customer, "Bluebird Ltd")
            await until(lambda: "Bluebird Ltd" in names(workspace.accounts), _SOON_S)
        await whole.settled()
        assert assets.selected_id == sown.redeemed
        assert assets.header.sort == sort

    run(scenario())


def names(browser: QWidget) -> list[str]:
    """What the account browser lists."""
    model = browser.list.accounts  # type: ignore[attr-defined]
    top = [model.index(row, 0) for row in range(model.rowCount())]
    below = [model.index(row, 0, up) for up in top for row in range(model.rowCount(up))]
    return [str(index.data()) for index in (*top, *below)]


def test_what_is_being_typed_is_never_written_over(
    run: Run, main: MainWindow, whole: Whole, sown: Sown, places: Folders
) -> None:
    async def scenario() -> None:
        main.dialogs.edit_account(sown.customer)
        form = await window("Edit account")
        write(form, "Name", "Half a na")
        accounts = main.show_workspace().accounts
        async with elsewhere(places) as other:
            await rename(other, sown.customer, "Bluebird Ltd")
            await until(lambda: "Bluebird Ltd" in names(accounts), _SOON_S)
        await until(lambda: whole.desk.tasks.count <= 1)
        assert line(form, "Name").text() == "Half a na"
        press(form, "Cancel")
        press(await window("Close without saving?"), "Close without saving")
        await until(lambda: window_titled("Edit account") is None)

    run(scenario())


# A query that is given up at the very moment.
@pytest.mark.may_log("query cancellation interrupted")
def test_a_server_that_restarts_is_told_once_and_the_form_can_be_saved_after(
    run: Run, whole: Whole, places: Folders, postgres_of_my_own: PostgresServer
) -> None:
    async def scenario(address: str) -> None:
        async with elsewhere(places, address) as other:
            sown = await sow(other)
        main = whole.window
        main.open(address)
        await until(lambda: main.workspace is not None, 20)
        main.dialogs.edit_account(sown.customer)
        form = await window("Edit account")
        write(form, "Name", "Bluebird Ltd")
        await asyncio.to_thread(postgres_of_my_own.stop)
        away = "The database server that holds the store cannot be reached."
        await until(lambda: away in words(main.status), 10)
        press(form, "Save account")
        await until(lambda: any(away in text for text in words(form)), 10)
        await asyncio.to_thread(postgres_of_my_own.start)
        back = "The store can be reached again."
        await until(lambda: whole.desk.messages.kept[-1].sentence == back, 10)
        await until(lambda: away not in words(main.status), 10)
        told = [message.sentence for message in whole.desk.messages.kept]
        assert told == [away, back]
        assert line(form, "Name").text() == "Bluebird Ltd"
        press(form, "Save account")
        await until(lambda: window_titled("Edit account") is None, 10)
        accounts = main.show_workspace().accounts
        await until(lambda: "Bluebird Ltd" in names(accounts))
        assert (await whole.desk.read(account, sown.customer)).name == "Bluebird Ltd"
        async with elsewhere(places, address) as other:
            await change_settings(other, {"mail.host": "smtp.example"})
            await rename(other, sown.customer, "Bluebird SA")
            await until(lambda: "Bluebird SA" in names(accounts), _SOON_S)
        await whole.settled()
        await whole.open(places.default_store)

    with postgres_of_my_own.store() as store:
        run(scenario(store.address))
