"""The orders, invoices and credits of imported licences, and what may be done with them after."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from esd_desktop.errors import Refused
from esd_desktop.models.invoice import NumberSeries
from esd_desktop.models.statuses import (
    AssetStatus,
    InvoiceKind,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.context import Services
from tests.unit.services.importing.exports import (
    asset,
    cancelled,
    demo_key,
    transaction,
    write_csv,
)
from tests.unit.services.importing.looking import (
    add_connection,
    contents,
    details,
    imported,
    refused,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "export.csv"


async def test_an_order_has_one_customer(services: Services, file: Path) -> None:
    await add_connection(services)
    await imported(services, write_csv(file, [asset(1)]))
    other = {"Customer": "Zephyr Ltd", "Customer_Number": "C-9", "Customer_Email": None}
    lines = [asset(2, Order="PO-1", **other), asset(3), asset(4, Order="PO-3", **other)]
    assert await refused(services, write_csv(file, lines)) == [
        "Line 2: Order is here already, for another customer.",
        "Line 4: Order has another customer, or is billed to another, on line 3.",
    ]


async def test_an_order_in_two_currencies_has_two_invoices(services: Services, file: Path) -> None:
    await add_connection(services)
    lines = [
        asset(1, Order="PO-1"),
        asset(2, Order="PO-1", Price="210.00", Currency="GBP"),
        asset(3, Order="PO-1", Quantity="3", Invoice_Amount="700.00"),
    ]
    await imported(services, write_csv(file, lines))
    found = await details(services)
    stands = [
        [(each.number, str(each.amount)) for each in found[transaction(at)].invoices]
        for at in (1, 2, 3)
    ]
    assert stands == [
        [("IMP-00001", "249.00 EUR")],
        [("IMP-00002", "210.00 GBP")],
        [("IMP-00001", "700.00 EUR")],
    ]
    assert found[transaction(1)].invoices[0].issued_at == found[transaction(1)].purchase_date


@pytest.mark.parametrize(
    ("last", "numbers"),
    [
        (9_998, ["IMP-09999", "IMP-10000", "IMP-10001"]),
        (99_998, ["IMP-99999", "IMP-100000", "IMP-100001"]),
    ],
)
async def test_invoice_numbers_go_on_where_they_ended(
    services: Services, file: Path, last: int, numbers: list[str]
) -> None:
    await add_connection(services)
    async with services.store.change() as work:
        work.add(NumberSeries(name="IMP", last_number=last))
        await work.commit()
    await imported(services, write_csv(file, [asset(at) for at in (1, 2, 3)]))
    assert [row[1] for row in (await contents(services))["invoices"]] == numbers


async def test_a_cancelled_licence_is_credited_once(services: Services, file: Path) -> None:
    await add_connection(services)
    await imported(services, write_csv(file, [cancelled(1, Order="PO-1"), asset(2, Order="PO-1")]))
    found = (await details(services))[transaction(1)]
    assert found.status is AssetStatus.CANCELLED
    assert (found.token_status, found.return_status) == (
        TokenStatus.RETURN_ACCEPTED,
        ReturnStatus.SUCCESS,
    )
    assert [(each.number, each.kind, str(each.amount)) for each in found.invoices] == [
        ("IMP-00001", InvoiceKind.INVOICE, "249.00 EUR"),
        ("IMP-CRN-00001", InvoiceKind.CREDIT, "-249.00 EUR"),
    ]
    assert len((await details(services))[transaction(2)].invoices) == 1
    with pytest.raises(Refused, match="cancelled already"):
        await cancel_licence(services, found.id)


async def test_cancelling_after_an_import_credits_what_was_charged(
    services: Services, connected: int, sandbox: SandboxControl, file: Path
) -> None:
    sandbox.seed(
        [{"transaction_id": transaction(1), "sku": "EP2-06606", "product_key": demo_key(1)}]
    )
    now = services.now().isoformat()
    await imported(
        services,
        write_csv(file, [asset(1, Token=demo_key(1), Purchase_Date=now, Invoice_Amount="240.00")]),
    )
    found = (await details(services))[transaction(1)]
    assert found.returnable_until == found.purchase_date + timedelta(days=30)
    await cancel_licence(services, found.id)
    found = (await details(services))[transaction(1)]
    assert found.status is AssetStatus.CANCELLED
    assert [str(each.amount) for each in found.invoices] == ["240.00 EUR", "-240.00 EUR"]


async def test_a_returned_licence_that_is_still_active_can_be_cancelled(
    services: Services, connected: int, sandbox: SandboxControl, file: Path
) -> None:
    returned = {"token_status": "Return Accepted", "return_status": "SUCCESS"}
    sandbox.seed(
        [
            {
                "transaction_id": transaction(1),
                "sku": "EP2-06606",
                "product_key": demo_key(1),
                **returned,
            }
        ]
    )
    await imported(services, write_csv(file, [cancelled(1, Token=demo_key(1), Status="Active")]))
    found = (await details(services))[transaction(1)]
    assert len(found.invoices) == 1
    await cancel_licence(services, found.id)
    kinds = [each.kind for each in (await details(services))[transaction(1)].invoices]
    assert kinds == [InvoiceKind.INVOICE, InvoiceKind.CREDIT]
