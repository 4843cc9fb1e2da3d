"""``esd requests``: made, listed, shown, approved, declined and withdrawn."""

from __future__ import annotations

import pytest

from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, cancellation_request
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.send_mails import send_due_mails
from tests.support.sowing import Sown
from tests.unit.cli.conftest import Behind, Esd


@pytest.fixture
def made(esd: Esd, bought: int) -> str:
    """The id of a request for what was bought."""
    said = esd("requests", "make", str(bought), "--comment", "Bought twice", "--json")
    assert said.code == 0, said
    return str(said.json["id"])


def test_a_request_is_listed_and_shown(esd: Esd, bought: int, made: str) -> None:
    (row,) = esd("requests", "list", "--waiting", "--json").json
    assert (row["id"], row["asset_id"], row["state"]) == (int(made), bought, "Requested")
    assert (row["requester"], row["comment"]) == ("Staff", "Bought twice")
    sheet = esd("requests", "show", made)
    assert sheet.code == 0
    for words in ("Bought twice", "Aegean Shipping SA", "by mail", "Do not use the key"):
        assert words in sheet.out
    assert esd("assets", "list", "--view", "requested", "--json").json[0]["id"] == bought


def test_a_customers_request_carries_the_customers_name(esd: Esd, sown: Sown) -> None:
    said = esd("requests", "make", str(sown.activated), "--for-customer", "Eleni", "--no-mail")
    assert said.code == 0
    (row,) = esd("requests", "list", "--account", str(sown.reseller), "--json").json
    assert (row["requester"], row["requested_by"]) == ("Customer", "Eleni")
    assert not row["confirm_by_mail"]


def test_approving_cancels_and_credits(esd: Esd, bought: int, made: str) -> None:
    said = esd("requests", "approve", made, "--comment", "As you wish", "--json")
    assert (said.code, said.json["result"]) == (0, "done")
    (row,) = esd("requests", "list", "--state", "approved", "--json").json
    assert row["credit_number"].startswith("CRN-")
    assert row["decision_comment"] == "As you wish"
    assert esd("assets", "show", str(bought), "--json").json["status"] == "Cancelled"
    assert esd("requests", "list", "--waiting", "--json").json == []


def test_a_no_at_the_terminal_approves_nothing(esd: Esd, made: str, behind: Behind) -> None:
    said = esd("requests", "approve", made, typed="n\n", terminal=True)
    assert said.code == 1
    assert "Aegean Shipping SA" in said.err
    row = behind(lambda services: cancellation_request(services, int(made)))
    assert row.waits_for_staff


def test_declining_says_why_and_a_second_decision_is_told_of_it(esd: Esd, made: str) -> None:
    assert esd("requests", "decline", made).code == 2
    assert esd("requests", "decline", made, "--comment", " ").code == 1
    assert esd("requests", "decline", made, "--comment", "It is in use").code == 0
    said = esd("requests", "approve", made)
    assert said.code == 1
    assert "declined this request on" in said.err


def test_withdrawing(esd: Esd, made: str) -> None:
    assert esd("requests", "withdraw", made).code == 0
    assert esd("requests", "show", made, "--json").json["state"] == "Withdrawn"


def test_what_is_not_there(esd: Esd, sown: Sown) -> None:
    for verb in (("approve",), ("withdraw",), ("show",), ("decline", "--comment", "No")):
        said = esd("requests", verb[0], "4711", *verb[1:])
        assert said.code == 1
        assert "There is no request 4711." in said.err


def test_a_cancelled_licence_is_refused(esd: Esd, bought: int, behind: Behind) -> None:
    behind(lambda services: cancel_licence(services, bought))
    said = esd("requests", "make", str(bought))
    assert said.code == 1
    assert "cancelled already" in said.err
    assert behind(lambda services: asset_detail(services, bought)).request is None


def test_both_sides_get_each_mail_once(
    esd: Esd, behind: Behind, bought: int, sandbox: SandboxControl
) -> None:
    behind(send_due_mails)  # the welcome mail of what was bought
    before = len(sandbox.mails())
    esd("settings", "set", "requests.notify", "desk@esd.example")
    request = str(esd("requests", "make", str(bought), "--json").json["id"])
    assert esd("requests", "decline", request, "--comment", "It is in use").code == 0
    sides = [mail["to"] for mail in sandbox.mails()[before:]]
    assert sorted(sides) == ["desk@esd.example"] * 2 + ["office@aegean.example"] * 2
