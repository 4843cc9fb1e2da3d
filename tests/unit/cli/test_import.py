"""``esd import``: a dry run, what is told of bad lines, JSON, exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.sowing import Sown
from tests.unit.cli.conftest import Esd
from tests.unit.services.importing.exports import asset, write_csv, write_xlsx


@pytest.fixture
def good(tmp_path: Path, sown: Sown) -> str:
    """A file of three new licences, for a store that has a connection."""
    lines = [asset(at, Sales_Region="North") for at in (1, 2, 3)]
    return str(write_csv(tmp_path / "export.csv", lines))


@pytest.fixture
def bad(tmp_path: Path, sown: Sown) -> str:
    """A file with a good line, a bad one, and one with two things wrong."""
    lines = [asset(1), asset(2, Order=None), asset(3, Price="x", Token_Status="Used")]
    return str(write_xlsx(tmp_path / "export.xlsx", lines))


def count(esd: Esd) -> int:
    return len(esd("assets", "list", "--json").json)


def test_a_dry_run_says_what_would_be_done(esd: Esd, good: str, sown: Sown) -> None:
    said = esd("import", good, "--dry-run")
    assert said.code == 0
    assert said.out == (
        "All 3 lines can be imported: 3 assets and 0 accounts are new; 0 assets and 2 accounts are "
        "there already.\n"
    )
    assert "The column “Customer Email” is read as Customer E-mail." in said.err
    assert "Not used: “Sales Region”." in said.err
    assert count(esd) == sown.listed


def test_an_import_twice(esd: Esd, good: str, sown: Sown) -> None:
    said = esd("import", good)
    assert said.code == 0
    assert said.out == (
        "3 assets and 0 accounts were added; 0 assets and 2 accounts were there already.\n"
    )
    assert count(esd) == sown.listed + 3
    said = esd("import", good)
    assert said.code == 0
    assert said.out == "Nothing in it is new: 3 assets and 2 accounts are there already.\n"
    assert count(esd) == sown.listed + 3


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_every_bad_line_with_its_reason(esd: Esd, bad: str, sown: Sown, options: list[str]) -> None:
    said = esd("import", bad, *options)
    assert said.code == 1
    assert said.out.splitlines() == [
        "Line 3: Order is missing.",
        "Line 4: Price “x” is not an amount of money.",
        "Line 4: Token Status “Used” is not one of Activated, Redeemed, Return Accepted.",
    ]
    assert "2 of 3 lines cannot be imported; nothing was written." in said.err
    assert count(esd) == sown.listed


def test_json_is_one_object(esd: Esd, good: str, bad: str) -> None:
    said = esd("import", good, "--json")
    assert said.code == 0
    told = said.json
    assert (told["applied"], told["dry_run"], told["lines"], told["bad"]) == (True, False, 3, 0)
    assert (told["assets_new"], told["assets_known"]) == (3, 0)
    assert (told["accounts_new"], told["accounts_known"]) == (0, 2)
    assert told["ignored_columns"] == ["Sales Region"]
    assert {"header": "Order", "field": "Order"} in told["columns"]
    assert told["bad_lines"] == []
    said = esd("import", bad, "--dry-run", "--json")
    assert said.code == 1
    told = said.json
    assert (told["applied"], told["dry_run"], told["bad"]) == (False, True, 2)
    assert told["bad_lines"][0] == {"line": 3, "column": "Order", "reason": "is missing"}
    assert len(told["bad_lines"]) == 3


def test_a_file_that_cannot_be_used(esd: Esd, sown: Sown, tmp_path: Path) -> None:
    said = esd("import", str(tmp_path / "missing.csv"))
    assert (said.code, said.out) == (1, "")
    assert said.err == "There is no such file.\n"
    said = esd("import", str(tmp_path / "missing.csv"), "--json")
    assert said.code == 1
    assert said.json["error"]["sentence"] == "There is no such file."
    assert esd("import").code == 2


def test_the_connection_that_is_named(esd: Esd, good: str) -> None:
    said = esd("import", good, "--connection", "Spain")
    assert said.code == 1
    assert "There is no connection “Spain”." in said.err
    assert esd("import", good, "--connection", "microsoft esd (gb)").code == 0
