"""Links into the program: where they lead in the real window, and what leads nowhere."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from esd_desktop.errors import InvalidInput, NotAllowed
from esd_desktop.models.rights import Role
from esd_desktop.services.browse import asset_detail
from esd_desktop.ui.accounts.account_page import AccountPage
from esd_desktop.ui.accounts.tabs import Tab
from esd_desktop.ui.links import Link, follow, link_to_asset, parse
from esd_desktop.ui.main_window import MainWindow
from esd_desktop.ui.workspace import Workspace
from tests.support.main_window import Whole
from tests.support.people import named
from tests.support.sowing import Sown
from tests.support.window import Run

NOWHERE = "This link leads nowhere in ESD Desktop."


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("esd://asset/7", Link("asset", "7")),
        # As browsers and mail programs may rewrite them.
        ("ESD://Asset/7/", Link("asset", "7")),
        (" esd://account/C-200\n", Link("account", "C-200")),
        ("esd://order/SO%2D00002", Link("order", "SO-00002")),
        ("esd://invoice/2026/17", Link("invoice", "2026/17")),
    ],
)
def test_what_a_link_names(text: str, link: Link) -> None:
    assert parse(text) == link


@pytest.mark.parametrize(
    "text",
    [
        "",
        "esd://",
        "esd://asset",
        "esd://asset/",
        "esd://asset/seven",
        "esd://asset/-7",
        "esd://asset/٧",
        "esd://asset/7?cancel=yes",
        "esd://asset/7#cancel",
        "esd://asset/4294967303",
        "esd://cancel/7",
        "esd:asset/7",
        "https://asset/7",
        "esd://person@asset/7",
        "esd://asset:80/7",
        'esd://asset/7" --store evil.db',
        "esd://order/SO 1",
        "esd://order/SO%001",
        "esd://order/SO%0A1",
        "esd://order/<b>call us</b>",
        "esd://order/" + "1" * 65,
        "esd://order/" + "%31" * 64,
    ],
)
def test_what_leads_nowhere_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(text)
    assert refused.value.sentence == NOWHERE
    assert "esd://asset/7, and name" in refused.value.advice


def test_a_link_brings_the_window_forward_and_shows_its_asset(
    run: Run, sown: Sown, main: MainWindow, whole: Whole
) -> None:
    async def scenario() -> None:
        main.showMinimized()
        main.follow_link(link_to_asset(sown.cancelled))
        await whole.settled()
        assert not main.isMinimized()
        assert QApplication.activeWindow() is main
        page = _panes(main).page
        assert page.tabs.shown is Tab.ASSETS
        assert _selected(page) == sown.cancelled

    run(scenario())


def test_links_lead_to_an_account_by_its_reference_or_id(
    run: Run, sown: Sown, main: MainWindow, whole: Whole
) -> None:
    async def scenario() -> None:
        page = _panes(main).page
        main.follow_link("esd://account/C-201")
        await whole.settled()
        assert page.account_id == sown.other_customer
        main.follow_link(f"esd://account/{sown.customer}")
        await whole.settled()
        assert page.account_id == sown.customer

    run(scenario())


def test_links_lead_to_an_order_and_to_an_invoice(
    run: Run, sown: Sown, main: MainWindow, whole: Whole
) -> None:
    async def scenario() -> None:
        page = _panes(main).page
        detail = await whole.desk.read(asset_detail, sown.activated)
        main.follow_link(f"esd://order/{detail.order_number}")
        await whole.settled()
        assert _tab(page) is Tab.ORDERS
        chosen = page.records[Tab.ORDERS].page.list.selection.single_row()
        assert chosen.number == detail.order_number
        number = detail.invoices[0].number
        main.follow_link(f"esd://invoice/{number}")
        await whole.settled()
        assert _tab(page) is Tab.INVOICES
        assert page.records[Tab.INVOICES].page.list.selection.single_row().number == number

    run(scenario())


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("esd://asset/999", "There is no asset 999."),
        ("esd://account/X-1", "There is no account 'X-1'."),
        ("esd://order/SO-9", "There is no order 'SO-9'."),
        ("esd://invoice/R-9", "There is no invoice 'R-9'."),
        ("esd://asset/7?cancel=yes", NOWHERE),
    ],
)
def test_where_it_leads_nowhere_the_window_says_so_and_stays_as_it_is(
    run: Run, sown: Sown, main: MainWindow, whole: Whole, link: str, sentence: str
) -> None:
    async def scenario() -> None:
        page = _panes(main).page
        before = page.account_id, page.tabs.shown
        main.follow_link(link)
        await whole.settled()
        assert whole.desk.messages.kept[-1].sentence == sentence
        assert main.toasts.shown[-1].sentence == sentence
        assert (page.account_id, page.tabs.shown) == before

    run(scenario())


def test_a_link_that_the_program_is_started_with_is_followed_once_the_store_is_open(
    run: Run, sown: Sown, whole: Whole
) -> None:
    async def scenario() -> None:
        whole.window.follow_link(link_to_asset(sown.redeemed))
        main = await whole.open()
        assert _selected(_panes(main).page) == sown.redeemed

    run(scenario())


def test_who_may_not_look_is_shown_nothing(run: Run, sown: Sown, whole: Whole) -> None:
    async def scenario() -> None:
        await whole.desk.backend.call(named, "somebody else", Role.ADMINISTRATOR)
        whole.window.follow_link(link_to_asset(sown.redeemed))
        main = await whole.open()
        assert main.workspace is None
        with pytest.raises(NotAllowed):
            await follow(whole.desk, "esd://account/C-200")

    run(scenario())


def _panes(main: MainWindow) -> Workspace:
    assert main.workspace is not None
    return main.workspace


def _tab(page: AccountPage) -> Tab:
    return page.tabs.shown


def _selected(page: AccountPage) -> int | None:
    row = page.assets.list.selection.single_row()
    return row.id if row is not None else None
