"""Laying mass work down, and saying how it stands, pauses, goes on and ends."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from esd_desktop.errors import NotAllowed, NotFound, Refused
from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.mass_rows import ItemState, MassKind, MassState, MassWorkRow
from esd_desktop.models.rights import Role
from esd_desktop.models.rows import AssetQuery, AssetView
from esd_desktop.models.store import mass_works
from esd_desktop.models.store.mass_works import ItemResult
from esd_desktop.services import mass_work
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from tests.support.mass import EVERYTHING, begun, only, results
from tests.support.people import named
from tests.support.sowing import Sown

UPDATE = MassKind.UPDATE_STATUS


async def ended(services: Services, work_id: int, *states: ItemState) -> None:
    """Give the first items of a work these results, as the process that has it."""
    rows = await mass_work.items(services, work_id, state=ItemState.WAITING)
    ends = [
        ItemResult(row.asset_id, state, f"It is {state.lower()}.")
        for row, state in zip(rows, states, strict=False)
    ]
    async with services.store.change() as work:
        process, now = services.process, services.now()
        assert await mass_works.take(work, work_id, process, now=now, gone=None)
        await mass_works.end_items(work, work_id, process, ends, now=now, per_second=50.0)
        await work.commit()


@pytest.mark.both_stores
async def test_a_list_is_laid_down_with_an_item_for_each_asset(
    services: Services, sown: Sown
) -> None:
    begun = await mass_work.begin(services, UPDATE, EVERYTHING)
    assert begun.total == sown.listed  # not the one that was deleted
    assert begun.changes == Changes(works=frozenset({begun.id}))
    row = await mass_work.work(services, begun.id)
    assert (row.state, row.total, row.ended, row.waiting) == (MassState.RUNNING, 6, 0, 6)
    assert (row.scope, row.asked_by, row.running_in) == ("All assets", services.operator, "")
    items = await mass_work.items(services, begun.id)
    assert [item.asset_id for item in items] == sorted(item.asset_id for item in items)
    assert {item.state for item in items} == {ItemState.WAITING}
    assert items[0].masked_key == f"•••••-{sown.key[-5:]}"


@pytest.mark.both_stores
async def test_a_selection_a_filter_and_a_search(services: Services, sown: Sown) -> None:
    async def scope(choice: AssetChoice) -> tuple[str, set[int]]:
        work_id = (await mass_work.begin(services, UPDATE, choice)).id
        row = await mass_work.work(services, work_id)
        return row.scope, set(await results(services, work_id))

    chosen = only(sown.odd, sown.activated, sown.odd, sown.deleted)
    assert await scope(chosen) == ("Selected assets", {sown.activated, sown.odd})
    query = AssetQuery(account_id=sown.customer, status="active")
    of_customer = {sown.activated, sown.redeemed}
    assert await scope(AssetChoice(query)) == (
        "All active assets of Müller & Söhne KG",
        of_customer,
    )
    found = AssetChoice(AssetQuery(search=" Aegean "))
    assert (await scope(found))[0] == "All assets found by “Aegean”"
    view = AssetChoice(AssetQuery(view=AssetView.FAILED))
    assert await scope(view) == ("All assets in the view failed", {sown.failed})
    whole_key = AssetChoice(AssetQuery(search=sown.key))
    assert await scope(whole_key) == ("All assets with a certain key", {sown.activated})


async def test_more_ids_than_a_statement_takes(
    services: Services, sown: Sown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mass_works, "_IDS_AT_ONCE", 2)
    ids = [sown.activated, sown.redeemed, sown.cancelled, sown.failed, sown.odd]
    assert set(await results(services, await begun(services, UPDATE, ids))) == set(ids)


async def test_nothing_is_begun_for_another_list_than_was_shown(
    services: Services, sown: Sown
) -> None:
    with pytest.raises(Refused, match="there are 6 assets now, not 5"):
        await mass_work.begin(services, MassKind.CANCEL, EVERYTHING, expected=5)
    with pytest.raises(Refused, match="no asset"):
        await mass_work.begin(services, UPDATE, only(4711))
    with pytest.raises(Refused, match="mail server"):
        await mass_work.begin(services, MassKind.RESEND, EVERYTHING)
    assert await mass_work.works(services) == []
    assert (await mass_work.begin(services, MassKind.CANCEL, EVERYTHING, expected=6)).total == 6


@pytest.mark.both_stores
async def test_pausing_going_on_and_stopping(services: Services, sown: Sown) -> None:
    work_id = (await mass_work.begin(services, UPDATE, EVERYTHING)).id

    async def state() -> MassState:
        return (await mass_work.work(services, work_id)).state

    with pytest.raises(Refused, match="This work is running"):
        await mass_work.go_on(services, work_id)
    assert (await mass_work.pause(services, work_id)).changes.works == {work_id}
    assert await state() is MassState.PAUSED
    with pytest.raises(Refused, match="This work is paused"):
        await mass_work.pause(services, work_id)
    services.operator = "Berta"
    await mass_work.go_on(services, work_id)
    row = await mass_work.work(services, work_id)
    assert (row.state, row.run_by) == (MassState.RUNNING, "Berta")
    assert row.asked_by != "Berta"
    assert "6 assets left" in (await mass_work.stop(services, work_id)).sentence
    assert await state() is MassState.STOPPED
    for verb in (mass_work.pause, mass_work.go_on, mass_work.stop):
        with pytest.raises(Refused, match="This work is stopped"):
            await verb(services, work_id)


@pytest.mark.both_stores
async def test_only_what_failed_is_tried_again(services: Services, sown: Sown) -> None:
    work_id = (await mass_work.begin(services, UPDATE, EVERYTHING)).id
    failed = (ItemState.FAILED, ItemState.DONE, ItemState.FAILED, ItemState.WARNING)
    await ended(services, work_id, *failed)
    row = await mass_work.work(services, work_id)
    assert (row.done, row.warnings, row.failed, row.waiting) == (1, 1, 2, 2)
    assert (row.per_second, row.seconds_left) == (50.0, 2 / 50)
    with pytest.raises(Refused, match="This work is running"):
        await mass_work.retry(services, work_id)
    await mass_work.stop(services, work_id)
    assert "2 assets" in (await mass_work.retry(services, work_id)).sentence
    row = await mass_work.work(services, work_id)
    assert (row.state, row.total, row.failed, row.waiting) == (MassState.RUNNING, 4, 0, 2)
    assert row.ended_at is None
    waiting = await mass_work.items(services, work_id, state=ItemState.WAITING)
    assert [item.sentence for item in waiting] == ["", ""]
    await mass_work.stop(services, work_id)
    with pytest.raises(Refused, match="Nothing of this work failed"):
        await mass_work.retry(services, work_id)


async def test_the_newest_works_come_first_and_items_page_by_page(
    services: Services, sown: Sown
) -> None:
    first = await begun(services, UPDATE, [sown.activated])
    second = (await mass_work.begin(services, UPDATE, EVERYTHING)).id
    assert [row.id for row in await mass_work.works(services)] == [second, first]
    assert [row.id for row in await mass_work.works(services, before=second)] == [first]
    whole = await mass_work.items(services, second)
    assert await mass_work.items(services, second, offset=2, limit=3) == whole[2:5]
    with pytest.raises(NotFound):
        await mass_work.work(services, 4711)


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (UPDATE, Role.APPROVER),
        (MassKind.RESEND, Role.APPROVER),
        (MassKind.CANCEL, Role.AGENT),
    ],
)
async def test_each_kind_takes_its_own_right(
    services: Services, connected: int, sown: Sown, kind: MassKind, role: Role
) -> None:
    work_id = (await mass_work.begin(services, kind, EVERYTHING)).id
    await named(services, "chef", Role.MANAGER, Role.ADMINISTRATOR)
    await named(services, "able", role)
    await named(services, "unable", Role.VIEWER)
    services.operator = "unable"
    assert (await mass_work.work(services, work_id)).id == work_id
    for verb in (mass_work.pause, mass_work.go_on, mass_work.stop, mass_work.retry):
        with pytest.raises(NotAllowed):
            await verb(services, work_id)
    with pytest.raises(NotAllowed):
        await mass_work.begin(services, kind, EVERYTHING)
    services.operator = "able"
    await mass_work.pause(services, work_id)


async def test_who_may_only_update_cannot_pause_a_cancellation(
    services: Services, sown: Sown
) -> None:
    work_id = (await mass_work.begin(services, MassKind.CANCEL, EVERYTHING)).id
    await named(services, "chef", Role.MANAGER, Role.ADMINISTRATOR)
    await named(services, "approver", Role.APPROVER)
    services.operator = "approver"
    with pytest.raises(NotAllowed):
        await mass_work.pause(services, work_id)


async def test_the_time_left_is_told_only_where_it_can_be(services: Services, sown: Sown) -> None:
    row: MassWorkRow = await mass_work.work(
        services, (await mass_work.begin(services, UPDATE, EVERYTHING)).id
    )
    assert row.seconds_left is None
    assert replace(row, per_second=3.0).seconds_left == 2.0
