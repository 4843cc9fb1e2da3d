from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QTextEdit

from esd_desktop.services.changes import Changes
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.settings import Folders
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run, opening
from tests.unit.ui.accounts.conftest import (
    Paging,
    empty_state,
    lines_of,
    lose_store,
    named,
    take_away,
)

OF_ALL = [
    *("Assets 6", "Orders 7", "Invoices 7"),
    *("Requests", "Discrepancies 3", "Mails", "Mass work", "History"),
]


def words(paging: Paging) -> list[str]:
    labels = paging.page.header.findChildren(QLabel)
    return [one.text() for one in labels if one.isVisibleTo(paging.page.header)]


def fact(paging: Paging, label: str) -> str:
    return named(paging.page.account.page.facts, QTextEdit, label).toPlainText()


def test_a_customer_says_who_it_is(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        await paging.open(sown.customer)
        assert words(paging) == [
            "Müller & Söhne KG",
            "Customer",
            "Billed to Helios Reselling GmbH · it@mueller.example · Germany, English",
        ]
        assert paging.tabs() == [
            *("Account", "Assets 3", "Orders 3", "Invoices 3"),
            *("Requests", "Discrepancies", "Mails", "Portal", "History"),
        ]
        await paging.choose_tab("Account")
        facts = paging.page.account.page
        assert {label: fact(paging, label) for label in ("Name", "Kind", "Reference")} == {
            "Name": "Müller & Söhne KG",
            "Kind": "Customer",
            "Reference": "C-200",
        }
        assert fact(paging, "E-Mail") == "it@mueller.example"
        assert fact(paging, "Country") == "Germany"
        assert fact(paging, "Language") == "English"
        assert fact(paging, "Billed To") == "Helios Reselling GmbH"
        assert fact(paging, "Assets") == "3"
        assert not facts.customers.isVisible()

    run(scenario())


def test_the_reseller_is_a_step_away(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        await paging.open(sown.customer)
        await paging.choose_tab("Account")
        name = "Open the account Helios Reselling GmbH"
        named(paging.page, QAbstractButton, name).click()
        assert paging.opened[-1] == sown.reseller

    run(scenario())


def test_a_reseller_shows_its_customers_with_counts_and_opens_them(
    run: Run, sown: Sown, paging: Paging
) -> None:
    async def scenario() -> None:
        await paging.open(sown.reseller)
        await paging.choose_tab("Account")
        customers = paging.page.account.page.customers.list
        assert customers.isVisible()
        assert lines_of(customers) == ["Aegean Shipping SA 3", "Müller & Söhne KG 3"]
        customers.setFocus()
        customers.take_first()
        QTest.keyClick(customers, Qt.Key.Key_Return)
        assert paging.opened[-1] == sown.other_customer

    run(scenario())


def test_all_accounts_have_no_account_tab(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        await paging.open(None)
        assert words(paging) == [
            "All accounts",
            "Everything that any account holds or is billed for",
        ]
        await until(lambda: paging.tabs() == OF_ALL)
        assert paging.tab() == "Assets"
        assert not named(paging.page, QPushButton, "Account shortcuts").isVisible()

    run(scenario())


def test_the_chosen_tab_stays_from_account_to_account_and_to_the_next_start(
    run: Run, desk: Desk, sown: Sown, paging: Paging
) -> None:
    async def scenario() -> None:
        await paging.open(sown.customer)
        assert paging.tab() == "Assets"
        await paging.choose_tab("Account")
        await paging.open(sown.reseller)
        assert paging.tab() == "Account"
        await paging.open(None)
        assert paging.tab() == "Assets"
        await paging.open(sown.customer)
        assert paging.tab() == "Account"
        paging.page.remember()
        again = Paging(desk)
        await again.open(sown.reseller)
        assert again.tab() == "Account"
        take_away(again.page)

    run(scenario())


def test_the_shortcut_leads_to_the_assets(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        await paging.open(sown.customer)
        await paging.choose_tab("Account")
        entry, *_ = paging.page.header.shortcuts.actions()
        assert entry.text() == "Assets"
        entry.trigger()
        assert paging.tab() == "Assets"
        assert paging.page.assets.list.table.hasFocus()

    run(scenario())


def test_an_asset_of_the_account_is_shown_there(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        await paging.open(sown.customer)
        await paging.choose_tab("Account")
        paging.desk.navigator.asset_wanted.emit(sown.redeemed)
        await until(lambda: paging.selected == sown.redeemed)
        assert paging.opened == [sown.customer]
        assert paging.tab() == "Assets"

    run(scenario())


def test_an_asset_of_another_account_is_shown_among_all(
    run: Run, sown: Sown, paging: Paging
) -> None:
    async def scenario() -> None:
        await paging.open(sown.customer)
        paging.desk.navigator.asset_wanted.emit(sown.failed)
        await until(lambda: paging.selected == sown.failed)
        assert paging.opened == [sown.customer, None]
        await until(lambda: paging.tabs() == OF_ALL)

    run(scenario())


def test_an_account_that_is_not_there_leads_to_all(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        await paging.open(99_999)
        assert paging.opened == [99_999, None]
        assert words(paging)[0] == "All accounts"
        assert not paging.desk.messages.kept

    run(scenario())


def test_what_cannot_be_loaded_says_why_and_can_be_tried_again(
    run: Run, desk: Desk, sown: Sown, paging: Paging, places: Folders
) -> None:
    async def scenario() -> None:
        await lose_store(desk)
        await paging.open(sown.customer)
        state = empty_state(paging.page)
        assert state is not None
        assert "No store is open" in state.accessibleDescription()
        await desk.backend.open(opening(places))
        state.button.click()
        await paging.settled()
        assert empty_state(paging.page) is None
        assert words(paging)[0] == "Müller & Söhne KG"

    run(scenario())


def test_numbers_follow_what_happens(run: Run, desk: Desk, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        await paging.open(sown.reseller)
        await paging.choose_tab("Account")
        touching = Changes(assets=frozenset({sown.activated}))
        await desk.do(touching, delete_asset, sown.activated)
        await paging.settled()
        assert fact(paging, "Assets") == "5"
        assert lines_of(paging.page.account.page.customers.list)[1] == "Müller & Söhne KG 2"
        assert paging.tabs()[1] == "Assets 5"

    run(scenario())


def test_an_account_without_a_list_in_sight_leaves_no_asset_behind(
    run: Run, sown: Sown, paging: Paging
) -> None:
    async def scenario() -> None:
        await paging.open(sown.customer)
        await paging.choose_tab("Account")
        paging.page.account.page.section.list.select(sown.redeemed)
        await until(lambda: paging.selected == sown.redeemed)
        await paging.open(sown.empty_customer)
        assert paging.selected is None

    run(scenario())


def test_the_keyboard_comes_to_what_the_tab_shows(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        page = paging.page
        await paging.open(sown.customer)
        page.setFocus()
        assert page.assets.list.table.hasFocus()
        await paging.choose_tab("Account")
        page.setFocus()
        assert page.account.page.section.list.table.hasFocus()
        await paging.open(sown.empty_customer)
        page.setFocus()
        assert named(page.account.page.facts, QTextEdit, "Name").hasFocus()
        await paging.choose_tab("History")
        page.setFocus()
        assert page.history.isAncestorOf(page.focusWidget())

    run(scenario())
