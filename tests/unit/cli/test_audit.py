"""``esd audit``."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from esd_desktop.services.delete_asset import delete_asset, restore_asset
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.settings import Folders
from tests.support.sowing import Sown
from tests.unit.cli.conftest import Behind, Esd


def test_it_prints_the_head_that_is_compared_later(esd: Esd, sown: Sown, behind: Behind) -> None:
    behind(lambda services: delete_asset(services, sown.activated))
    told, head = esd("audit", "verify").out.splitlines()
    assert told == "The audit is as it was written: 1 row, none changed."
    noted = head.removeprefix("Head: ")
    behind(lambda services: restore_asset(services, sown.activated))
    said = esd("audit", "verify", "--expect", noted, "--json")
    assert (said.code, said.json["rows"], said.json["intact"]) == (0, 2, True)
    other = f"1:{'00' * 32}"
    said = esd("audit", "verify", "--expect", noted, "--expect", other, "--json")
    assert said.code == 1
    assert said.json["error"]["kind"] == "AuditBroken"
    assert (
        "Row 1 of the audit is not the one that was seen there before"
        in (said.json["error"]["sentence"])
    )


def test_a_head_that_is_none(esd: Esd, sown: Sown) -> None:
    said = esd("audit", "verify", "--expect", "yesterday's")
    assert said.code == 2
    assert "“yesterday's” is no head of an audit" in said.err


def test_what_was_taken_away_is_told_and_accepted_after_a_restore(
    esd: Esd, sown: Sown, behind: Behind, places: Folders
) -> None:
    behind(lambda services: delete_asset(services, sown.activated))
    esd("audit", "verify")
    with closing(sqlite3.connect(places.data / "esd.db")) as database:
        database.execute("DROP TRIGGER audit_final_delete")
        database.execute("DELETE FROM audit")
        database.commit()
    said = esd("audit", "verify")
    assert said.code == 1
    assert "row 1 was seen before: its end is missing" in said.err
    assert "--after-restore" in said.err
    assert "its end is missing" in esd("doctor").out
    assert esd("audit", "verify", "--after-restore").code == 0
    assert "It goes on from where this computer saw it last" in esd("doctor").out


def test_everything_that_was_done_is_listed(esd: Esd, sown: Sown, behind: Behind) -> None:
    behind(lambda services: change_settings(services, {"company.name": "Helios"}))
    behind(lambda services: delete_asset(services, sown.activated))
    rows = esd("audit", "list", "--json").json
    assert [row["action"] for row in rows] == ["delete", "change_settings"]
    assert len(esd("audit", "list", "--limit", "1", "--json").json) == 1
