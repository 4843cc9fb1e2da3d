"""What an account reaches at the portal, as conditions that every query of the portal has.

Their ``ACCOUNT`` has no value: who executes such a query gives the account of who is signed in, and
none is executed without. So a query is said once, which takes longer than the store takes to answer
it. A database server holds to the same by itself (migrations/guards_0009.py); what staff deleted
from their lists is not shown to visitors either.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.base import Id
from esd_desktop.models.cancellation import CancellationRequest
from esd_desktop.models.invoice import Invoice

ACCOUNT = bindparam("account", type_=Id)

# Assets that the account holds or is billed for.
OWN_ASSETS = and_(
    or_(Asset.customer_id == ACCOUNT, Asset.billing_to_id == ACCOUNT), Asset.deleted_at.is_(None)
)
# Invoices that were made out to the account: a reseller's are not shown to his customer.
OWN_INVOICES = Invoice.account_id == ACCOUNT
# The account's customers: who buys through it, or holds an asset that it was billed for.
OWN_CUSTOMERS = and_(
    Account.id != ACCOUNT,
    or_(
        Account.reseller_id == ACCOUNT,
        select(Asset.id)
        .where(
            Asset.billing_to_id == ACCOUNT,
            Asset.customer_id == Account.id,
            Asset.deleted_at.is_(None),
        )
        .exists(),
    ),
)
# Requests to cancel one of the account's assets.
OWN_REQUESTS = CancellationRequest.asset_id.in_(select(Asset.id).where(OWN_ASSETS))


async def reaches_asset(connection: AsyncConnection, account_id: int, asset_id: int) -> bool:
    """Whether it is one of the account's."""
    return await _reaches(connection, _ASSET, account_id, asset_id)


async def reaches_invoice(connection: AsyncConnection, account_id: int, invoice_id: int) -> bool:
    """Whether it was made out to the account."""
    return await _reaches(connection, _INVOICE, account_id, invoice_id)


async def reaches_request(connection: AsyncConnection, account_id: int, request_id: int) -> bool:
    """Whether it is about one of the account's assets."""
    return await _reaches(connection, _REQUEST, account_id, request_id)


async def reaches_customer(connection: AsyncConnection, account_id: int, customer_id: int) -> bool:
    """Whether it is one of the account's customers."""
    return await _reaches(connection, _CUSTOMER, account_id, customer_id)


def _one_of(record_id: Any, own: ColumnElement[bool]) -> Select[int]:
    return select(record_id).where(record_id == bindparam("record", type_=Id), own)


_ASSET = _one_of(Asset.id, OWN_ASSETS)
_INVOICE = _one_of(Invoice.id, OWN_INVOICES)
_REQUEST = _one_of(CancellationRequest.id, OWN_REQUESTS)
_CUSTOMER = _one_of(Account.id, OWN_CUSTOMERS)


async def _reaches(
    connection: AsyncConnection, query: Select[int], account_id: int, record_id: int
) -> bool:
    given = {"account": account_id, "record": record_id}
    return (await connection.execute(query, given)).first() is not None
