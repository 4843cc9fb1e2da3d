"""``esd export``."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.support.sowing import Sown
from tests.unit.cli.conftest import Esd


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_assets_are_exported_as_they_are_asked_for(esd: Esd, sown: Sown, tmp_path: Path) -> None:
    file = tmp_path / "assets.csv"
    said = esd(
        *("export", "assets", str(file), "--account", "C-200"),
        *("--status", "active", "--columns", "product, token"),
    )
    assert said.code == 0
    assert said.out == "2 assets are in assets.csv, their keys masked.\n"
    heading, *rows = lines(file)
    assert heading == ["Product/Service", "Token"]
    assert len(rows) == 2
    assert sown.key not in file.read_text("utf-8")


def test_keys_are_in_it_when_they_are_asked_for(esd: Esd, sown: Sown, tmp_path: Path) -> None:
    file = tmp_path / "assets.csv"
    assert esd("export", "assets", str(file), "--keys").code == 0
    assert sown.key in file.read_text("utf-8")


@pytest.mark.parametrize(
    "what", ["orders", "invoices", "requests", "mails", "catalogue", "discrepancies"]
)
def test_every_other_list_too(esd: Esd, sown: Sown, tmp_path: Path, what: str) -> None:
    file = tmp_path / f"{what}.xlsx"
    said = esd("export", what, str(file), "--json")
    assert said.code == 0
    assert said.json["result"] == "done"
    assert file.stat().st_size


def test_a_file_that_is_there_is_replaced_only_when_told(
    esd: Esd, sown: Sown, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    assert esd("export", "orders", str(file)).code == 0
    said = esd("export", "orders", str(file))
    assert said.code == 1
    assert "is there already" in said.err
    assert esd("export", "orders", str(file), "--replace").code == 0


@pytest.mark.parametrize(
    "typed",
    [
        ("colours", "x.csv"),
        ("orders", "x.csv", "--keys"),
        ("assets", "x.csv", "--only", "failed"),
    ],
)
def test_what_does_not_go_together_is_said(esd: Esd, sown: Sown, typed: tuple[str, ...]) -> None:
    assert esd("export", *typed).code == 2
