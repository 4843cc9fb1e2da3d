"""Being led to a record: to its tab, and to all accounts where the open one has it not."""

from __future__ import annotations

from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.services.lists import list_page
from esd_desktop.ui.accounts.tabs import Tab
from esd_desktop.ui.lists.record_page import RecordPage
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.accounts.conftest import Paging


async def record_of(paging: Paging, kind: ListKind, account_id: int) -> int:
    (first, *_) = await paging.desk.read(list_page, kind, ListQuery(account_id=account_id), 0, 1)
    return int(first.id)


def selected(paging: Paging, tab: Tab) -> object:
    page = paging.page.records[tab].page
    within = page if isinstance(page, RecordPage) else page.findChild(RecordPage)
    return within.list.selected_id


def test_a_record_of_the_account_is_shown_there(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        await paging.open(sown.customer)
        order = await record_of(paging, ListKind.ORDERS, sown.customer)
        paging.desk.navigator.order_wanted.emit(order)
        await until(lambda: selected(paging, Tab.ORDERS) == order)
        assert paging.tab() == "Orders"
        assert paging.opened == [sown.customer]
        invoice = await record_of(paging, ListKind.INVOICES, sown.customer)
        paging.desk.navigator.invoice_wanted.emit(invoice)
        await until(lambda: selected(paging, Tab.INVOICES) == invoice)
        assert paging.tab() == "Invoices"

    run(scenario())


def test_a_record_of_another_account_is_shown_among_all(
    run: Run, sown: Sown, paging: Paging
) -> None:
    async def scenario() -> None:
        await paging.open(sown.customer)
        order = await record_of(paging, ListKind.ORDERS, sown.other_customer)
        paging.desk.navigator.order_wanted.emit(order)
        await until(lambda: selected(paging, Tab.ORDERS) == order)
        assert paging.opened == [sown.customer, None]
        assert paging.tab() == "Orders"

    run(scenario())


def test_an_invoice_is_found_by_its_number(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        await paging.open(sown.customer)
        query = ListQuery(account_id=sown.customer)
        (row, *_) = await paging.desk.read(list_page, ListKind.INVOICES, query, 0, 1)
        paging.desk.navigator.invoice_number_wanted.emit(row.number)
        await until(lambda: selected(paging, Tab.INVOICES) == row.id)
        paging.desk.navigator.invoice_number_wanted.emit("INV-NONE")
        await until(lambda: paging.desk.messages.kept)
        assert "INV-NONE" in paging.desk.messages.kept[-1].sentence

    run(scenario())


def test_discrepancies_are_a_step_away(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        await paging.open(None)
        paging.desk.navigator.discrepancies_wanted.emit()
        await paging.settled()
        assert paging.tab() == "Discrepancies"
        assert paging.page.records[Tab.DISCREPANCIES].page.list.model.rowCount() == 3

    run(scenario())


def test_a_tab_is_made_when_it_is_first_looked_at(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        await paging.open(sown.customer)
        page = paging.page
        tabs = [*page.records.values(), page.account, page.portal, page.history]
        assert all(tab.made is None for tab in tabs)
        await paging.choose_tab("Mails")
        assert [tab for tab in tabs if tab.made is not None] == [page.records[Tab.MAILS]]
        page.remember()
        # One that is made later shows what the others have shown since.
        await paging.open(sown.empty_customer)
        await paging.choose_tab("Account")
        assert page.account.made is not None
        assert not page.account.made.section.isVisible()
        assert page.portal.made is None

    run(scenario())


def test_the_numbers_of_the_tabs_follow_the_account(run: Run, sown: Sown, paging: Paging) -> None:
    async def scenario() -> None:
        await paging.open(sown.empty_customer)
        await until(lambda: "Orders" in paging.tabs())
        assert paging.tabs()[1:3] == ["Assets 0", "Orders"]
        await paging.open(sown.customer)
        await until(lambda: "Orders 3" in paging.tabs())

    run(scenario())
