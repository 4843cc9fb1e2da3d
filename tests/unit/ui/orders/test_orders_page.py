"""The Orders tab: the list with how far each order has come, and the selected one below it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QTableView, QWidget

from esd_desktop.models.listing import ListCounts
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, connection_list
from esd_desktop.services.order_detail import find_order, order_detail
from esd_desktop.services.order_licences import OrderLine, PlacedOrder, order_licences
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.orders.columns import progress
from esd_desktop.ui.orders.orders_page import OrdersPage
from tests.support.connecting import SKU
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import button, press, words
from tests.support.window import Run


@pytest.fixture
def page(run: Run, desk: Desk, below: QWidget) -> Iterator[OrdersPage]:
    made = OrdersPage(desk, below)
    made.resize(1000, 800)
    yield made
    made.hide()


async def shown(page: OrdersPage) -> ListCounts:
    """Show it and wait until it has counted."""
    counted: list[ListCounts] = []
    page.counted.connect(counted.append)
    page.show()
    await until(lambda: counted)
    return counted[-1]


async def selected(page: OrdersPage, order_id: int, number: str) -> None:
    await until(lambda: page.list.row(order_id))
    page.select(order_id)
    await until(lambda: f"Order {number}" in words(page))


def told_progress(page: OrdersPage, order_id: int) -> str | None:
    row = page.list.row(order_id)
    return None if row is None else progress(row).text


def licences(page: OrdersPage) -> list[str]:
    tables = page.findChildren(QTableView)
    table = next(one for one in tables if one.accessibleName() == "Licences of the order")
    model = table.model()
    return [str(model.index(row, 2).data()) for row in range(model.rowCount())]


def select_licence(page: OrdersPage, place: int) -> None:
    tables = page.findChildren(QTableView)
    table = next(one for one in tables if one.accessibleName() == "Licences of the order")
    table.setCurrentIndex(table.model().index(place, 0))


async def placed(desk: Desk, customer: int, quantity: int) -> PlacedOrder:
    (connection,) = await desk.read(connection_list)
    lines = [OrderLine(SKU, quantity)]
    order = await desk.read(order_licences, customer, connection.id, lines)
    desk.bus.announce(order.changes)
    return order


def test_orders_are_listed_with_how_far_they_have_come(
    run: Run, desk: Desk, sown: Sown, page: OrdersPage
) -> None:
    async def scenario() -> None:
        counts = await shown(page)
        assert counts.by_filter == {"all": 7, "open": 2, "failed": 1, "complete": 5}
        number = (await desk.read(asset_detail, sown.failed)).order_number
        order_id = await desk.read(find_order, number)
        await selected(page, order_id, number)
        assert told_progress(page, order_id) == "1 failed"
        assert licences(page) == [
            "Failed: Microsoft does not sell the product EP2-06606 in this country."
        ]

    run(scenario())


def test_an_account_has_its_own_orders_and_a_form_for_itself(
    run: Run, desk: Desk, sown: Sown, page: OrdersPage
) -> None:
    async def scenario() -> None:
        wanted: list[object] = []
        desk.navigator.order_form_wanted.connect(wanted.append)
        page.show_account(sown.customer)
        assert (await shown(page)).by_filter["all"] == 3
        page.show_account(sown.empty_customer)
        await until(lambda: "No orders yet" in words(page))
        press(page, "Order licences…")
        assert wanted == [sown.empty_customer]

    run(scenario())


def test_the_tokens_of_an_order_are_got_and_its_links_lead_on(
    run: Run, connected_desk: Desk, customer: int, page: OrdersPage
) -> None:
    desk = connected_desk

    async def scenario() -> None:
        await shown(page)
        order = await placed(desk, customer, 3)
        await selected(page, order.id, order.number)
        assert licences(page) == ["Unsynchronised"] * 3
        press(page, "Get tokens")
        await until(lambda: licences(page) == ["Activated, not redeemed"] * 3, 20)
        await until(lambda: not button(page, "Get tokens").isEnabled())
        await until(lambda: told_progress(page, order.id) == "Complete")
        invoices: list[str] = []
        assets: list[int] = []
        desk.navigator.invoice_number_wanted.connect(invoices.append)
        desk.navigator.asset_wanted.connect(assets.append)
        (invoice,) = (await desk.read(order_detail, order.id)).invoices
        press(page, invoice.number)
        select_licence(page, 1)
        press(page, "Open licence")
        assert (invoices, assets) == ([invoice.number], [order.asset_ids[1]])

    run(scenario())


def test_one_licence_or_all_that_failed_are_tried_again(
    run: Run, connected_desk: Desk, customer: int, page: OrdersPage, sandbox: SandboxControl
) -> None:
    desk = connected_desk

    async def scenario() -> None:
        await shown(page)
        order = await placed(desk, customer, 3)
        await selected(page, order.id, order.number)
        sandbox.set_fault("issue", "error", times=3, status=400, code="UnknownSku")
        press(page, "Get tokens")
        await until(lambda: all(text.startswith("Failed: ") for text in licences(page)), 20)
        select_licence(page, 0)
        await until(lambda: button(page, "Retry this one").isEnabled())
        press(page, "Retry this one")
        await until(lambda: licences(page)[0] == "Activated, not redeemed", 20)
        await until(lambda: not button(page, "Retry this one").isEnabled())
        press(page, "Retry 2 failed")
        await until(lambda: licences(page) == ["Activated, not redeemed"] * 3, 20)

    run(scenario())
