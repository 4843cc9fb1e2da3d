"""``esd orders`` and what of ``esd accounts`` comes before an order."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from esd_desktop.cli import orders
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services import provision_order
from tests.support.sowing import Sown
from tests.unit.cli.conftest import Esd

SKU = "EP2-06606"
PLACE = ("orders", "place", "--account", "Olympia Logistics", "--line")


@pytest.fixture
def customer(esd: Esd, connected: int) -> int:
    """A customer who was added by the command."""
    given = ("--name", "Olympia Logistics", "--email", "it@olympia.example", "--country", "gr")
    made: int = esd("accounts", "add", *given, "--json").json["id"]
    return made


def test_an_order_is_placed_listed_and_shown(esd: Esd, customer: int) -> None:
    said = esd(*PLACE, f"{SKU}=2", "--line", "KW9-00664=1", "--json")
    assert said.code == 0
    assert len(said.json) == 3
    assert "3 licences of 3 issued." in said.err
    (listed,) = esd("orders", "list", "--json").json
    number = listed["number"]
    assert (listed["licences"], listed["issued"], listed["failed"]) == (3, 3, 0)
    shown = esd("orders", "show", number, "--json").json
    assert [line["quantity"] for line in shown["products"]] == [2, 1]
    assert {licence["token_status"] for licence in shown["licences"]} == {"Activated"}
    sheet = esd("orders", "show", number.lower()).out
    for words in (number, "Olympia Logistics", "it@olympia.example", "3 issued", "INV-"):
        assert words in sheet


def test_what_failed_makes_the_order_open_and_is_retried(
    esd: Esd, customer: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("issue", "error", times=1, status=400, code="UnknownSku")
    said = esd(*PLACE, f"{SKU}=3", "--json")
    assert said.code == 1
    assert sorted(result["result"] for result in said.json) == ["done", "done", "refused"]
    assert "2 licences of 3 issued, 1 not." in said.err
    (row,) = esd("orders", "list", "--open", "--json").json
    assert row["failed"] == 1
    assert len(esd("orders", "list", "--failed", "--json").json) == 1
    sheet = esd("orders", "show", row["number"]).out
    assert "Microsoft does not sell this product" in sheet
    again = esd("orders", "retry", row["number"], "--json")
    assert again.code == 0
    assert len(again.json) == 1
    assert esd("orders", "list", "--open", "--json").json == []
    refused = esd("orders", "retry", row["number"])
    assert refused.code == 1
    assert "has its token already" in refused.err


def test_an_interruption_finishes_what_is_under_way_and_says_how_to_go_on(
    esd: Esd, customer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provision_order, "IN_FLIGHT", 1)
    told = orders._tell

    def interrupt(*args: Any) -> None:
        told(*args)
        monkeypatch.setattr(orders, "_tell", told)
        # Ctrl+C, as the operating system says it.
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(orders, "_tell", interrupt)
    said = esd(*PLACE, f"{SKU}=4")
    assert said.code == 130
    assert "It was stopped before the other" in said.err
    assert "Go on with “esd orders retry SO-00001”" in said.err
    (row,) = esd("orders", "list", "--json").json
    assert row["issued"] >= 1
    assert row["issued"] + row["waiting"] == 4
    assert row["waiting"] >= 1
    assert esd("orders", "retry", "SO-00001").code == 0


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        (f"{SKU}=0", 1, "must be at least 1"),
        (f"{SKU}=10000000", 1, "at most 10,000 licences, not 10,000,000"),
        ("79G-05412=1", 1, "is discontinued"),
        ("nothing=1", 1, "The product nothing is not in this connection's catalogue"),
        (f"{SKU}=many", 2, "is not of the form SKU=QUANTITY"),
        (f"{SKU}=²", 2, "is not of the form SKU=QUANTITY"),
    ],
)
def test_what_cannot_be_ordered_is_a_sentence(
    esd: Esd, customer: int, line: str, code: int, sentence: str
) -> None:
    said = esd(*PLACE, line)
    assert said.code == code
    assert sentence in said.err
    assert esd("orders", "list").err.strip() == "There are no orders yet."


def test_orders_of_an_account_and_by_words(esd: Esd, sown: Sown) -> None:
    assert len(esd("orders", "list", "--json").json) == 7
    of_one = esd("orders", "list", "--account", "C-200", "--json").json
    assert {row["customer"] for row in of_one} == {"Müller & Söhne KG"}
    assert len(esd("orders", "list", "--search", "aegean", "--json").json) == 4
    assert "No order was found." in esd("orders", "list", "--search", "nobody").err
    assert esd("orders", "show", "SO-99999").code == 1


def test_an_account_without_address_is_told_and_corrected(
    esd: Esd, connected: int, sandbox: SandboxControl
) -> None:
    esd("accounts", "add", "--name", "Olympia Logistics")
    refused = esd(*PLACE, f"{SKU}=1")
    assert refused.code == 1
    assert "has no e-mail address to send the licences to" in refused.err
    edited = esd("accounts", "edit", "Olympia Logistics", "--email", "it@olympia.example")
    assert edited.code == 0
    assert esd(*PLACE, f"{SKU}=1").code == 0
    assert [mail["to"] for mail in sandbox.mails()] == ["it@olympia.example"]


def test_one_who_looks_the_same_is_added_only_where_it_is_meant(esd: Esd, customer: int) -> None:
    again = ("accounts", "add", "--name", "olympia logistics")
    refused = esd(*again)
    assert refused.code == 1
    assert "There is an account with this name already" in refused.err
    assert esd(*again, "--although-alike").code == 0
    assert len(esd("accounts", "list", "--search", "olympia", "--json").json) == 2
