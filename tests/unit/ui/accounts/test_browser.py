from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from esd_desktop.models.account import Account
from esd_desktop.models.base import search_text
from esd_desktop.services import account_tree
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset, restore_asset
from esd_desktop.settings import Folders
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.widgets.search_field import SearchField
from tests.support.sowing import Sown
from tests.support.window import Run, opening
from tests.unit.ui.accounts.conftest import Browsing, empty_state, lose_store, named, take_away

CLOSED = ["All accounts 6", "Helios Reselling GmbH 6", "Zephyr Ltd 0"]
OPEN = [
    "All accounts 6",
    "Helios Reselling GmbH 6",
    "  Aegean Shipping SA 3",
    "  Müller & Söhne KG 3",
    "Zephyr Ltd 0",
]


async def rename(services: Services, account_id: int, name: str) -> None:
    async with services.store.change() as work:
        account = await work.session.get(Account, account_id)
        assert account is not None
        account.name = name
        account.search_text = search_text(name, account.reference, account.email)
        await work.commit()


def test_resellers_with_their_customers_and_counts(
    run: Run, sown: Sown, browsing: Browsing
) -> None:
    async def scenario() -> None:
        await browsing.settled()
        assert browsing.lines() == CLOSED
        browsing.view.expand(browsing.index(sown.reseller))
        await browsing.settled()
        assert browsing.lines() == OPEN

    run(scenario())


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The few of a test are too many to come at once."""
    monkeypatch.setattr(account_tree, "_AT_ONCE", 0)


# Before the browser, which reads as soon as it is there.
@pytest.mark.usefixtures("many")
def test_of_many_accounts_customers_come_once_their_reseller_is_opened(
    run: Run, desk: Desk, sown: Sown, browsing: Browsing
) -> None:
    async def scenario() -> None:
        await browsing.settled()
        browsing.view.expand(browsing.index(sown.reseller))
        first = browsing.view.accounts.index(0, 0, browsing.index(sown.reseller))
        browsing.view.clicked.emit(first)
        assert browsing.opened == []  # nobody knows yet whose line it is
        await browsing.settled()
        assert browsing.lines() == OPEN
        # What is opened, and what one looks at, stays with what others change.
        browsing.view.setCurrentIndex(browsing.index(sown.customer))
        await desk.backend.call(rename, sown.empty_customer, "Abel Ltd")
        desk.bus.announce(Changes(everything=True))
        await browsing.settled()
        assert browsing.lines() == [OPEN[0], "Abel Ltd 0", *OPEN[1:4]]
        assert browsing.view.currentIndex().data() == "Müller & Söhne KG"
        again = Browsing(desk)
        await again.settled()
        await again.open(sown.customer)
        assert again.marked() == "Müller & Söhne KG"
        take_away(again.browser)

    run(scenario())


def test_accessible_names(sown: Sown, browsing: Browsing) -> None:
    assert browsing.view.accessibleName() == "Accounts"
    assert named(browsing.browser, SearchField, "Search accounts") is browsing.browser.search


def test_a_click_opens_an_account_and_all_of_them(run: Run, sown: Sown, browsing: Browsing) -> None:
    async def scenario() -> None:
        await browsing.settled()
        browsing.click(sown.empty_customer)
        assert browsing.opened == [sown.empty_customer]
        assert browsing.marked() == "Zephyr Ltd"
        browsing.click(0)
        assert browsing.opened[-1] is None
        assert browsing.marked() == "All accounts"

    run(scenario())


def test_by_keyboard_the_arrows_lead_and_enter_opens(
    run: Run, sown: Sown, browsing: Browsing
) -> None:
    async def scenario() -> None:
        await browsing.open(None)
        browsing.browser.setFocus()
        assert browsing.view.hasFocus()
        for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Down):
            QTest.keyClick(browsing.view, key)
        assert browsing.marked() == "All accounts"
        QTest.keyClick(browsing.view, Qt.Key.Key_Return)
        assert browsing.opened == [None, sown.other_customer]
        assert browsing.marked() == "Aegean Shipping SA"

    run(scenario())


def test_an_account_that_is_wanted_from_elsewhere_is_led_to(
    run: Run, sown: Sown, browsing: Browsing
) -> None:
    async def scenario() -> None:
        # Before the list is there, as at the start of the window, and after.
        await browsing.open(sown.customer)
        assert browsing.marked() == "Müller & Söhne KG"
        assert browsing.lines() == OPEN
        await browsing.open(None)
        assert browsing.marked() == "All accounts"

    run(scenario())


def test_searching_shows_what_was_found_below_its_reseller(
    run: Run, sown: Sown, browsing: Browsing
) -> None:
    async def scenario() -> None:
        await browsing.open(None)
        await browsing.search("aegean")
        assert browsing.lines() == ["Helios Reselling GmbH 6", "  Aegean Shipping SA 3"]
        assert browsing.browser.found.text() == "1 of 4 accounts"
        assert browsing.marked() is None
        QTest.keyClick(browsing.browser.search, Qt.Key.Key_Escape)
        await browsing.settled()
        assert browsing.lines() == CLOSED
        assert browsing.marked() == "All accounts"
        assert not browsing.browser.found.isVisible()

    run(scenario())


def test_from_the_search_down_and_enter_open_what_was_found(
    run: Run, sown: Sown, browsing: Browsing
) -> None:
    async def scenario() -> None:
        browsing.browser.focus_search()
        await browsing.search("zephyr")
        QTest.keyClick(browsing.browser.search, Qt.Key.Key_Down)
        assert browsing.view.hasFocus()
        QTest.keyClick(browsing.view, Qt.Key.Key_Return)
        assert browsing.opened == [sown.empty_customer]

    run(scenario())


def test_what_was_found_and_opened_stays_in_sight_after_the_search(
    run: Run, sown: Sown, browsing: Browsing
) -> None:
    async def scenario() -> None:
        await browsing.search("müller")
        browsing.click(sown.customer)
        browsing.browser.search.reset()
        await browsing.settled()
        assert browsing.lines() == OPEN
        assert browsing.marked() == "Müller & Söhne KG"

    run(scenario())


def test_an_account_that_the_search_hides_is_led_to_without_it(
    run: Run, sown: Sown, browsing: Browsing
) -> None:
    async def scenario() -> None:
        await browsing.search("aegean")
        await browsing.open(sown.empty_customer)
        assert browsing.browser.search.text() == ""
        assert browsing.marked() == "Zephyr Ltd"

    run(scenario())


def test_nothing_found_can_be_cleared(run: Run, sown: Sown, browsing: Browsing) -> None:
    async def scenario() -> None:
        await browsing.search("nobody at all")
        state = empty_state(browsing.browser)
        assert state is not None
        assert state.accessibleName() == "No account found"
        assert "nobody at all" in state.accessibleDescription()
        state.button.click()
        await browsing.settled()
        assert empty_state(browsing.browser) is None
        assert browsing.lines() == CLOSED

    run(scenario())


def test_no_accounts_yet_says_what_brings_them(run: Run, desk: Desk, browsing: Browsing) -> None:
    async def scenario() -> None:
        await browsing.settled()
        state = empty_state(browsing.browser)
        assert state is not None
        assert state.accessibleName() == "No accounts yet"
        asked: list[bool] = []
        desk.navigator.import_wanted.connect(lambda: asked.append(True))
        state.button.click()
        assert asked == [True]

    run(scenario())


def test_a_store_that_cannot_be_read_says_why_and_can_be_tried_again(
    run: Run, desk: Desk, sown: Sown, places: Folders
) -> None:
    async def scenario() -> None:
        await lose_store(desk)
        browsing = Browsing(desk)
        await browsing.settled()
        state = empty_state(browsing.browser)
        assert state is not None
        assert state.accessibleName() == "This could not be loaded"
        assert "No store is open" in state.accessibleDescription()
        await desk.backend.open(opening(places))
        state.button.click()
        await browsing.settled()
        assert browsing.lines() == CLOSED
        take_away(browsing.browser)

    run(scenario())


def test_a_refresh_that_fails_keeps_the_list_and_is_told(
    run: Run, desk: Desk, sown: Sown, browsing: Browsing
) -> None:
    async def scenario() -> None:
        await browsing.settled()
        await lose_store(desk)
        desk.bus.announce(Changes(everything=True))
        await browsing.settled()
        assert browsing.lines() == CLOSED
        assert [one.sentence for one in desk.messages.kept] == ["No store is open."]

    run(scenario())


def test_counts_follow_an_asset_that_goes_and_comes(
    run: Run, desk: Desk, sown: Sown, browsing: Browsing
) -> None:
    async def scenario() -> None:
        await browsing.settled()
        touching = Changes(assets=frozenset({sown.activated}))
        await desk.do(touching, delete_asset, sown.activated)
        await browsing.settled()
        assert browsing.lines()[:2] == ["All accounts 5", "Helios Reselling GmbH 5"]
        await desk.do(touching, restore_asset, sown.activated)
        await browsing.settled()
        assert browsing.lines() == CLOSED

    run(scenario())


def test_a_refresh_keeps_what_is_expanded_highlighted_and_in_focus(
    run: Run, desk: Desk, sown: Sown, browsing: Browsing
) -> None:
    async def scenario() -> None:
        await browsing.open(sown.customer)
        browsing.view.setCurrentIndex(browsing.index(sown.empty_customer))
        await desk.backend.call(rename, sown.customer, "Abel & Söhne KG")
        desk.bus.announce(Changes(accounts=frozenset({sown.customer})))
        await browsing.settled()
        assert browsing.lines()[2:4] == ["  Abel & Söhne KG 3", "  Aegean Shipping SA 3"]
        assert browsing.marked() == "Abel & Söhne KG"
        assert browsing.view.currentIndex().data() == "Zephyr Ltd"

    run(scenario())


def test_a_refresh_under_a_search_finds_anew(
    run: Run, desk: Desk, sown: Sown, browsing: Browsing
) -> None:
    async def scenario() -> None:
        await browsing.search("abel")
        assert empty_state(browsing.browser) is not None
        await desk.backend.call(rename, sown.customer, "Abel & Söhne KG")
        desk.bus.announce(Changes(everything=True))
        await browsing.settled()
        assert browsing.lines() == ["Helios Reselling GmbH 6", "  Abel & Söhne KG 3"]

    run(scenario())


def test_what_the_person_expanded_is_there_after_a_search_and_a_restart(
    run: Run, desk: Desk, sown: Sown, browsing: Browsing
) -> None:
    async def scenario() -> None:
        await browsing.settled()
        browsing.view.expand(browsing.index(sown.reseller))
        await browsing.search("zephyr")
        browsing.browser.search.reset()
        await browsing.settled()
        assert browsing.lines() == OPEN
        browsing.browser.remember()
        again = Browsing(desk)
        await again.settled()
        assert again.lines() == OPEN
        take_away(again.browser)

    run(scenario())


def test_what_a_search_expands_is_not_remembered(
    run: Run, desk: Desk, sown: Sown, browsing: Browsing
) -> None:
    async def scenario() -> None:
        await browsing.search("aegean")
        browsing.browser.remember()
        again = Browsing(desk)
        await again.settled()
        assert again.lines() == CLOSED
        take_away(again.browser)

    run(scenario())
