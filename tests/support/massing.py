"""Mass works at any stage, written directly: nothing is done to the assets."""

from __future__ import annotations

from collections.abc import Mapping

from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.mass_rows import ItemState, MassKind
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.store import mass_works
from esd_desktop.models.store.mass_works import ItemResult
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.mass_work import begin

PROCESS = "workstation-7.4711"


async def lay_down(
    services: Services, ids: tuple[int, ...] = (), kind: MassKind = MassKind.UPDATE_STATUS
) -> int:
    """A work on these assets, or on all, that a process has taken up; answers its id."""
    begun = await begin(services, kind, AssetChoice(AssetQuery(), ids))
    async with services.store.change() as work:
        await mass_works.take(work, begun.id, PROCESS, now=services.now(), gone=None)
        await work.commit()
    return begun.id


async def give(
    services: Services,
    work_id: int,
    results: Mapping[int, tuple[ItemState, str, str]],
    per_second: float = 0.0,
) -> Changes:
    """Results for assets of it: state, sentence, advice; answers what is to be announced."""
    items = [
        ItemResult(asset_id, state, sentence, advice, f"cid-{asset_id}")
        for asset_id, (state, sentence, advice) in results.items()
    ]
    now = services.now()
    async with services.store.change() as work:
        await mass_works.end_items(work, work_id, PROCESS, items, now=now, per_second=per_second)
        await mass_works.end_if_through(work, work_id, PROCESS, now)
        await work.commit()
    return Changes(works=frozenset({work_id}))
