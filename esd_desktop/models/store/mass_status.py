"""Reading and writing the status of some hundred assets at once, past the mapped objects.

What an answer means is judged by ``models/asset.py`` alone; here it is only written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Row, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.permissions import Facts
from esd_desktop.models.statuses import ReturnStatus, TokenStatus
from esd_desktop.models.store import tables
from esd_desktop.models.store.bulk import update_each
from esd_desktop.models.store.by_store import one_of
from esd_desktop.models.store.operations import UNSETTLED
from esd_desktop.models.store.unit_of_work import UnitOfWork

_assets = tables.assets.c
_operations = tables.operations.c
_RECORDS = select(
    _assets.id,
    _assets.version,
    _assets.customer_id,
    _assets.connection_id,
    _assets.client_transaction_id,
    _assets.status,
    _assets.provisioning_sync_status,
    _assets.token_status,
    _assets.key_last_five,
    _assets.activation_date,
    _assets.return_status,
    _assets.return_refusal,
    _assets.returnable_until,
    _assets.deleted_at,
    exists()
    .where(_operations.asset_id == _assets.id, _operations.state.in_(UNSETTLED))
    .label("unsettled"),
)
# What an answer of Microsoft's can change in a record.
CHANGEABLE = ("token_status", "activation_date", "return_status", "return_refusal")
# As many ids as a notice to the other desktops names; more would have them read everything anew.
_AT_ONCE = 100


class AssetRecord(Struct, frozen=True):
    """What asking for an asset's status needs to know of it."""

    id: int
    version: int
    customer_id: int
    connection_id: int
    client_transaction_id: str
    token_status: TokenStatus | None
    key_last_five: str | None
    activation_date: datetime | None
    return_status: ReturnStatus
    return_refusal: str | None
    facts: Facts


async def records(connection: AsyncConnection, asset_ids: Sequence[int]) -> list[AssetRecord]:
    """These assets, deleted ones too, by id."""
    query = _RECORDS.where(one_of(_assets.id, asset_ids)).order_by(_assets.id)
    return [_record(row) for row in await connection.execute(query)]


async def unchanged_since(work: UnitOfWork, versions: Mapping[int, int]) -> set[int]:
    """Those of these assets that nobody has written since they had these versions. Nobody else can
    until the transaction ends."""
    query = (
        select(_assets.id, _assets.version)
        .where(one_of(_assets.id, list(versions)))
        .order_by(_assets.id)
        .with_for_update(key_share=True)
    )
    rows = await work.connection.execute(query)
    return {row.id for row in rows if versions[row.id] == row.version}


async def note_checked(work: UnitOfWork, asset_ids: Sequence[int], now: datetime) -> None:
    """Microsoft was asked about these, and nothing in them becomes another."""
    for first in range(0, len(asset_ids), _AT_ONCE):
        some = asset_ids[first : first + _AT_ONCE]
        await work.connection.execute(
            tables.assets.update()
            .where(one_of(_assets.id, some))
            .values(checked_at=now, version=_assets.version + 1)
        )


async def write_changes(
    work: UnitOfWork,
    changed: Sequence[tuple[AssetRecord, Mapping[str, Any]]],
    now: datetime,
) -> None:
    """Microsoft was asked about these, and fields of each become another."""
    asked = tables.assets.update().values(version=_assets.version + 1, checked_at=now)
    await update_each(
        work.connection,
        asked,
        "id",
        [
            {
                "id": record.id,
                **{name: getattr(record, name) for name in CHANGEABLE},
                **changes,
            }
            for record, changes in changed
        ],
    )


def _record(row: Row[*tuple[Any, ...]]) -> AssetRecord:
    return AssetRecord(
        id=row.id,
        version=row.version,
        customer_id=row.customer_id,
        connection_id=row.connection_id,
        client_transaction_id=row.client_transaction_id,
        token_status=row.token_status,
        key_last_five=row.key_last_five,
        activation_date=row.activation_date,
        return_status=row.return_status,
        return_refusal=row.return_refusal,
        facts=Facts(
            status=row.status,
            provisioning=row.provisioning_sync_status,
            token_status=row.token_status,
            deleted=row.deleted_at is not None,
            unsettled=bool(row.unsettled),
            returnable_until=row.returnable_until,
            email=None,
        ),
    )
