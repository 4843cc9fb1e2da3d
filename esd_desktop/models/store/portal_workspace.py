"""What the portal reads for My Workspace: the products of which somebody has active licences, and
the customers among whom a reseller chooses."""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import NotFound
from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.asset_rows import AssetRow
from esd_desktop.models.base import Id
from esd_desktop.models.portal_listing import CustomerPage, CustomerRow, Follows, Holder, ProductRow
from esd_desktop.models.statuses import AssetStatus, ProvisioningSyncStatus, TokenStatus
from esd_desktop.models.store.asset_rows import in_order
from esd_desktop.models.store.portal_assets import of_status
from esd_desktop.models.store.portal_scope import ACCOUNT, OWN_ASSETS, OWN_CUSTOMERS
from esd_desktop.models.store.search import contains_words

_CUSTOMER = bindparam("customer", type_=Id)
_SKU = bindparam("sku", type_=String())
# The active licences that the holder has and the account reaches.
_HELD = and_(Asset.customer_id == _CUSTOMER, OWN_ASSETS, of_status(AssetStatus.ACTIVE))


async def holder(connection: AsyncConnection, account_id: int, customer_id: int) -> Holder:
    """Whose licences are shown: the account itself or one of its customers. Raises NotFound."""
    given = {"account": account_id, "customer": customer_id}
    row = (await connection.execute(_HOLDER, given)).first()
    if row is None:
        raise NotFound(f"There is no customer {customer_id} of this account.")
    return Holder(row.id, row.name, row.email)


_HOLDER = select(Account.id, Account.name, Account.email).where(
    Account.id == _CUSTOMER, or_(Account.id == ACCOUNT, OWN_CUSTOMERS)
)


async def products(
    connection: AsyncConnection, account_id: int, customer_id: int
) -> list[ProductRow]:
    """The products of which the customer holds active licences that the account reaches, by name.
    A product is told by its SKU; of several names it has the last one by the alphabet."""
    given = {"account": account_id, "customer": customer_id}
    return [ProductRow(**row._mapping) for row in await connection.execute(_PRODUCTS, given)]


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_NAME = func.max(Asset.product)
_PRODUCTS = (
    select(
        Asset.sku,
        _NAME.label("product"),
        func.count().label("active"),
        _how_many(Asset.token_status == TokenStatus.REDEEMED).label("redeemed"),
        _how_many(Asset.provisioning_sync_status != ProvisioningSyncStatus.SYNCHRONIZED).label(
            "unissued"
        ),
    )
    .where(_HELD)
    .group_by(Asset.sku)
    .order_by(func.lower(_NAME), Asset.sku)
)


async def licences(
    connection: AsyncConnection, account_id: int, customer_id: int, sku: str, *, limit: int
) -> list[AssetRow]:
    """The customer's active licences of a product: those that can still be redeemed first, then by
    date, the newest first."""
    given = {"account": account_id, "customer": customer_id, "sku": sku, "limit": limit}
    return await in_order(connection, list(await connection.scalars(_LICENCES, given)))


_LICENCES = (
    select(Asset.id)
    .where(_HELD, Asset.sku == _SKU)
    .order_by(
        case((Asset.token_status == TokenStatus.REDEEMED, 1), else_=0),
        Asset.purchase_date.desc(),
        Asset.id.desc(),
    )
    .limit(bindparam("limit", type_=Integer()))
)


async def customers(
    connection: AsyncConnection, account_id: int, search: str, after: Follows | None, *, limit: int
) -> CustomerPage:
    """The account's customers by name, and itself where it holds licences; those that the words of
    the search find, where there are some, and that follow ``after``."""
    query = _CUSTOMERS.limit(limit + 1)
    if search.strip():
        query = query.where(contains_words(Account.search_text, search))
    if after is not None:
        name = func.lower(Account.name)
        last = func.lower(after.name)
        query = query.where(or_(name > last, and_(name == last, Account.id > after.id)))
    found = list(await connection.execute(query, {"account": account_id}))
    shown = found[:limit]
    counted = await _counted(connection, account_id, [row.id for row in shown])
    rows = [CustomerRow(row.id, row.name, *counted.get(row.id, (0, 0))) for row in shown]
    last_one = Follows(shown[-1].name, shown[-1].id) if len(found) > limit else None
    return CustomerPage(rows, last_one)


# The ids of ``portal_scope.OWN_CUSTOMERS`` and of the account where it holds licences, found by the
# indexes of both: asked of each account there is, it would take long.
_AMONG = union(
    select(Account.id).where(Account.reseller_id == ACCOUNT),
    select(Asset.customer_id).where(OWN_ASSETS),
)
_CUSTOMERS = (
    select(Account.id, Account.name)
    .where(Account.id.in_(_AMONG))
    .order_by(func.lower(Account.name), Account.id)
)


async def _counted(
    connection: AsyncConnection, account_id: int, customer_ids: list[int]
) -> dict[int, tuple[int, int]]:
    """How many licences each has, and how many of them are active."""
    if not customer_ids:
        return {}
    given = {"account": account_id, "customers": customer_ids}
    return {row[0]: (row[1], int(row[2])) for row in await connection.execute(_COUNTS, given)}


_COUNTS = (
    select(Asset.customer_id, func.count(), _how_many(Asset.status == AssetStatus.ACTIVE))
    .where(Asset.customer_id.in_(bindparam("customers", expanding=True)), OWN_ASSETS)
    .group_by(Asset.customer_id)
)
