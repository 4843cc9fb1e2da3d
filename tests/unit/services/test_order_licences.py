"""D3: an asset a licence, one invoice for all of them, or nothing at all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from esd_desktop.errors import InvalidInput
from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.services.browse import account_history, asset_detail, latest_history
from esd_desktop.services.context import Services
from esd_desktop.services.order_licences import MOST_LICENCES, OrderLine, order_licences
from tests.support.connecting import SKU, order


@pytest.mark.parametrize(("quantity", "licences"), [(1, "1 licence"), (3, "3 licences")])
async def test_each_licence_is_charged_on_one_invoice(
    services: Services, connected: int, quantity: int, licences: str
) -> None:
    ids = await order(services, connected, quantity=quantity)
    details = [await asset_detail(services, asset_id) for asset_id in ids]
    assert [detail.quantity for detail in details] == [1] * quantity
    charges = [charge for detail in details for charge in detail.invoices]
    assert {(charge.number, charge.kind) for charge in charges} == {
        (charges[0].number, InvoiceKind.INVOICE)
    }
    assert [charge.amount for charge in charges] == [detail.price for detail in details]
    told = (await account_history(services, details[0].customer_id))[0].sentence
    assert told == f"Order {details[0].order_number} over {licences} was placed."


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [OrderLine(SKU, 0)],
        [OrderLine(SKU, MOST_LICENCES), OrderLine(SKU, 1)],
        [OrderLine(SKU, 1), OrderLine("79G-05412", 1)],  # discontinued
        [OrderLine(SKU, 1), OrderLine("no such product", 1)],
    ],
)
async def test_what_cannot_be_ordered_leaves_nothing_behind(
    services: Services, connected: int, lines: Sequence[OrderLine]
) -> None:
    (asset_id,) = await order(services, connected)
    account_id = (await asset_detail(services, asset_id)).customer_id
    before = await latest_history(services)
    with pytest.raises(InvalidInput):
        await order_licences(services, account_id, connected, lines)
    assert await latest_history(services) == before
    number = (await asset_detail(services, *await order(services, connected))).order_number
    assert number == "SO-00002"
