"""``esd catalogue``: read, look at what is new or changed, accept it."""

from __future__ import annotations

from typing import Any

import pytest

from esd_desktop.sandbox.client import SandboxControl
from tests.support.connecting import SKU
from tests.unit.cli.conftest import Esd


@pytest.fixture
def read(esd: Esd, connected: int, sandbox: SandboxControl) -> Any:
    """What a reading found: one new, one changed, one discontinued."""
    sandbox.change_product("NEW-1", name="Something new", price="5.00")
    sandbox.change_product(SKU, price="311.00")
    sandbox.change_product("FQC-10572", status="Discontinued")
    return esd("catalogue", "refresh", "--json").json


def statuses(esd: Esd) -> dict[str, str]:
    return {row["sku"]: row["status"] for row in esd("catalogue", "list", "--json").json}


def test_a_reading_names_what_it_found(read: Any) -> None:
    assert read["connection"] == "Sandbox"
    assert read["sentence"] == "The catalogue was read: 1 new, 1 changed, 1 discontinued."
    assert (read["new"], read["changed"], read["discontinued"]) == (
        *(["NEW-1"], [SKU], ["FQC-10572"]),
    )


def test_a_reading_is_told_in_words(esd: Esd, connected: int, sandbox: SandboxControl) -> None:
    sandbox.change_product("NEW-1", name="Something new", price="5.00")
    said = esd("catalogue", "refresh")
    assert said.code == 0
    assert "1 new, 0 changed" in said.out
    assert "  New: NEW-1\n" in said.out
    assert "Changed:" not in said.out


def test_the_list_shows_what_is_in_use_and_what_microsoft_has(esd: Esd, read: Any) -> None:
    lines = {line.split()[0]: line for line in esd("catalogue", "list").out.splitlines()}
    assert lines[SKU].split()[-4:] == ["249.99", "GBP", "311.00", "GBP"]
    assert lines["NEW-1"].split()[-3:] == ["-", "5.00", "GBP"]
    assert lines["EP2-06798"].split()[-3:] == ["119.99", "GBP", "-"]


def test_the_list_is_cut_down_to_a_status(esd: Esd, read: Any) -> None:
    rows = esd("catalogue", "list", "--status", "changed", "--json").json
    assert [row["sku"] for row in rows] == [SKU]
    assert rows[0]["offered_price"] == {"amount": "311.00", "currency": "GBP"}
    esd("catalogue", "accept", "--all")
    assert "No product is changed" in esd("catalogue", "list", "--status", "changed").err
    assert esd("catalogue", "list", "--status", "lost").code == 2


def test_accepting_shows_each_difference_first(esd: Esd, read: Any) -> None:
    said = esd("catalogue", "accept", SKU.lower())
    assert said.code == 0
    shown, told = said.out.index("Price: 249.99 GBP → 311.00 GBP"), said.out.index("was accepted")
    assert shown < told
    assert statuses(esd)[SKU] == "Active"
    assert statuses(esd)["NEW-1"] == "New"


def test_all_are_accepted_at_once(esd: Esd, read: Any) -> None:
    said = esd("catalogue", "accept", "--all", "--json").json
    assert {each["sku"] for each in said["accepted"]} == {"NEW-1", SKU}
    assert said["result"] == "done"
    assert {"New", "Changed"}.isdisjoint(statuses(esd).values())
    again = esd("catalogue", "accept", "--all", "--json")
    assert (again.code, again.json["result"]) == (0, "unchanged")


def test_a_no_leaves_everything(esd: Esd, read: Any) -> None:
    said = esd("catalogue", "accept", "--all", typed="n\n", terminal=True)
    assert said.code == 1
    assert "Accept 2 products? [y/N]" in said.err
    assert statuses(esd)["NEW-1"] == "New"


@pytest.mark.parametrize(
    ("skus", "reason"),
    [
        (["NOPE"], "There is no product 'NOPE' in the catalogue of “Sandbox”"),
        ([SKU, "NOPE"], "There is no product 'NOPE'"),
        ([SKU, "FQC-10572"], "discontinued"),
        ([SKU, "EP2-06798"], "nothing to accept"),
    ],
)
def test_what_cannot_be_accepted_leaves_everything(
    esd: Esd, read: Any, skus: list[str], reason: str
) -> None:
    said = esd("catalogue", "accept", *skus)
    assert said.code == 1
    assert reason in said.err
    assert statuses(esd)[SKU] == "Changed"


@pytest.mark.parametrize("given", [[], [SKU, "--all"]])
def test_what_is_to_be_accepted_must_be_said(esd: Esd, given: list[str]) -> None:
    said = esd("catalogue", "accept", *given)
    assert said.code == 2
    assert "Give the SKUs to accept, or --all." in said.err


def test_the_prices_of_a_product_newest_first(esd: Esd, read: Any) -> None:
    esd("catalogue", "accept", SKU)
    rows = esd("catalogue", "prices", SKU, "--json").json
    assert [row["price"]["amount"] for row in rows] == ["311.00", "249.99"]
    lines = esd("catalogue", "prices", SKU).out.splitlines()
    assert "Accepted by" in lines[0]
    assert "311.00 GBP" in lines[1]
    never = esd("catalogue", "prices", "NEW-1")
    assert (never.code, never.out) == (0, "")
    assert "No acceptance of Something new (NEW-1) is recorded" in never.err


def test_a_connection_that_is_away_is_told(
    esd: Esd, connected: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("products", "error", status=400, times=None)
    said = esd("catalogue", "refresh")
    assert said.code == 1
    assert said.err.strip()
    assert statuses(esd)[SKU] == "Active"
