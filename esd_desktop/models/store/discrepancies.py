"""Queries about what disagrees with Microsoft."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from esd_desktop.models.discrepancy import Discrepancy
from esd_desktop.models.store.unit_of_work import UnitOfWork


async def note(
    work: UnitOfWork, asset_id: int, detail: str, now: datetime, correlation_id: str
) -> None:
    """List it; an asset with an open discrepancy keeps that one row, with the new words."""
    found = await _open_of(work, asset_id)
    if found is None:
        found = Discrepancy(asset_id=asset_id, found_at=now)
        work.add(found)
    found.detail = detail
    found.correlation_id = correlation_id


async def settle(work: UnitOfWork, asset_id: int, now: datetime) -> bool:
    """Microsoft and the record agree again. True where something was open."""
    found = await _open_of(work, asset_id)
    if found is None:
        return False
    found.settled_at = now
    return True


async def _open_of(work: UnitOfWork, asset_id: int) -> Discrepancy | None:
    query = select(Discrepancy).where(
        Discrepancy.asset_id == asset_id, Discrepancy.settled_at.is_(None)
    )
    return (await work.session.execute(query)).scalar_one_or_none()
