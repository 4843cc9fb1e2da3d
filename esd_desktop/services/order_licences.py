"""D3, ordering: an asset per licence, and one invoice with an item per licence, charged once.

Placing an order calls nobody; services/provision.py then gets each token.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from esd_desktop.errors import InvalidInput
from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.base import search_text
from esd_desktop.models.offering import Offering
from esd_desktop.models.order import Order
from esd_desktop.models.statuses import (
    AssetStatus,
    CatalogueStatus,
    ProvisioningSyncStatus,
    ReturnStatus,
)
from esd_desktop.models.store import accounts, invoices, offerings
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import new_id
from esd_desktop.models.wording import counted
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.invoicing.issue import charge
from esd_desktop.services.record import record, record_asset

MOST_LICENCES = 10_000


@dataclass(frozen=True, slots=True)
class OrderLine:
    """So many licences of a product. Each becomes an asset of quantity 1."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order that was placed: its number and the assets that wait for their tokens."""

    number: str
    asset_ids: tuple[int, ...]
    changes: Changes


async def order_licences(
    services: Services, account_id: int, connection_id: int, lines: Sequence[OrderLine]
) -> PlacedOrder:
    """Place an order for an account at today's catalogue prices.

    Raises InvalidInput for a quantity or product that cannot be ordered; then nothing is written.
    """
    _check_quantities(lines)
    async with services.store.change() as work:
        account = await accounts.for_change(work, account_id)
        billed = await _billed(work, account)
        known = await offerings.by_sku(work, connection_id, {line.sku for line in lines})
        chosen = [_orderable(known, line.sku) for line in lines for _ in range(line.quantity)]
        order = await _order(services, work, account, billed)
        made = [_asset(services, order, account, billed, offering) for offering in chosen]
        work.add(*made)
        await work.flush()
        await charge(services, work, order, billed, made)
        for asset in made:
            record_asset(services, work, asset, "order", f"Ordered with {order.number}.")
        sentence = f"Order {order.number} over {counted(len(made), 'licence')} was placed."
        record(services, work, "order", sentence, account_id=account.id)
        await work.commit()
    ids = tuple(asset.id for asset in made)
    changes = Changes(
        assets=frozenset(ids),
        accounts=frozenset({account.id, billed.id}),
    )
    return PlacedOrder(order.number, ids, changes)


def _check_quantities(lines: Sequence[OrderLine]) -> None:
    if not lines or any(line.quantity < 1 for line in lines):
        raise InvalidInput("An order needs at least one licence of each product.")
    if sum(line.quantity for line in lines) > MOST_LICENCES:
        raise InvalidInput(f"One order takes at most {MOST_LICENCES:,} licences.")


def _orderable(known: dict[str, Offering], sku: str) -> Offering:
    offering = known.get(sku)
    if offering is None:
        raise InvalidInput(f"The product {sku} is not in this connection's catalogue.")
    if offering.status is CatalogueStatus.DISCONTINUED:
        raise InvalidInput(f"{offering.name} ({sku}) is discontinued and cannot be ordered.")
    return offering


async def _billed(work: UnitOfWork, account: Account) -> Account:
    if account.reseller_id is None:
        return account
    return await accounts.for_change(work, account.reseller_id)


async def _order(services: Services, work: UnitOfWork, account: Account, billed: Account) -> Order:
    order = Order(
        number=await invoices.next_number(work, "SO"),
        customer_id=account.id,
        billing_to_id=billed.id,
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
        search_text=search_text(
            account.name, billed.name, order.number, offering.name, offering.sku
        ),
    )
