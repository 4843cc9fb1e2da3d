"""Orders and their invoices without a catalogue or Microsoft: only what is charged matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.base import search_text
from esd_desktop.models.order import Order
from esd_desktop.models.statuses import (
    AccountKind,
    AssetStatus,
    ProvisioningSyncStatus,
    ReturnStatus,
)
from esd_desktop.models.store import accounts, invoices
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import new_id
from esd_desktop.services.context import Services
from esd_desktop.services.invoicing.issue import charge, credit
from tests.support.sowing import Sower


@dataclass(frozen=True)
class Billed:
    """An order that was charged."""

    account: int
    order: int
    invoice: int
    assets: tuple[int, ...]


async def billed_account(services: Services, *, country: str | None = "DE") -> tuple[int, int]:
    """An account that is billed itself, and a connection; their ids."""
    cipher = await services.cipher.opened()
    async with services.store.change() as work:
        connection = await Sower(work, cipher).connection()
        account = Account(
            kind=AccountKind.CUSTOMER,
            name="Αιγαίο Ναυτιλιακή",
            email="office@aegean.example",
            country=country,
            language="en",
            search_text=search_text("Αιγαίο Ναυτιλιακή"),
            created_at=services.now(),
        )
        work.add(account)
        await work.commit()
    return account.id, connection.id


async def bill(
    services: Services,
    account_id: int,
    connection_id: int,
    prices: Sequence[Decimal],
    currency: str = "EUR",
) -> Billed:
    """Charge an order over a licence of each price."""
    async with services.store.change() as work:
        billed = await write_bill(services, work, account_id, connection_id, prices, currency)
        await work.commit()
    return billed


async def write_bill(
    services: Services,
    work: UnitOfWork,
    account_id: int,
    connection_id: int,
    prices: Sequence[Decimal],
    currency: str = "EUR",
) -> Billed:
    """The same within a change that the caller commits, or not."""
    account = await accounts.for_change(work, account_id)
    order = Order(
        number=await invoices.next_number(work, "SO"),
        customer_id=account_id,
        billing_to_id=account_id,
        placed_at=services.now(),
        placed_by=services.operator,
    )
    work.add(order)
    await work.flush()
    made = [_asset(services, order, connection_id, price, currency) for price in prices]
    work.add(*made)
    await work.flush()
    invoice = await charge(services, work, order, account, made)
    return Billed(account_id, order.id, invoice.id, tuple(asset.id for asset in made))


async def take_back(services: Services, asset_id: int) -> int | None:
    """Credit a licence; the credit's id, None where it had been credited."""
    async with services.store.change() as work:
        asset = await work.session.get_one(Asset, asset_id)
        credited = await credit(services, work, asset)
        await work.commit()
    return None if credited is None else credited.id


def _asset(
    services: Services, order: Order, connection_id: int, price: Decimal, currency: str
) -> Asset:
    return Asset(
        customer_id=order.customer_id,
        billing_to_id=order.billing_to_id,
        connection_id=connection_id,
        order_id=order.id,
        client_transaction_id=new_id(),
        status=AssetStatus.ACTIVE,
        purchase_date=services.now(),
        sku="EP2-06606",
        product="Office Home & Business 2024",
        quantity=1,
        unit_type="licence",
        price_amount=price,
        currency=currency,
        provisioning_sync_status=ProvisioningSyncStatus.UNSYNCHRONISED,
        return_status=ReturnStatus.NONE,
        search_text="",
    )
