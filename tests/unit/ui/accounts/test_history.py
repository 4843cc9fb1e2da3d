from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from esd_desktop.services.changes import Changes
from esd_desktop.services.delete_asset import delete_asset, restore_asset
from esd_desktop.ui.accounts import history
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sown
from tests.support.window import Run
from tests.unit.ui.accounts.conftest import Paging


def sentences(paging: Paging) -> list[str]:
    labels = paging.page.history.page.findChildren(QLabel)
    return [one.text() for one in labels if one.isVisibleTo(paging.page)]


async def delete(desk: Desk, asset_id: int) -> None:
    await desk.do(Changes(assets=frozenset({asset_id})), delete_asset, asset_id)


def test_what_was_done_with_the_account_and_whose_licence_it_was(
    run: Run, desk: Desk, sown: Sown, paging: Paging
) -> None:
    async def scenario() -> None:
        await delete(desk, sown.activated)
        await paging.open(sown.customer)
        await paging.choose_tab("History")
        _, done, particulars = sentences(paging)
        assert done.startswith("The record of Office Home & Business 2024 is deleted")
        assert particulars.startswith(
            "Office Home & Business 2024 · SO-00001 · Müller & Söhne KG\n"
        )
        await paging.open(sown.other_customer)
        assert sentences(paging) == ["History", "Nothing has been done yet."]

    run(scenario())


def test_it_follows_what_happens_and_of_all_accounts_shows_all(
    run: Run, desk: Desk, sown: Sown, paging: Paging
) -> None:
    async def scenario() -> None:
        await paging.open(None)
        await paging.choose_tab("History")
        assert sentences(paging) == ["History", "Nothing has been done yet."]
        await delete(desk, sown.activated)
        await desk.do(Changes(assets=frozenset({sown.activated})), restore_asset, sown.activated)
        await paging.settled()
        newest = sentences(paging)[1]
        assert newest == "The record of Office Home & Business 2024 is back on the list."

    run(scenario())


def test_it_goes_further_back_on_request(
    run: Run, desk: Desk, sown: Sown, paging: Paging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "HISTORY_LIMIT", 10)

    def more() -> QPushButton:
        return paging.page.history.page.findChildren(QPushButton)[0]

    def told() -> int:
        return sum(line.startswith("The record of") for line in sentences(paging))

    async def scenario() -> None:
        for _ in range(6):
            await delete(desk, sown.activated)
            await desk.do(
                Changes(assets=frozenset({sown.activated})), restore_asset, sown.activated
            )
        await paging.open(sown.customer)
        await paging.choose_tab("History")
        assert more().text() == "Show the last 10"
        more().click()
        assert (told(), more().text()) == (10, "Older…")
        more().click()
        await paging.settled()
        assert told() == 12
        assert not more().isVisibleTo(paging.page)

    run(scenario())
