"""Queries about requests to cancel (D4): what their list is made of, and the record itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from esd_desktop.errors import NotFound
from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.base import Id
from esd_desktop.models.cancellation import CancellationRequest
from esd_desktop.models.invoice import Invoice, InvoiceItem
from esd_desktop.models.order import Order
from esd_desktop.models.request_rows import UNDECIDED, RequestRow
from esd_desktop.models.statuses import InvoiceKind, RequestState
from esd_desktop.models.store.listing import Listing
from esd_desktop.models.store.search import asset_contains_words
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import Money

_Customer = aliased(Account)
_Billing = aliased(Account)

_ROWS = (
    select(
        CancellationRequest.id,
        CancellationRequest.version,
        CancellationRequest.asset_id,
        Asset.customer_id,
        _Customer.name.label("customer"),
        Asset.billing_to_id,
        _Billing.name.label("billing_to"),
        Asset.product,
        Order.number.label("order_number"),
        Asset.price_amount,
        Asset.currency,
        Asset.status,
        Asset.token_status,
        Asset.returnable_until,
        CancellationRequest.state,
        CancellationRequest.requester,
        CancellationRequest.requested_by,
        CancellationRequest.requested_at,
        CancellationRequest.comment,
        CancellationRequest.instructions,
        CancellationRequest.confirm_by_mail,
        CancellationRequest.decided_by,
        CancellationRequest.decided_at,
        CancellationRequest.decision_comment,
        CancellationRequest.outcome,
        Invoice.number.label("credit_number"),
    )
    .select_from(CancellationRequest)
    .join(Asset, Asset.id == CancellationRequest.asset_id)
    .join(_Customer, _Customer.id == Asset.customer_id)
    .join(_Billing, _Billing.id == Asset.billing_to_id)
    .join(Order, Order.id == Asset.order_id)
    .outerjoin(
        InvoiceItem,
        and_(
            InvoiceItem.asset_id == Asset.id,
            InvoiceItem.kind == InvoiceKind.CREDIT,
            CancellationRequest.state == RequestState.APPROVED,
        ),
    )
    .outerjoin(Invoice, Invoice.id == InvoiceItem.invoice_id)
)


def _request_row(row: Row[*tuple[Any, ...]]) -> RequestRow:
    fields = dict(row._mapping)
    price = Money(fields.pop("price_amount"), fields.pop("currency"))
    return RequestRow(**fields, price=price)


def _of_account(account_id: int) -> ColumnElement[bool]:
    return or_(Asset.customer_id == account_id, Asset.billing_to_id == account_id)


LISTING = Listing(
    id=CancellationRequest.id,
    rows=_ROWS,
    made=_request_row,
    sorts={
        "requested_at": CancellationRequest.requested_at,
        "state": CancellationRequest.state,
        "customer": _Customer.name,
        "billing_to": _Billing.name,
        "product": Asset.product,
        "order": Order.number,
        "requested_by": CancellationRequest.requested_by,
        "token_status": Asset.token_status,
        "decided_at": CancellationRequest.decided_at,
        "decided_by": CancellationRequest.decided_by,
    },
    filters={
        "waiting": CancellationRequest.state.in_(UNDECIDED),
        "approved": CancellationRequest.state == RequestState.APPROVED,
        "declined": CancellationRequest.state == RequestState.DECLINED,
        "withdrawn": CancellationRequest.state == RequestState.WITHDRAWN,
        "refused": CancellationRequest.state == RequestState.REFUSED,
    },
    found_by=asset_contains_words,
    of_account=_of_account,
)


async def one(connection: AsyncConnection, request_id: int) -> RequestRow:
    """One request. Raises NotFound."""
    for row in await LISTING.by_ids(connection, [request_id]):
        return row
    raise NotFound(f"There is no request {request_id}.")


async def of_asset(connection: AsyncConnection, asset_id: int) -> list[RequestRow]:
    """The requests that were ever made for an asset, newest first."""
    rows = await connection.execute(_OF_ASSET, {"asset": asset_id})
    return [_request_row(row) for row in rows]


async def undecided_of(connection: AsyncConnection, asset_id: int) -> RequestRow | None:
    """The asset's request that still waits, if there is one."""
    row = (await connection.execute(_UNDECIDED_OF_ASSET, {"asset": asset_id})).first()
    return None if row is None else _request_row(row)


async def for_change(work: UnitOfWork, request_id: int) -> CancellationRequest:
    """The record itself, to be changed, locked until then: two people may decide one request.
    Mails may tell of it meanwhile. Raises NotFound."""
    lock = {"key_share": True}
    request = await work.session.get(CancellationRequest, request_id, with_for_update=lock)
    if request is None:
        raise NotFound(f"There is no request {request_id}.")
    return request


async def undecided_for_change(work: UnitOfWork, asset_id: int) -> CancellationRequest | None:
    """The asset's request that still waits, to be changed and locked, if there is one."""
    query = (
        select(CancellationRequest)
        .where(CancellationRequest.asset_id == asset_id, is_undecided())
        .with_for_update(key_share=True)
    )
    return (await work.session.execute(query)).scalar_one_or_none()


async def refused_for_change(
    work: UnitOfWork, asset_id: int, decided_at: datetime
) -> CancellationRequest | None:
    """The asset's request that was approved at this moment and refused by Microsoft."""
    query = (
        select(CancellationRequest)
        .where(
            CancellationRequest.asset_id == asset_id,
            CancellationRequest.state == RequestState.REFUSED,
            CancellationRequest.decided_at == decided_at,
        )
        .with_for_update(key_share=True)
    )
    return (await work.session.execute(query)).scalars().first()


def is_undecided() -> ColumnElement[bool]:
    """That a request still waits."""
    return CancellationRequest.state.in_(UNDECIDED)


# Said once: to say them anew with each asset would take longer than the store takes to answer.
_OF_ASSET = _ROWS.where(CancellationRequest.asset_id == bindparam("asset", type_=Id)).order_by(
    CancellationRequest.id.desc()
)
_UNDECIDED_OF_ASSET = _OF_ASSET.where(is_undecided())
