"""Queries about sealed keys and links."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.asset import AssetSecret


@dataclass(frozen=True, slots=True)
class Sealed:
    """An asset's key and link as they are kept: encrypted."""

    key: bytes
    link: bytes | None


async def sealed(connection: AsyncConnection, asset_id: int) -> Sealed | None:
    """The sealed key and link of an asset; None where it has no key yet."""
    query = select(AssetSecret.sealed_key, AssetSecret.sealed_link).where(
        AssetSecret.asset_id == asset_id
    )
    row = (await connection.execute(query)).first()
    return None if row is None else Sealed(row.sealed_key, row.sealed_link)
