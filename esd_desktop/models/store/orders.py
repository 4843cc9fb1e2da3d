"""Queries about orders: the list, one in full, and what of it is without a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, true, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from esd_desktop.errors import NotFound
from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.base import Amount
from esd_desktop.models.connection import Connection
from esd_desktop.models.invoice import Invoice
from esd_desktop.models.listing import ListCounts, ListQuery
from esd_desktop.models.order import Order
from esd_desktop.models.order_rows import (
    OrderDetail,
    OrderedLicence,
    OrderedProduct,
    OrderInvoice,
    OrderRow,
)
from esd_desktop.models.statuses import AssetStatus, ProvisioningSyncStatus
from esd_desktop.models.store.listing import Listing
from esd_desktop.models.store.search import contains_words
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import Money


class PlacedBefore(Struct, frozen=True):
    """An order that is there already, and its licences."""

    id: int
    number: str
    asset_ids: tuple[int, ...]


_Customer = aliased(Account)
_Billing = aliased(Account)

_OF_ORDER = Asset.order_id == Order.id
# As an inequality, so that the few without a token are found by the index on their provisioning.
_LIVE = and_(Asset.status != AssetStatus.CANCELLED, Asset.deleted_at.is_(None))
_FAILED = and_(_LIVE, Asset.provisioning_sync_status == ProvisioningSyncStatus.FAILED)
_WAITING = and_(_LIVE, Asset.provisioning_sync_status == ProvisioningSyncStatus.UNSYNCHRONISED)
_ISSUED = Asset.provisioning_sync_status == ProvisioningSyncStatus.SYNCHRONIZED
_TO_ASK_FOR = and_(
    _LIVE,
    Asset.provisioning_sync_status.in_(
        (ProvisioningSyncStatus.FAILED, ProvisioningSyncStatus.UNSYNCHRONISED)
    ),
)


def _count(condition: ColumnElement[bool]) -> Any:
    """How many licences of the order are so. Their order's index is the only way to them."""
    return _of_licences(func.coalesce(func.sum(case((condition, 1), else_=0)), 0))


def _of_licences(value: Any) -> Any:
    return select(value).where(_OF_ORDER).correlate(Order).scalar_subquery()


def _some(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """That a licence of the order is so. The rare ones are found first, by their own index."""
    return Order.id.in_(select(Asset.order_id).where(condition))


def _holds_for(account_id: int) -> ColumnElement[bool]:
    return or_(Order.customer_id == account_id, Order.billing_to_id == account_id)


def _found_by(words: str) -> ColumnElement[bool]:
    """By number, customer or reseller."""
    number = func.lower(Order.number).contains(words.strip().casefold(), autoescape=True)
    named = (contains_words(party.search_text, words) for party in (_Customer, _Billing))
    return or_(number, *named)


_ROWS = (
    select(
        Order.id,
        Order.number,
        Order.customer_id,
        _Customer.name.label("customer"),
        Order.billing_to_id,
        _Billing.name.label("billing_to"),
        Order.connection_id,
        Connection.name.label("connection"),
        Order.placed_at,
        Order.placed_by,
        _of_licences(func.count()).label("licences"),
        _count(_ISSUED).label("issued"),
        _count(_FAILED).label("failed"),
        _count(_WAITING).label("waiting"),
        _of_licences(type_coerce(func.sum(Asset.price_amount * Asset.quantity), Amount)).label(
            "net"
        ),
        _of_licences(
            case(
                (func.min(Asset.currency) == func.max(Asset.currency), func.min(Asset.currency)),
                else_=None,
            )
        ).label("currency"),
    )
    .join(_Customer, _Customer.id == Order.customer_id)
    .join(_Billing, _Billing.id == Order.billing_to_id)
    .outerjoin(Connection, Connection.id == Order.connection_id)
)


def _row(row: Row[*tuple[Any, ...]]) -> OrderRow:
    fields = dict(row._mapping)
    net, currency = fields.pop("net"), fields.pop("currency")
    return OrderRow(**fields, net=None if currency is None else Money(net, currency))


@dataclass(frozen=True, eq=False)
class _Orders(Listing[OrderRow]):
    """The licences are counted for the rows of a page alone, whatever they are sorted by."""

    async def page(
        self, connection: AsyncConnection, query: ListQuery, *, offset: int, limit: int
    ) -> list[OrderRow]:
        """The rows at positions ``offset`` to ``offset + limit``."""
        ordered = self._ordered(query).with_only_columns(Order.id, maintain_column_froms=True)
        ids = (await connection.execute(ordered.offset(offset).limit(limit))).scalars().all()
        rows = {row.id: row for row in await self.by_ids(connection, ids)}
        return [rows[order_id] for order_id in ids if order_id in rows]

    async def counts(self, connection: AsyncConnection, query: ListQuery) -> ListCounts:
        """How many rows each filter has, and how many are found. The few that are open are looked
        up by their licences; the others are the rest."""
        conditions = {"all": true(), "open": _some(_TO_ASK_FOR), "failed": _some(_FAILED)}
        counted = {
            name: await self._count(connection, and_(self._in_scope(query), condition))
            for name, condition in conditions.items()
        }
        counted["complete"] = counted["all"] - counted["open"]
        if query.search.strip() or query.filter not in counted:
            return ListCounts(counted, await self.found(connection, query))
        return ListCounts(counted, counted[query.filter])

    async def _count(self, connection: AsyncConnection, condition: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(Order).where(condition)
        return int((await connection.execute(query)).scalar_one())


LISTING = _Orders(
    id=Order.id,
    rows=_ROWS,
    counted=select(Order.id),
    made=_row,
    sorts={
        "placed_at": Order.placed_at,
        "number": Order.number,
        "customer": func.lower(_Customer.name),
        "billing_to": func.lower(_Billing.name),
        "connection": func.lower(Connection.name),
        "placed_by": func.lower(Order.placed_by),
    },
    found_by=_found_by,
    filters={
        "open": _some(_TO_ASK_FOR),
        "failed": _some(_FAILED),
        "complete": ~_some(_TO_ASK_FOR),
    },
    of_account=_holds_for,
    of_connection=lambda connection_id: Order.connection_id == connection_id,
)


async def in_full(connection: AsyncConnection, order_id: int) -> OrderDetail:
    """All about one order. Raises NotFound."""
    found = await LISTING.by_ids(connection, [order_id])
    if not found:
        raise NotFound(f"There is no order {order_id}.")
    address = select(Account.email).where(Account.id == found[0].customer_id)
    return OrderDetail(
        order=found[0],
        customer_email=(await connection.execute(address)).scalar(),
        products=await _products(connection, order_id),
        licences=await _licences(connection, order_id),
        invoices=await _invoices(connection, order_id),
    )


async def id_of(connection: AsyncConnection, number: str) -> int:
    """The id of the order with this number, in whichever letters it is typed. Raises NotFound."""
    wanted = number.strip()
    query = select(Order.id).where(func.lower(Order.number) == wanted.casefold())
    found = (await connection.execute(query.limit(1))).scalar()
    if found is None:
        raise NotFound(f"There is no order {wanted!r}.")
    return int(found)


async def without_token(connection: AsyncConnection, order_id: int) -> list[int]:
    """The licences of an order whose token can be asked for, in the order they were ordered in."""
    query = select(Asset.id).where(Asset.order_id == order_id, _TO_ASK_FOR).order_by(Asset.id)
    return list((await connection.execute(query)).scalars())


async def placed_as(connection: AsyncConnection, placement_id: str) -> PlacedBefore | None:
    """The order that was placed under this id; None where none was."""
    query = select(Order.id, Order.number).where(Order.placement_id == placement_id)
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    ids = select(Asset.id).where(Asset.order_id == row.id).order_by(Asset.id)
    return PlacedBefore(row.id, row.number, tuple((await connection.execute(ids)).scalars()))


async def assets_of(work: UnitOfWork, order_id: int) -> list[Asset]:
    """The records of an order's licences, in the order in which they were written."""
    query = select(Asset).where(Asset.order_id == order_id).order_by(Asset.id)
    return list((await work.session.execute(query)).scalars())


async def _products(connection: AsyncConnection, order_id: int) -> tuple[OrderedProduct, ...]:
    alike = (Asset.sku, Asset.product, Asset.unit_type, Asset.price_amount, Asset.currency)
    query = (
        select(*alike, func.sum(Asset.quantity).label("quantity"))
        .where(Asset.order_id == order_id)
        .group_by(*alike)
        .order_by(func.min(Asset.id))
    )
    return tuple(
        OrderedProduct(
            sku=row.sku,
            product=row.product,
            quantity=int(row.quantity),
            unit_type=row.unit_type,
            price=Money(row.price_amount, row.currency),
            net=Money(row.price_amount * int(row.quantity), row.currency),
        )
        for row in await connection.execute(query)
    )


async def _licences(connection: AsyncConnection, order_id: int) -> tuple[OrderedLicence, ...]:
    query = (
        select(
            Asset.id,
            Asset.product,
            Asset.sku,
            Asset.status,
            Asset.provisioning_sync_status.label("provisioning"),
            Asset.token_status,
            Asset.synchronization_details.label("reason"),
            Asset.deleted_at.is_not(None).label("deleted"),
        )
        .where(Asset.order_id == order_id)
        .order_by(Asset.id)
    )
    return tuple(
        OrderedLicence(**dict(row._mapping) | {"deleted": bool(row.deleted)})
        for row in await connection.execute(query)
    )


async def _invoices(connection: AsyncConnection, order_id: int) -> tuple[OrderInvoice, ...]:
    query = (
        select(Invoice.id, Invoice.number).where(Invoice.order_id == order_id).order_by(Invoice.id)
    )
    return tuple(OrderInvoice(**row._mapping) for row in await connection.execute(query))
