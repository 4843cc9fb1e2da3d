"""What the portal reads for My Workspace: the products of which somebody has active licences, and
the customers among whom a reseller chooses."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import NotFound
from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.asset_rows import AssetRow
from esd_desktop.models.portal_listing import CustomerPage, CustomerRow, Follows, Holder, ProductRow
from esd_desktop.models.statuses import AssetStatus, ProvisioningSyncStatus, TokenStatus
from esd_desktop.models.store.asset_rows import in_order
from esd_desktop.models.store.portal_assets import of_status
from esd_desktop.models.store.portal_scope import own_assets, own_customers
from esd_desktop.models.store.search import contains_words


async def holder(connection: AsyncConnection, account_id: int, customer_id: int) -> Holder:
    """Whose licences are shown: the account itself or one of its customers. Raises NotFound."""
    own = or_(Account.id == account_id, own_customers(account_id))
    query = select(Account.id, Account.name, Account.email).where(Account.id == customer_id, own)
    row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound(f"There is no customer {customer_id} of this account.")
    return Holder(row.id, row.name, row.email)


async def products(
    connection: AsyncConnection, account_id: int, customer_id: int
) -> list[ProductRow]:
    """The products of which the customer holds active licences that the account reaches, by name.
    A product is told by its SKU; of several names it has the last one by the alphabet."""
    name = func.max(Asset.product)
    query = (
        select(
            Asset.sku,
            name.label("product"),
            func.count().label("active"),
            _how_many(Asset.token_status == TokenStatus.REDEEMED).label("redeemed"),
            _how_many(Asset.provisioning_sync_status != ProvisioningSyncStatus.SYNCHRONIZED).label(
                "unissued"
            ),
        )
        .where(_held(account_id, customer_id))
        .group_by(Asset.sku)
        .order_by(func.lower(name), Asset.sku)
    )
    return [ProductRow(**row._mapping) for row in await connection.execute(query)]


async def licences(
    connection: AsyncConnection, account_id: int, customer_id: int, sku: str, *, limit: int
) -> list[AssetRow]:
    """The customer's active licences of a product: those that can still be redeemed first, then by
    date, the newest first."""
    redeemed = case((Asset.token_status == TokenStatus.REDEEMED, 1), else_=0)
    query = (
        select(Asset.id)
        .where(_held(account_id, customer_id), Asset.sku == sku)
        .order_by(redeemed, Asset.purchase_date.desc(), Asset.id.desc())
        .limit(limit)
    )
    return await in_order(connection, list((await connection.execute(query)).scalars()))


async def customers(
    connection: AsyncConnection, account_id: int, search: str, after: Follows | None, *, limit: int
) -> CustomerPage:
    """The account's customers by name, and itself where it holds licences; those that the words of
    the search find, where there are some, and that follow ``after``."""
    query = (
        select(Account.id, Account.name)
        .where(Account.id.in_(_among(account_id)))
        .order_by(func.lower(Account.name), Account.id)
        .limit(limit + 1)
    )
    if search.strip():
        query = query.where(contains_words(Account.search_text, search))
    if after is not None:
        name = func.lower(Account.name)
        last = func.lower(after.name)
        query = query.where(or_(name > last, and_(name == last, Account.id > after.id)))
    found = list(await connection.execute(query))
    shown = found[:limit]
    counted = await _counted(connection, account_id, [row.id for row in shown])
    rows = [CustomerRow(row.id, row.name, *counted.get(row.id, (0, 0))) for row in shown]
    last_one = Follows(shown[-1].name, shown[-1].id) if len(found) > limit else None
    return CustomerPage(rows, last_one)


def _held(account_id: int, customer_id: int) -> ColumnElement[bool]:
    return and_(
        Asset.customer_id == customer_id,
        own_assets(account_id),
        of_status(AssetStatus.ACTIVE),
    )


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _among(account_id: int):  # type: ignore[no-untyped-def]
    """The ids of ``portal_scope.own_customers`` and of the account where it holds licences, found
    by the indexes of both: asked of each account there is, it would take long."""
    through = select(Account.id).where(Account.reseller_id == account_id)
    holders = select(Asset.customer_id).where(
        or_(Asset.billing_to_id == account_id, Asset.customer_id == account_id),
        Asset.deleted_at.is_(None),
    )
    return union(through, holders)


async def _counted(
    connection: AsyncConnection, account_id: int, customer_ids: list[int]
) -> dict[int, tuple[int, int]]:
    """How many licences each has, and how many of them are active."""
    if not customer_ids:
        return {}
    query = (
        select(
            Asset.customer_id,
            func.count(),
            _how_many(Asset.status == AssetStatus.ACTIVE),
        )
        .where(Asset.customer_id.in_(customer_ids), own_assets(account_id))
        .group_by(Asset.customer_id)
    )
    return {row[0]: (row[1], int(row[2])) for row in await connection.execute(query)}
