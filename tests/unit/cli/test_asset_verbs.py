"""Update, resend, cancel, delete, restore and retry, at a real sandbox."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from esd_desktop.cli import asking
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.edit_tax_rate import set_tax_rate
from esd_desktop.services.settle_doubt import settle_doubt
from tests.support.sowing import Sown
from tests.unit.cli.conftest import Behind, Esd

ADDRESS = "office@aegean.example"


@pytest.fixture
def transaction_id(behind: Behind, bought: int) -> str:
    """The client transaction id of what was bought."""
    found: str = behind(lambda services: asset_detail(services, bought)).client_transaction_id
    return found


def shown(esd: Esd, asset_id: int) -> dict[str, Any]:
    told: dict[str, Any] = esd("assets", "show", str(asset_id), "--json").json
    return told


def test_an_update_without_a_change_is_done(esd: Esd, bought: int) -> None:
    said = esd("assets", "update-status", str(bought))
    assert said.code == 0
    assert said.out == f"Asset {bought}: No change: Microsoft says “Activated”.\n"


def test_an_update_takes_in_what_the_customer_did(
    esd: Esd, bought: int, transaction_id: str, sandbox: SandboxControl
) -> None:
    sandbox.redeem(transaction_id)
    (result,) = esd("assets", "update-status", str(bought), "--json").json
    assert (result["id"], result["result"]) == (bought, "done")
    assert result["correlation_id"]
    assert shown(esd, bought)["token_status"] == "Redeemed"


def test_each_of_several_has_its_own_result(esd: Esd, bought: int) -> None:
    said = esd("assets", "update-status", str(bought), "99", "--json")
    assert said.code == 1
    done, failed = said.json
    assert done["result"] == "unchanged"
    assert failed["result"] == "failed"
    assert failed["error"]["kind"] == "NotFound"
    said = esd("assets", "update-status", "99", str(bought))
    assert said.code == 1
    assert f"Asset {bought}: No change" in said.out
    assert "Asset 99: There is no asset 99." in said.err


def test_an_anomaly_is_a_warning_and_code_1(
    esd: Esd, bought: int, transaction_id: str, sandbox: SandboxControl
) -> None:
    sandbox.force(transaction_id, return_status="SUCCESS")
    said = esd("assets", "update-status", str(bought), "--json")
    assert said.code == 1
    assert said.json[0]["result"] == "warning"
    assert shown(esd, bought)["discrepancy"]


def test_a_fault_of_microsofts_carries_its_correlation_id(
    esd: Esd, bought: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("read", "error", status=403, code="ChannelForbidden")
    said = esd("assets", "update-status", str(bought))
    assert said.code == 1
    assert "does not let this connection act" in said.err
    assert "Correlation id" in said.err


def test_resending_names_the_address_before_and_after(
    esd: Esd, bought: int, sandbox: SandboxControl
) -> None:
    said = esd("assets", "resend", str(bought))
    assert said.code == 0
    assert said.err == f"The key and the activation link of asset {bought} go to {ADDRESS}.\n"
    assert ADDRESS in said.out
    assert [mail["to"] for mail in sandbox.mails()] == [ADDRESS]


def test_resending_in_json_says_where_it_went(esd: Esd, bought: int) -> None:
    told = esd("assets", "resend", str(bought), "--json").json
    assert (told["id"], told["address"], told["result"]) == (bought, ADDRESS, "done")


def test_at_a_terminal_a_no_sends_nothing(esd: Esd, bought: int, sandbox: SandboxControl) -> None:
    said = esd("assets", "resend", str(bought), typed="\n", terminal=True)
    assert said.code == 1
    assert ADDRESS in said.err
    assert sandbox.mails() == []
    assert esd("assets", "resend", str(bought), typed="y\n", terminal=True).code == 0
    assert esd("assets", "resend", str(bought), "--yes", terminal=True).code == 0
    assert len(sandbox.mails()) == 2


def test_a_mail_server_that_refuses(esd: Esd, bought: int, sandbox: SandboxControl) -> None:
    sandbox.set_fault("mail", "refuse")
    said = esd("assets", "resend", str(bought), "--json")
    assert said.code == 1
    assert said.json["error"]["kind"] == "MailRefused"


def test_cancelling_returns_and_credits(
    esd: Esd, bought: int, transaction_id: str, sandbox: SandboxControl
) -> None:
    said = esd("assets", "cancel", str(bought), "--comment", "ordered twice")
    assert said.code == 0
    assert "cancelled and credited with CRN-" in said.out
    licence = sandbox.licence(transaction_id)
    assert licence is not None
    assert licence["token_status"] == "Return Accepted"
    asset = shown(esd, bought)
    assert (asset["status"], asset["return_status"]) == ("Cancelled", "SUCCESS")


def test_a_redeemed_one_is_refused_and_brought_up_to_date(
    esd: Esd, bought: int, transaction_id: str, sandbox: SandboxControl
) -> None:
    sandbox.redeem(transaction_id)
    said = esd("assets", "cancel", str(bought), "--json")
    assert said.code == 1
    assert said.json["result"] == "refused"
    asset = shown(esd, bought)
    assert (asset["status"], asset["token_status"]) == ("Active", "Redeemed")


def test_at_a_terminal_the_question_names_what_is_cancelled(
    esd: Esd, bought: int, transaction_id: str, sandbox: SandboxControl
) -> None:
    said = esd("assets", "cancel", str(bought), typed="n\n", terminal=True)
    assert said.code == 1
    asset = shown(esd, bought)
    for part in (asset["product"], asset["customer"], asset["order"], asset["price"]["amount"]):
        assert part in said.err
    assert asset["status"] == "Active"
    assert esd("assets", "cancel", str(bought), "--yes", terminal=True).code == 0


def test_a_lost_answer_is_a_warning_and_a_retry_settles_it(
    esd: Esd, bought: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("return", "drop_after", times=None)
    said = esd("assets", "cancel", str(bought), "--json")
    assert said.code == 1
    assert said.json["result"] == "warning"
    assert shown(esd, bought)["unsettled"]["state"] == "In doubt"
    sandbox.clear_faults()
    said = esd("assets", "retry", str(bought))
    assert said.code == 0
    assert "It is settled" in said.out
    assert shown(esd, bought)["status"] == "Cancelled"
    returns = [effect for effect in sandbox.effects() if effect["kind"] == "return"]
    assert len(returns) == 1


def test_deleting_says_that_the_licence_stays_and_restoring_undoes_it(esd: Esd, sown: Sown) -> None:
    said = esd("assets", "delete", str(sown.activated))
    assert said.code == 0
    assert "stays at Microsoft" in said.out
    listed = esd("assets", "list", "--json").json
    assert sown.activated not in {asset["id"] for asset in listed}
    assert shown(esd, sown.activated)["deleted_at"].endswith("Z")
    assert esd("assets", "restore", str(sown.activated)).code == 0
    assert shown(esd, sown.activated)["deleted_at"] is None
    assert esd("assets", "restore", str(sown.activated)).code == 1


def test_at_a_terminal_deleting_asks(esd: Esd, sown: Sown) -> None:
    said = esd("assets", "delete", str(sown.activated), typed="no\n", terminal=True)
    assert said.code == 1
    assert "stays active at Microsoft" in said.err
    assert shown(esd, sown.activated)["deleted_at"] is None


def test_what_may_not_be_done_is_refused_with_the_reason(esd: Esd, sown: Sown) -> None:
    for verb, name, reason in (
        ("delete", "cancelled", "cancelled already"),
        ("resend", "failed", "has not issued"),
        ("update-status", "unsynchronised", "has not answered"),
        ("delete", "deleted", "has been deleted"),
    ):
        said = esd("assets", verb, str(getattr(sown, name)))
        assert said.code == 1
        assert reason in said.err


def test_a_retry_of_what_has_its_token_is_refused(esd: Esd, bought: int) -> None:
    said = esd("assets", "retry", str(bought))
    assert said.code == 1
    assert "has its token already" in said.err


def test_a_yes_needs_no_terminal() -> None:
    asking.confirm("Really?", yes=True)


def test_ordering_gets_tokens_and_sends_mails(
    esd: Esd, bought: int, sandbox: SandboxControl, behind: Behind
) -> None:
    before = len(sandbox.licences())
    args = ["--account", "Aegean Shipping SA", "--line", "EP2-06606=2"]
    said = esd("orders", "place", *args, "--json")
    assert said.code == 0
    assert {result["result"] for result in said.json} == {"done"}
    assert len({result["order"] for result in said.json}) == 1
    assert len(sandbox.licences()) == before + 2
    # The one that was bought before had its mail waiting as well.
    assert len(sandbox.mails()) == 3


def test_cancelling_and_approving_ask_with_the_tax_that_is_credited_too(
    esd: Esd, bought: int, behind: Behind
) -> None:
    behind(lambda services: set_tax_rate(services, "GR", Decimal(24)))
    args = ["--account", "Aegean Shipping SA", "--line", "EP2-06606=1"]
    (placed,) = esd("orders", "place", *args, "--json").json
    credit = behind(lambda services: asset_detail(services, placed["id"])).charged.total
    request = str(esd("requests", "make", str(placed["id"]), "--json").json["id"])
    for asked in (("assets", "cancel", str(placed["id"])), ("requests", "approve", request)):
        said = esd(*asked, typed="n\n", terminal=True)
        assert f"{credit} is credited" in said.err


def test_a_failed_provisioning_is_told_and_can_be_retried(
    esd: Esd, bought: int, sandbox: SandboxControl, behind: Behind
) -> None:
    sandbox.set_fault("issue", "error", status=400, code="UnknownSku")
    args = ["--account", "Aegean Shipping SA", "--line", "EP2-06606=1"]
    said = esd("orders", "place", *args, "--json")
    assert said.code == 1
    (result,) = said.json
    assert result["result"] == "refused"
    assert shown(esd, result["id"])["provisioning_sync_status"] == "Failed"
    behind(settle_doubt)
    assert esd("assets", "retry", str(result["id"])).code == 0
    assert shown(esd, result["id"])["provisioning_sync_status"] == "Synchronized"
