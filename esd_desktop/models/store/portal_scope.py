"""What an account reaches at the portal, as conditions that every query of the portal has.

A database server holds to the same by itself (migrations/guards_0009.py); what staff deleted from
their lists is not shown to visitors either.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.cancellation import CancellationRequest
from esd_desktop.models.invoice import Invoice


def own_assets(account_id: int) -> ColumnElement[bool]:
    """Assets that the account holds or is billed for."""
    held = or_(Asset.customer_id == account_id, Asset.billing_to_id == account_id)
    return and_(held, Asset.deleted_at.is_(None))


def own_invoices(account_id: int) -> ColumnElement[bool]:
    """Invoices that were made out to the account: a reseller's are not shown to his customer."""
    return Invoice.account_id == account_id


def own_customers(account_id: int) -> ColumnElement[bool]:
    """The account's customers: who buys through it, or holds an asset that it was billed for."""
    billed = select(Asset.id).where(
        Asset.billing_to_id == account_id,
        Asset.customer_id == Account.id,
        Asset.deleted_at.is_(None),
    )
    return and_(Account.id != account_id, or_(Account.reseller_id == account_id, billed.exists()))


def own_requests(account_id: int) -> ColumnElement[bool]:
    """Requests to cancel one of the account's assets."""
    return CancellationRequest.asset_id.in_(select(Asset.id).where(own_assets(account_id)))


async def reaches_asset(connection: AsyncConnection, account_id: int, asset_id: int) -> bool:
    """Whether it is one of the account's."""
    return await _any(
        connection, select(Asset.id).where(Asset.id == asset_id, own_assets(account_id))
    )


async def reaches_invoice(connection: AsyncConnection, account_id: int, invoice_id: int) -> bool:
    """Whether it was made out to the account."""
    query = select(Invoice.id).where(Invoice.id == invoice_id, own_invoices(account_id))
    return await _any(connection, query)


async def reaches_request(connection: AsyncConnection, account_id: int, request_id: int) -> bool:
    """Whether it is about one of the account's assets."""
    query = select(CancellationRequest.id).where(
        CancellationRequest.id == request_id, own_requests(account_id)
    )
    return await _any(connection, query)


async def reaches_customer(connection: AsyncConnection, account_id: int, customer_id: int) -> bool:
    """Whether it is one of the account's customers."""
    query = select(Account.id).where(Account.id == customer_id, own_customers(account_id))
    return await _any(connection, query)


async def _any(connection: AsyncConnection, query: Select[int]) -> bool:
    return (await connection.execute(query.limit(1))).first() is not None
