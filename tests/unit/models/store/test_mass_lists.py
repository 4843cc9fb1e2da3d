"""The lists of mass works and of their results."""

from __future__ import annotations

import pytest

from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.mass_rows import ItemState
from esd_desktop.services.context import Services
from esd_desktop.services.lists import list_counts, list_page
from tests.support.massing import give, lay_down
from tests.support.sowing import Sown

FAILED = (ItemState.FAILED, "Microsoft did not answer.", "Try it again.")
DONE = (ItemState.DONE, "Redeemed now.", "")


@pytest.mark.both_stores
async def test_the_results_of_a_work_are_its_own(services: Services, sown: Sown) -> None:
    other = await lay_down(services, (sown.activated,))
    work_id = await lay_down(services)
    await give(services, work_id, {sown.activated: FAILED, sown.redeemed: DONE})
    counts = await list_counts(services, ListKind.RESULTS, ListQuery(work_id=work_id))
    assert counts.by_filter == {
        "all": sown.listed,
        "done": 1,
        "unchanged": 0,
        "warnings": 0,
        "failed": 1,
        "waiting": sown.listed - 2,
    }
    for name, count in counts.by_filter.items():
        query = ListQuery(work_id=work_id, filter=name)
        rows = await list_page(services, ListKind.RESULTS, query, 0, 100)
        assert len(rows) == count == (await list_counts(services, ListKind.RESULTS, query)).found
    failed = await list_page(
        services, ListKind.RESULTS, ListQuery(work_id=work_id, filter="failed"), 0, 100
    )
    assert [(row.id, row.sentence) for row in failed] == [(sown.activated, FAILED[1])]
    found = ListQuery(work_id=work_id, search="did not answer")
    assert (await list_counts(services, ListKind.RESULTS, found)).found == 1
    of_other = await list_page(services, ListKind.RESULTS, ListQuery(work_id=other), 0, 100)
    assert [row.state for row in of_other] == [ItemState.WAITING]


@pytest.mark.both_stores
async def test_works_are_open_or_ended(services: Services, sown: Sown) -> None:
    ended = await lay_down(services, (sown.activated,))
    await give(services, ended, {sown.activated: DONE})
    running = await lay_down(services, (sown.redeemed,))
    for name, ids in (("open", [running]), ("ended", [ended]), ("all", [running, ended])):
        query = ListQuery(filter=name, sort="asked_at")
        rows = await list_page(services, ListKind.WORKS, query, 0, 100)
        assert [row.id for row in rows] == ids
    counts = await list_counts(services, ListKind.WORKS, ListQuery(search="selected"))
    assert (counts.by_filter, counts.found) == ({"all": 2, "open": 1, "ended": 1}, 2)
