"""``esd tax``."""

from __future__ import annotations

import pytest

from tests.unit.cli.conftest import Esd


def test_rates_are_set_listed_and_removed(esd: Esd) -> None:
    assert "carry no tax" in esd("tax", "list").err
    assert (
        esd("tax", "set", "de", "19").out == "Invoices to DE are taxed with VAT 19 % from now on.\n"
    )
    assert esd("tax", "set", "HU", "27 %", "--name", "ÁFA").code == 0
    assert esd("tax", "list", "--json").json == [
        {"country": "DE", "name": "VAT", "rate": "19"},
        {"country": "HU", "name": "ÁFA", "rate": "27"},
    ]
    assert "27 %" in esd("tax", "list").out
    assert esd("tax", "remove", "DE", "--json").json["result"] == "done"
    assert [row["country"] for row in esd("tax", "list", "--json").json] == ["HU"]


@pytest.mark.parametrize(
    "typed",
    [("set", "Germany", "19"), ("set", "DE", "much"), ("set", "DE", "101"), ("remove", "DE")],
)
def test_what_cannot_be_is_refused_with_a_sentence(esd: Esd, typed: tuple[str, ...]) -> None:
    said = esd("tax", *typed)
    assert said.code == 1
    assert said.err.strip().endswith(".")
    assert esd("tax", "list", "--json").json == []
