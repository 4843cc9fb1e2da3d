"""Desktops that work on one PostgreSQL store at the same time lose nothing and do nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from esd_desktop.services.context import Services
from esd_desktop.services.edit_account import account_for_edit, edit_account
from tests.reliability.race.books import lost_updates
from tests.reliability.race.plan import drawn
from tests.reliability.race.run import race
from tests.support.postgres import PostgresServer
from tests.support.sowing import Sown


@pytest.mark.timeout(180)  # some seconds, unless the computer is busy with something else
def test_desktops_that_race_lose_nothing(tmp_path: Path, postgres: PostgresServer) -> None:
    report = race(tmp_path, postgres, desktops=3, actions=60, seed=2)
    assert report.wrong == []
    assert report.actions == 60
    assert report.verdict.facts["deadlocks"] == 0


def test_the_same_seed_draws_the_same_race() -> None:
    assert drawn(60, 5) == drawn(60, 5) != drawn(60, 6)


async def test_an_update_that_is_lost_is_found(services: Services, sown: Sown) -> None:
    edits = []
    for reference in ("first", "second"):
        opened = await account_for_edit(services, sown.customer)
        form = replace(opened.form, reference=reference)
        await edit_account(services, opened.id, opened.version, form)
        edits.append((opened.id, reference))
    assert await lost_updates(services, edits) == []
    (told,) = await lost_updates(services, [*edits, (sown.customer, "third")])
    assert "'third' was told to be saved" in told
    async with services.store.change() as work:
        await work.connection.execute(
            text("UPDATE accounts SET reference = 'first', version = 2 WHERE id = :id"),
            {"id": sown.customer},
        )
        await work.commit()
    overwritten, uncounted = await lost_updates(services, edits)
    assert "reference is 'first', but the history says 'second'" in overwritten
    assert "was written 1 times, but the history tells of 2" in uncounted
