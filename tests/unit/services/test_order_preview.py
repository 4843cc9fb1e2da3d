"""D3: what the summary shows is what is placed and charged, or what placing would refuse."""

from __future__ import annotations

from decimal import Decimal

import pytest

from esd_desktop.errors import InvalidInput
from esd_desktop.models.invoice import TaxRate
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.store import offerings
from esd_desktop.models.values import Money
from esd_desktop.services.add_account import AccountForm, add_account
from esd_desktop.services.context import Services
from esd_desktop.services.order_detail import order_detail
from esd_desktop.services.order_licences import order_licences
from esd_desktop.services.order_preview import OrderLine, order_preview
from tests.support.connecting import SKU

OTHER = "79G-05412"


@pytest.fixture
async def customer(services: Services) -> int:
    form = AccountForm("Aegean Shipping SA", "office@aegean.example", "GR")
    return (await add_account(services, form)).id


async def change_offering(services: Services, connection_id: int, **values: object) -> None:
    async with services.store.change() as work:
        offering = (await offerings.by_sku(work, connection_id, [SKU]))[SKU]
        for name, value in values.items():
            setattr(offering, name, value)
        await work.commit()


async def test_the_summary_is_what_is_charged(
    services: Services, connected: int, customer: int
) -> None:
    async with services.store.change() as work:
        work.add(TaxRate(country="GR", name="ΦΠΑ", rate=Decimal(24)))
        await work.commit()
    preview = await order_preview(services, customer, connected, [OrderLine(SKU, 3)])
    (line,) = preview.lines
    assert line.net.amount == preview.net.amount == 3 * line.price.amount
    assert preview.tax.amount > 0
    assert preview.total.amount == preview.net.amount + preview.tax.amount
    assert (preview.tax_name, preview.tax_rate) == ("ΦΠΑ", Decimal(24))
    assert (preview.licences, preview.address) == (3, "office@aegean.example")
    assert preview.account.id == preview.billed_to.id == customer
    placed = await order_licences(
        services, customer, connected, preview.agreed, total=preview.total
    )
    assert (await order_detail(services, placed.id)).order.net == preview.net


async def test_a_price_that_changed_since_is_told_and_nothing_is_placed(
    services: Services, connected: int, customer: int
) -> None:
    preview = await order_preview(services, customer, connected, [OrderLine(SKU, 1)])
    await change_offering(services, connected, price_amount=Decimal("999.50"))
    with pytest.raises(InvalidInput, match=r"The price of .* is now 999\.50 .*; look again"):
        await order_licences(services, customer, connected, preview.agreed)
    again = await order_preview(services, customer, connected, [OrderLine(SKU, 1)])
    assert again.net.amount == Decimal("999.50")


async def test_a_tax_that_changed_since_is_told_and_nothing_is_placed(
    services: Services, connected: int, customer: int
) -> None:
    preview = await order_preview(services, customer, connected, [OrderLine(SKU, 1)])
    agreed = Money(preview.total.amount + 1, preview.total.currency)
    with pytest.raises(InvalidInput, match=r"The total is now .*; look again"):
        await order_licences(services, customer, connected, preview.agreed, total=agreed)
    assert (await order_licences(services, customer, connected, preview.agreed)).number.endswith(
        "-00001"
    )


async def test_the_same_product_twice_is_one_line(
    services: Services, connected: int, customer: int
) -> None:
    lines = [OrderLine(SKU, 2), OrderLine(SKU, 3)]
    preview = await order_preview(services, customer, connected, lines)
    assert [(line.sku, line.quantity) for line in preview.lines] == [(SKU, 5)]


async def test_what_would_be_refused_is_refused_in_the_summary_already(
    services: Services, connected: int, customer: int
) -> None:
    await change_offering(services, connected, status=CatalogueStatus.NEW)
    with pytest.raises(InvalidInput, match="is new in the catalogue; accept it first"):
        await order_preview(services, customer, connected, [OrderLine(SKU, 1)])
    with pytest.raises(InvalidInput, match="discontinued"):
        await order_preview(services, customer, connected, [OrderLine(OTHER, 1)])
