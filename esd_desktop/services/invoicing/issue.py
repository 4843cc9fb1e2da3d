"""Issuing invoices: the charge of an order, and the credit that takes a licence's charge back.

Both write within the change of the verb that calls them, so that no order is without its invoice
and no cancelled licence without its credit.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from esd_desktop.errors import Refused
from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.invoice import LONGEST_DESCRIPTION, Invoice, InvoiceItem
from esd_desktop.models.order import Order
from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.models.store import accounts, invoices
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.services.context import Services

_SERIES = {InvoiceKind.INVOICE: "INV", InvoiceKind.CREDIT: "CRN"}


async def charge(
    services: Services, work: UnitOfWork, order: Order, billed: Account, assets: Sequence[Asset]
) -> Invoice:
    """One invoice over an order, with an item for each of its licences. Raises Refused where they
    are not in one currency."""
    currencies = {asset.currency for asset in assets}
    if len(currencies) > 1:
        raise Refused(f"One order is in one currency, not in {' and '.join(sorted(currencies))}.")
    items = [
        _item(asset, InvoiceKind.INVOICE, asset.product, asset.price_amount) for asset in assets
    ]
    return await _issue(
        services, work, InvoiceKind.INVOICE, billed, order.id, currencies.pop(), items
    )


async def credit(services: Services, work: UnitOfWork, asset: Asset) -> Invoice | None:
    """A credit invoice over all that was charged for a licence, once; None where there is one."""
    if await invoices.item_of(work, asset.id, InvoiceKind.CREDIT) is not None:
        return None
    charged = await invoices.item_of(work, asset.id, InvoiceKind.INVOICE)
    amount = charged.amount if charged else asset.price_amount * asset.quantity
    description = f"Return of {asset.product}"[:LONGEST_DESCRIPTION]
    billed = await accounts.for_change(work, asset.billing_to_id)
    items = [_item(asset, InvoiceKind.CREDIT, description, -amount)]
    return await _issue(
        services, work, InvoiceKind.CREDIT, billed, asset.order_id, asset.currency, items
    )


def _item(asset: Asset, kind: InvoiceKind, description: str, amount: Decimal) -> InvoiceItem:
    return InvoiceItem(
        asset_id=asset.id,
        kind=kind,
        description=description,
        amount=amount,
        tax_rate=Decimal(0),
        tax_amount=Decimal(0),
    )


async def _issue(
    services: Services,
    work: UnitOfWork,
    kind: InvoiceKind,
    billed: Account,
    order_id: int,
    currency: str,
    items: Sequence[InvoiceItem],
) -> Invoice:
    now = services.now()
    invoice = Invoice(
        number=await invoices.next_number(work, f"{_SERIES[kind]}-{now.year}"),
        kind=kind,
        account_id=billed.id,
        order_id=order_id,
        currency=currency,
        net_amount=sum((item.amount for item in items), Decimal(0)),
        tax_amount=sum((item.tax_amount for item in items), Decimal(0)),
        billed_name=billed.name,
        billed_country=billed.country,
        issued_at=now,
    )
    work.add(invoice)
    await work.flush()
    for item in items:
        item.invoice_id = invoice.id
    work.add(*items)
    await work.flush()
    return invoice
