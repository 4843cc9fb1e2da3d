"""D3, ordering: an asset per licence, and one invoice with an item per licence, charged once.

Placing an order calls nobody; services/provision_order.py then gets the tokens.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from esd_desktop.errors import ChangedMeanwhile, InvalidInput
from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.base import search_text
from esd_desktop.models.invoice import Invoice
from esd_desktop.models.offering import Offering
from esd_desktop.models.order import Order
from esd_desktop.models.rights import Right
from esd_desktop.models.statuses import AssetStatus, ProvisioningSyncStatus, ReturnStatus
from esd_desktop.models.store import accounts, invoices, offerings, orders
from esd_desktop.models.store.bulk import insert_all
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import Money, new_id
from esd_desktop.models.wording import counted
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.invoicing.issue import charge
from esd_desktop.services.order_preview import (
    MOST_LICENCES,
    OrderLine,
    added_up,
    mailed_to,
    one_currency,
    orderable,
)
from esd_desktop.services.record import record, record_all
from esd_desktop.services.rights import require, viewing

__all__ = ["MOST_LICENCES", "OrderLine", "PlacedOrder", "order_licences", "placed_order"]


class PlacedOrder(Struct, frozen=True):
    """An order that was placed: its number and the assets that wait for their tokens."""

    id: int
    number: str
    asset_ids: tuple[int, ...]
    changes: Changes


async def order_licences(
    services: Services,
    account_id: int,
    connection_id: int,
    lines: Sequence[OrderLine],
    *,
    placement_id: str | None = None,
    total: Money | None = None,
) -> PlacedOrder:
    """Place an order for an account at today's catalogue prices.

    The same ``placement_id`` again answers the order that it placed. ``total`` is what the person
    has agreed to pay. Raises InvalidInput for what cannot be ordered, or costs something else by
    now; then nothing is written.
    """
    await require(services, Right.ORDER)
    wanted = added_up(lines)
    try:
        return await _placed(services, account_id, connection_id, wanted, placement_id, total)
    except ChangedMeanwhile:
        # The same form came twice at the same moment: the other one has placed the order.
        before = await placed_order(services, placement_id) if placement_id else None
        if before is None:
            raise
        return before


async def placed_order(services: Services, placement_id: str) -> PlacedOrder | None:
    """The order that was placed under this id, by who was not told of it; None where none was."""
    async with viewing(services) as connection:
        before = await orders.placed_as(connection, placement_id)
    return None if before is None else _placed_before(before)


async def _placed(
    services: Services,
    account_id: int,
    connection_id: int,
    lines: Sequence[OrderLine],
    placement_id: str | None,
    total: Money | None,
) -> PlacedOrder:
    async with services.store.change() as work:
        if placement_id is not None:
            before = await orders.placed_as(work.connection, placement_id)
            if before is not None:
                return _placed_before(before)
        account = await accounts.for_change(work, account_id)
        mailed_to(account)
        billed = await _billed(work, account)
        known = await offerings.by_sku(work, connection_id, {line.sku for line in lines})
        chosen = [(orderable(known, line), line.quantity) for line in lines]
        one_currency(offering.price for offering, _ in chosen)
        order = await _order(services, work, account, billed, connection_id, placement_id)
        wanted = [
            _asset(services, order, account, billed, offering)
            for offering, quantity in chosen
            for _ in range(quantity)
        ]
        await insert_all(work, wanted)
        made = await orders.assets_of(work, order.id)
        invoice = await charge(services, work, order, billed, made)
        _check_total(invoice, total)
        await record_all(services, work, made, "order", f"Ordered with {order.number}.")
        sentence = f"Order {order.number} over {counted(len(made), 'licence')} was placed."
        record(services, work, "order", sentence, account_id=account.id)
        await work.commit()
    ids = tuple(asset.id for asset in made)
    changes = Changes(
        assets=frozenset(ids),
        accounts=frozenset({account.id, billed.id}),
        orders=frozenset({order.id}),
        invoices=frozenset({invoice.id}),
    )
    return PlacedOrder(order.id, order.number, ids, changes)


def _placed_before(before: orders.PlacedBefore) -> PlacedOrder:
    changes = Changes(assets=frozenset(before.asset_ids), orders=frozenset({before.id}))
    return PlacedOrder(before.id, before.number, before.asset_ids, changes)


def _check_total(invoice: Invoice, agreed: Money | None) -> None:
    """Tax may have changed since the person looked, too."""
    charged = Money(invoice.net_amount + invoice.tax_amount, invoice.currency)
    if agreed is not None and charged != agreed:
        raise InvalidInput(f"The total is now {charged}, not {agreed}; look again.")


async def _billed(work: UnitOfWork, account: Account) -> Account:
    if account.reseller_id is None:
        return account
    return await accounts.for_change(work, account.reseller_id)


async def _order(
    services: Services,
    work: UnitOfWork,
    account: Account,
    billed: Account,
    connection_id: int,
    placement_id: str | None,
) -> Order:
    order = Order(
        number=await invoices.next_number(work, "SO"),
        customer_id=account.id,
        billing_to_id=billed.id,
        connection_id=connection_id,
        placement_id=placement_id,
        placed_at=services.now(),
        placed_by=services.operator,
    )
    work.add(order)
    await work.flush()
    return order


def _asset(
    services: Services,
    order: Order,
    account: Account,
    billed: Account,
    offering: Offering,
) -> Asset:
    return Asset(
        customer_id=account.id,
        billing_to_id=billed.id,
        connection_id=offering.connection_id,
        order_id=order.id,
        client_transaction_id=new_id(),
        status=AssetStatus.ACTIVE,
        purchase_date=services.now(),
        sku=offering.sku,
        product=offering.name,
        quantity=1,
        unit_type=offering.unit_type,
        price_amount=offering.price_amount,
        currency=offering.currency,
        provisioning_sync_status=ProvisioningSyncStatus.UNSYNCHRONISED,
        return_status=ReturnStatus.NONE,
        search_text=search_text(order.number, offering.name, offering.sku),
    )
