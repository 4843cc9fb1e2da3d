"""Issuing invoices: the charge of an order, and the credit that takes a licence's charge back.

Both write within the change of the verb that calls them, so that no order is without its invoice
and no cancelled licence without its credit.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from esd_desktop.errors import Refused
from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.models.store import accounts, invoices, tax_rates
from esd_desktop.models.store import settings as stored
from esd_desktop.models.tax import NO_TAX, LineAmounts, line_amounts, totals
from esd_desktop.services.context import Services

if TYPE_CHECKING:
    from esd_desktop.models.account import Account
    from esd_desktop.models.asset import Asset
    from esd_desktop.models.invoice import Invoice, InvoiceItem
    from esd_desktop.models.order import Order
    from esd_desktop.models.store.unit_of_work import UnitOfWork

_SERIES = {InvoiceKind.INVOICE: "INV", InvoiceKind.CREDIT: "CRN"}


async def charge(
    services: Services, work: UnitOfWork, order: Order, billed: Account, assets: Sequence[Asset]
) -> Invoice:
    """One invoice over an order, with an item for each of its licences, taxed at today's rate of
    the billed account's country. Raises Refused where they are not in one currency."""
    from esd_desktop.models.invoice import Invoice

    currencies = {asset.currency for asset in assets}
    if len(currencies) > 1:
        raise Refused(f"One order is in one currency, not in {' and '.join(sorted(currencies))}.")
    tax = await tax_rates.of_country(work.connection, billed.country)
    rate = tax.rate if tax else NO_TAX
    invoice = Invoice(
        kind=InvoiceKind.INVOICE,
        order_id=order.id,
        currency=currencies.pop(),
        tax_name=tax.name if tax else None,
    )
    items = [_charge_item(asset, rate) for asset in assets]
    return await _issue(services, work, invoice, billed, items)


async def credit(services: Services, work: UnitOfWork, asset: Asset) -> Invoice | None:
    """A credit invoice over exactly what was charged for a licence, tax too, whatever the rate is
    today; once, None where there is one."""
    from esd_desktop.models.invoice import Invoice

    if await invoices.item_of(work, asset.id, InvoiceKind.CREDIT) is not None:
        return None
    charged = await invoices.item_of(work, asset.id, InvoiceKind.INVOICE)
    invoice = Invoice(
        kind=InvoiceKind.CREDIT, order_id=asset.order_id, currency=asset.currency, tax_name=None
    )
    item = _charge_item(asset, NO_TAX) if charged is None else charged
    if charged is not None:
        original = await invoices.of_item(work, charged)
        invoice.credits_id = original.id
        invoice.currency = original.currency
        invoice.tax_name = original.tax_name
    billed = await accounts.for_change(work, asset.billing_to_id)
    return await _issue(services, work, invoice, billed, [_taken_back(asset, item)])


def _charge_item(asset: Asset, rate: Decimal) -> InvoiceItem:
    from esd_desktop.models.invoice import InvoiceItem

    amounts = line_amounts(asset.price_amount * asset.quantity, rate, asset.currency)
    return InvoiceItem(
        asset_id=asset.id,
        kind=InvoiceKind.INVOICE,
        description=asset.product,
        amount=amounts.net,
        tax_rate=rate,
        tax_amount=amounts.tax,
    )


def _taken_back(asset: Asset, charged: InvoiceItem) -> InvoiceItem:
    from esd_desktop.models.invoice import LONGEST_DESCRIPTION, InvoiceItem

    return InvoiceItem(
        asset_id=asset.id,
        kind=InvoiceKind.CREDIT,
        description=f"Return of {asset.product}"[:LONGEST_DESCRIPTION],
        amount=-charged.amount,
        tax_rate=charged.tax_rate,
        tax_amount=-charged.tax_amount,
    )


async def _issue(
    services: Services,
    work: UnitOfWork,
    invoice: Invoice,
    billed: Account,
    items: Sequence[InvoiceItem],
) -> Invoice:
    """Number it, let it say who bills whom, and write it."""
    now = services.now()
    sums = totals(LineAmounts(item.amount, item.tax_amount) for item in items)
    made = await stored.read(work.connection)
    invoice.number = await invoices.next_number(work, f"{_SERIES[invoice.kind]}-{now.year}")
    invoice.account_id = billed.id
    invoice.net_amount = sums.net
    invoice.tax_amount = sums.tax
    invoice.seller_name = made.get("company.name") or None
    invoice.seller_address = made.get("company.address") or None
    invoice.seller_tax_number = made.get("company.tax_number") or None
    invoice.billed_name = billed.name
    invoice.billed_country = billed.country
    invoice.issued_at = now
    await invoices.add(work, invoice, items)
    return invoice
