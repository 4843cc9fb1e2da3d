"""Counting the assets of a mass work by what the rules look at, before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, case, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.base import Amount
from esd_desktop.models.cancellation import CancellationRequest
from esd_desktop.models.invoice import InvoiceItem
from esd_desktop.models.mass_outlook import AlikeAssets
from esd_desktop.models.operation import Operation
from esd_desktop.models.permissions import Facts
from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.models.store.asset_exports import Ids
from esd_desktop.models.store.operations import UNSETTLED
from esd_desktop.models.store.requests import is_undecided
from esd_desktop.models.values import Money

_OVER = timedelta(microseconds=1)


async def alike(connection: AsyncConnection, ids: Ids, now: datetime) -> Sequence[AlikeAssets]:
    """The assets of these ids in groups that the rules see alike."""
    assets = _assets(ids, now).subquery()
    alike = [column for column in assets.c if column.name != "credit"]
    query = select(*alike, func.count().label("number"), func.sum(assets.c.credit).label("credit"))
    rows = await connection.execute(query.group_by(*alike))
    return [_group(row, now) for row in rows]


def _assets(ids: Ids, now: datetime) -> Select[*tuple[Any, ...]]:
    chosen = ids.subquery()
    unsettled = select(Operation.asset_id).where(Operation.state.in_(UNSETTLED))
    requested = select(CancellationRequest.asset_id).where(is_undecided())
    charged = InvoiceItem.amount + InvoiceItem.tax_amount
    price = Asset.price_amount * Asset.quantity
    return (
        select(
            Asset.status,
            Asset.provisioning_sync_status,
            Asset.token_status,
            Asset.deleted_at.is_not(None).label("deleted"),
            Asset.id.in_(unsettled).label("unsettled"),
            case((Asset.returnable_until < now, True), else_=False).label("too_late"),
            case((Account.email != "", True), else_=False).label("has_email"),
            Asset.id.in_(requested).label("requested"),
            Asset.currency,
            type_coerce(func.coalesce(charged, price), Amount).label("credit"),
        )
        .join(chosen, chosen.c.id == Asset.id)
        .join(Account, Account.id == Asset.customer_id)
        .outerjoin(
            InvoiceItem,
            (InvoiceItem.asset_id == Asset.id) & (InvoiceItem.kind == InvoiceKind.INVOICE),
        )
    )


def _group(row: Row[*tuple[Any, ...]], now: datetime) -> AlikeAssets:
    return AlikeAssets(
        facts=Facts(
            status=row.status,
            provisioning=row.provisioning_sync_status,
            token_status=row.token_status,
            deleted=bool(row.deleted),
            unsettled=bool(row.unsettled),
            returnable_until=now - _OVER if row.too_late else None,
            email="known" if row.has_email else None,
            requested=bool(row.requested),
        ),
        count=row.number,
        credit=Money(row.credit, row.currency),
    )
