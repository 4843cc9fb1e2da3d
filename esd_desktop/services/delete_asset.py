"""B4, Delete: take an active asset off the list, and put it back. Microsoft is not asked: the
licence stays as it is there, which the person is told before and after."""

from __future__ import annotations

from esd_desktop.errors import Refused
from esd_desktop.models.permissions import delete_refusal
from esd_desktop.models.rights import Right
from esd_desktop.models.store import assets, operations, requests
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.record import record_asset, snapshot
from esd_desktop.services.rights import require


async def delete_asset(services: Services, asset_id: int) -> Outcome:
    """Delete one record, softly. Raises Refused where it may not be."""
    await require(services, Right.DELETE)
    async with services.store.change() as work:
        asset = await assets.for_change(work, asset_id, locked=True)
        unsettled = await operations.unsettled_of(work.connection, asset_id)
        waiting = await requests.undecided_of(work.connection, asset_id)
        refusal = delete_refusal(
            asset.facts(unsettled=unsettled is not None, requested=waiting is not None)
        )
        if refusal:
            raise Refused(refusal)
        before = snapshot(asset)
        asset.deleted_at = services.now()
        asset.deleted_by = services.operator
        sentence = f"The record of {asset.product} is deleted; the licence stays at Microsoft."
        record_asset(services, work, asset, "delete", sentence, before=before)
        await work.commit()
    return Outcome(sentence, changes=Changes(assets=frozenset({asset_id})))


async def restore_asset(services: Services, asset_id: int) -> Outcome:
    """Undo a deletion. Raises Refused where the record is not deleted."""
    await require(services, Right.DELETE)
    async with services.store.change() as work:
        asset = await assets.for_change(work, asset_id)
        if asset.deleted_at is None:
            raise Refused("This record is not deleted.")
        before = snapshot(asset)
        asset.deleted_at = None
        asset.deleted_by = None
        sentence = f"The record of {asset.product} is back on the list."
        record_asset(services, work, asset, "restore", sentence, before=before)
        await work.commit()
    return Outcome(sentence, changes=Changes(assets=frozenset({asset_id})))
