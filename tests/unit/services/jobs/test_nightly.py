"""What workers begin once a night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from esd_desktop.errors import InvalidInput
from esd_desktop.models.mass_rows import MassState
from esd_desktop.models.statuses import ProvisioningSyncStatus
from esd_desktop.models.store import tables
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services import mass_work
from esd_desktop.services.browse import asset_detail, offering_list
from esd_desktop.services.context import Services
from esd_desktop.services.jobs import nightly
from esd_desktop.services.shared_settings import change_settings
from tests.support.connecting import order
from tests.support.sowing import Sown
from tests.support.waiting import until_answered
from tests.unit.services.jobs.conftest import Stock, ended, working

_NIGHT = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)


async def test_it_is_due_at_its_time_and_a_little_later(services: Services) -> None:
    evening = _NIGHT.replace(day=26, hour=23, minute=45)
    for chosen, now, due in (
        ("02:00", _NIGHT, _NIGHT),
        ("02:00", _NIGHT + timedelta(minutes=59), _NIGHT),
        ("02:00", _NIGHT + timedelta(hours=1), None),
        ("02:00", _NIGHT - timedelta(seconds=1), None),
        ("23:45", evening + timedelta(minutes=25), evening),
        ("off", _NIGHT, None),
    ):
        await change_settings(services, {"worker.nightly_at": chosen})
        services.clock = partial(datetime.astimezone, now, UTC)
        told = await nightly.due_tonight(services)
        assert told == (due and int(due.timestamp())), (chosen, now)


async def test_the_time_is_checked(services: Services) -> None:
    for value in ("2:00", "24:00", "12:60", "at night", ""):
        with pytest.raises(InvalidInput, match="a time in UTC, such as 02:00, or off"):
            await change_settings(services, {"worker.nightly_at": value})


@pytest.mark.both_stores
async def test_every_licence_that_may_still_change_is_asked_about_once_a_night(
    services: Services, sown: Sown
) -> None:
    services.clock = lambda: _NIGHT + timedelta(minutes=5)
    moment = int(_NIGHT.timestamp())
    await nightly.refresh_status(services, moment)
    await nightly.refresh_status(services, moment)  # broken off, and done again
    (work,) = await mass_work.works(services)
    assert (work.scope, work.asked_by) == (
        "Every licence that may still change, nightly",
        services.operator,
    )
    asked = {item.asset_id for item in await mass_work.items(services, work.id)}
    assert sown.activated in asked
    assert asked.isdisjoint({sown.redeemed, sown.deleted, sown.failed})
    services.clock = lambda: _NIGHT + timedelta(days=1, minutes=5)
    await nightly.refresh_status(services, moment + 86_400)
    assert len(await mass_work.works(services)) == 2


async def test_a_night_with_a_worker(stock: Stock, sandbox: SandboxControl) -> None:
    """At its time: the licences are asked about, the catalogue is read, and what was ordered more
    than a day ago has its token."""
    services = stock.services
    (unissued,) = await order(services, stock.connection)
    async with services.store.change() as work:
        ordered = tables.assets.update().where(tables.assets.c.id == unissued)
        await work.connection.execute(ordered.values(purchase_date=_NIGHT - timedelta(days=300)))
        await work.commit()
    sandbox.change_product("QQ2-00013", name="Office of next year", price="259.00")

    async def is_issued() -> bool:
        found = await asset_detail(services, unissued)
        return found.provisioning_sync_status is ProvisioningSyncStatus.SYNCHRONIZED

    async def is_offered() -> bool:
        rows = await offering_list(services, stock.connection)
        return "QQ2-00013" in {row.sku for row in rows}

    now = services.now()
    await change_settings(services, {"worker.nightly_at": f"{now:%H:%M}"})
    async with working(services):
        await until_answered(lambda: mass_work.works(services))
        (row,) = await mass_work.works(services)
        assert (await ended(services, row.id)).state is MassState.DONE
        await until_answered(is_issued)
        await until_answered(is_offered)
