"""Mass work, begun and carried out as tests need it."""

from __future__ import annotations

from collections.abc import Sequence

from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.mass_rows import ItemState, MassItemRow, MassKind, MassWorkRow
from esd_desktop.models.rows import AssetQuery
from esd_desktop.services import mass_work
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.mass_run import run_work
from esd_desktop.services.provision import provision
from tests.support.connecting import order

EVERYTHING = AssetChoice(AssetQuery())


def only(*asset_ids: int) -> AssetChoice:
    """These assets."""
    return AssetChoice(AssetQuery(), asset_ids)


async def bought(services: Services, connection_id: int, count: int) -> tuple[int, ...]:
    """So many licences of one customer, issued by the sandbox, their mails still in the outbox."""
    ids = await order(services, connection_id, quantity=count)
    for asset_id in ids:
        await provision(services, asset_id)
    return ids


async def transaction_of(services: Services, asset_id: int) -> str:
    """What Microsoft knows an asset by."""
    return (await asset_detail(services, asset_id)).client_transaction_id


async def begun(
    services: Services, kind: MassKind, asset_ids: Sequence[int], comment: str | None = None
) -> int:
    """The id of a work on these assets that nobody carries out yet."""
    return (await mass_work.begin(services, kind, only(*asset_ids), comment=comment)).id


async def carried_out(services: Services, work_id: int) -> tuple[MassWorkRow, Changes]:
    """How a work stands after this program had it, and what was announced."""
    told = [Changes()]
    assert await run_work(services, work_id, told.append)
    changes = Changes()
    for each in told:
        changes |= each
    return await mass_work.work(services, work_id), changes


async def results(services: Services, work_id: int) -> dict[int, MassItemRow]:
    """The items by their assets."""
    return {row.asset_id: row for row in await mass_work.items(services, work_id)}


async def states(services: Services, work_id: int) -> list[ItemState]:
    """What came of each asset, in their order."""
    return [row.state for row in await mass_work.items(services, work_id)]
