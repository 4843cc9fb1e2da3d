"""Queries about sealed keys and links.

On PostgreSQL sealed bytes can be read only once the audit row that releases them has been
committed. ``secret_facts`` is a view that tells without them which assets have a key and a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Boolean, bindparam, column, func, select, table, update
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import NotFound
from esd_desktop.models.asset import AssetSecret
from esd_desktop.models.audit import AuditRow
from esd_desktop.models.base import Id, table_of
from esd_desktop.models.store.asset_exports import EXPORTED_KEY
from esd_desktop.models.store.unit_of_work import UnitOfWork


class Sealed(Struct, frozen=True):
    """An asset's key and link as they are kept: encrypted with the data key ``key_id``."""

    asset_id: int
    key_id: int
    key: bytes
    link: bytes | None


secret_facts = table(
    "secret_facts", column("asset_id", Id), column("key_id", Id), column("has_link", Boolean)
)
_SEALED = select(
    AssetSecret.asset_id, AssetSecret.key_id, AssetSecret.sealed_key, AssetSecret.sealed_link
)


async def sealed(connection: AsyncConnection, asset_id: int) -> Sealed:
    """The sealed key and link of an asset. Raises NotFound where it has no key yet."""
    row = (await connection.execute(_SEALED.where(AssetSecret.asset_id == asset_id))).first()
    if row is None:
        raise NotFound("This licence has no key yet.")
    return Sealed(*row)


async def noted_as_exported(
    connection: AsyncConnection, asset_ids: Sequence[int], at: datetime
) -> list[Sealed]:
    """Those of these assets' with which ``asset_exports.note_keys`` noted it at that moment."""
    noted = (
        select(AuditRow.id)
        .where(
            AuditRow.asset_id == AssetSecret.asset_id,
            AuditRow.action == EXPORTED_KEY,
            AuditRow.at == at,
        )
        .exists()
    )
    query = _SEALED.where(AssetSecret.asset_id.in_(asset_ids), noted)
    return [Sealed(*row) for row in await connection.execute(query)]


async def count_sealed(connection: AsyncConnection, *, before: int | None = None) -> int:
    """How many assets have a key, or have one that is sealed with a data key older than this."""
    count = select(func.count(secret_facts.c.asset_id))
    if before is not None:
        count = count.where(secret_facts.c.key_id < before)
    return int((await connection.execute(count)).scalar_one())


async def sealed_before(
    connection: AsyncConnection, key_id: int, *, after: int, limit: int
) -> list[Sealed]:
    """Some that are sealed with a data key older than this, of the assets after this one."""
    query = (
        _SEALED.where(AssetSecret.asset_id > after, AssetSecret.key_id < key_id)
        .order_by(AssetSecret.asset_id)
        .limit(limit)
    )
    return [Sealed(*row) for row in await connection.execute(query)]


async def seal_anew(work: UnitOfWork, key_id: int, renewed: Sequence[tuple[Sealed, Sealed]]) -> int:
    """Put what is sealed with the data key ``key_id`` in the place of what was; answers how many
    were still as they were read."""
    secrets = table_of(AssetSecret)
    was_so = (secrets.c.asset_id == bindparam("asset"), secrets.c.key_id == bindparam("was"))
    change = update(secrets).where(*was_so)
    new = {"key_id": key_id, "sealed_key": bindparam("key"), "sealed_link": bindparam("link")}
    rows = [
        {"asset": old.asset_id, "was": old.key_id, "key": anew.key, "link": anew.link}
        for old, anew in renewed
    ]
    return (await work.connection.execute(change.values(new), rows)).rowcount
