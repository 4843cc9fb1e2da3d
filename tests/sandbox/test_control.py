"""What a test or a trainer can ask of a running sandbox."""

from __future__ import annotations

import os
from typing import Any

import pytest
from msgspec.structs import replace

from esd_desktop.errors import EsdError
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.sandbox.control import AT_A_TIME, SECRET_HEADER
from esd_desktop.sandbox.identity import Identity
from tests.sandbox.calling import SKU, Caller, trusting


@pytest.mark.parametrize("secret", [None, "", "guessed"])
def test_without_the_secret_nothing_is_told_or_done(
    sandbox: SandboxControl, caller: Caller, secret: str | None
) -> None:
    licence = caller.issued()
    headers = {} if secret is None else {SECRET_HEADER: secret}
    with trusting(sandbox.addresses, headers=headers) as stranger:
        for verb in ("licences", "mails", "redeem", "begin_again", "no_such_verb"):
            answer = stranger.post(
                f"{sandbox.addresses.control_url}/{verb}", json={"transaction_id": licence}
            )
            assert answer.status_code == 403
            assert licence not in answer.text
    known = sandbox.licence(licence)
    assert known is not None
    assert known["token_status"] == "Activated"


def test_the_secrets_are_not_shown(sandbox: SandboxControl) -> None:
    assert sandbox.addresses.control_secret not in repr(sandbox.addresses)
    identity = Identity()
    assert identity.link_secret not in repr(identity)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's files private by itself")
def test_the_files_with_secrets_are_private(sandbox: SandboxControl) -> None:
    directory = sandbox.addresses.ca_file.parents[1]
    for name in ("sandbox.json", "identity.json", "certificates/client.key"):
        assert (directory / name).stat().st_mode & 0o077 == 0, name


def test_seeded_licences_are_there_as_they_were_given(
    sandbox: SandboxControl, caller: Caller
) -> None:
    given: list[dict[str, Any]] = [
        {"transaction_id": "plain", "sku": SKU},
        {
            "transaction_id": "whole",
            "sku": SKU,
            "country": "GB",
            "language": "en-GB",
            "order_reference": "PO-1001",
            "product_key": "DEMOX-BBBBB-BBBBB-BBBBB-BBBBB",
            "issued_at": "2026-01-02T03:04:05Z",
            "token_status": "Redeemed",
            "return_status": "NONE",
            "activation_date": "2026-02-03T04:05:06Z",
            "activation_link": "https://setup.office.com/?token=x&ctid=whole",
        },
    ]
    plain, whole = sandbox.seed(given)
    assert whole == given[1]
    assert plain["token_status"] == "Activated"
    assert plain["product_key"].startswith("DEMOX-")
    assert plain["activation_link"] == caller.read("plain").json()["activationLink"]
    assert sandbox.licences() == [plain, whole]
    assert sandbox.effects() == []
    assert caller.issue("whole").status_code == 200
    assert caller.issue("whole", orderReference="other").status_code == 409


def test_many_licences_come_and_go_in_portions(sandbox: SandboxControl) -> None:
    many = [{"transaction_id": f"T-{n}", "sku": SKU} for n in range(2 * AT_A_TIME + 1)]
    made = sandbox.seed(many)
    assert [each["transaction_id"] for each in made] == [each["transaction_id"] for each in many]
    assert sandbox.licences() == made


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sku": SKU}, "transaction_id"),
        ({"transaction_id": "x", "sku": SKU, "colour": "red"}, "colour"),
        ({"transaction_id": "x", "sku": SKU, "product_key": "BBBBB-BBBBB"}, "DEMOX"),
        ({"transaction_id": "x", "sku": SKU, "token_status": None}, "token_status"),
        ({"transaction_id": "x", "sku": SKU, "issued_at": "yesterday"}, "yesterday"),
    ],
)
def test_what_cannot_be_seeded(sandbox: SandboxControl, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(EsdError, match=said):
        sandbox.seed([{"transaction_id": "fine", "sku": SKU}, wrong])
    assert sandbox.licences() == []


def test_a_customer_redeems(sandbox: SandboxControl, caller: Caller) -> None:
    transaction_id = caller.issued()
    sandbox.redeem(transaction_id, "2026-11-01T10:00:00+02:00")
    assert caller.read(transaction_id).json()["activationDate"] == "2026-11-01T08:00:00.000Z"
    with pytest.raises(EsdError, match="Redeemed and cannot be redeemed"):
        sandbox.redeem(transaction_id)
    with pytest.raises(EsdError, match="No licence"):
        sandbox.redeem("unknown")
    kinds = [(each["kind"], each["by"]) for each in sandbox.effects()]
    assert kinds == [("issue", "api"), ("redeem", "control")]


def test_odd_states_can_be_forced(sandbox: SandboxControl, caller: Caller) -> None:
    transaction_id = caller.issued()
    sandbox.force(transaction_id, token_status="Lapsed", activation_date="2026-01-01T00:00:00Z")
    seen = caller.read(transaction_id).json()
    assert seen["tokenStatus"] == "Lapsed"
    assert seen["activationDate"] == "2026-01-01T00:00:00Z"
    assert [each["kind"] for each in sandbox.effects()] == ["issue"]
    with pytest.raises(EsdError, match="colour"):
        sandbox.force(transaction_id, colour="red")
    with pytest.raises(EsdError, match="No licence"):
        sandbox.force("unknown", token_status="Lapsed")


def test_the_catalogue_can_be_changed(sandbox: SandboxControl, caller: Caller) -> None:
    sandbox.settings(page_size=50)
    sandbox.change_product(SKU, name="Office, renamed", price="311.00", status="Discontinued")
    sandbox.change_product("NEW-00001", name="Something new", price="5.00", unit_type="seat")
    products = {each["sku"]: each for each in caller.products().json()["items"]}
    assert products[SKU]["name"] == "Office, renamed"
    assert products[SKU]["price"] == {"amount": "311.00", "currency": "GBP"}
    assert products[SKU]["status"] == "Discontinued"
    assert products["NEW-00001"]["name"] == "Something new"
    assert [products[sku]["unitType"] for sku in (SKU, "NEW-00001")] == ["licence", "seat"]
    assert caller.issue(sku="NEW-00001").status_code == 201
    for wrong in ({"price": "cheap"}, {"status": "Lost"}, {"colour": "red"}):
        with pytest.raises(EsdError, match="cannot be changed"):
            sandbox.change_product(SKU, **wrong)


def test_settings_that_make_no_sense(sandbox: SandboxControl) -> None:
    before = sandbox.settings()
    for wrong in ({"page_size": 0}, {"algorithms": ["none"]}, {"colour": "red"}):
        with pytest.raises(EsdError, match="setting"):
            sandbox.settings(**wrong)
    assert sandbox.settings() == before


def test_calls_are_counted_and_noted_with_their_ids(
    sandbox: SandboxControl, caller: Caller
) -> None:
    transaction_id = caller.issued()
    caller.read(transaction_id)
    assert sandbox.calls()["issue"] == 1
    assert sandbox.calls()["return"] == 0
    noted = sandbox.call_log()[-1]
    assert noted["call"] == "read"
    assert noted["transaction_id"] == transaction_id
    assert noted["request_id"] == caller.headers["MS-RequestId"]
    assert noted["correlation_id"] == caller.headers["MS-CorrelationId"]


def test_beginning_again_forgets_everything(sandbox: SandboxControl, caller: Caller) -> None:
    sandbox.seed([{"transaction_id": "x", "sku": SKU}])
    sandbox.set_fault("read", "hang")
    sandbox.settings(page_size=1)
    sandbox.change_product("NEW-00001", name="Something new", price="5.00")
    sandbox.begin_again()
    assert caller.products().status_code == 401
    assert sandbox.licences() == []
    assert sandbox.effects() == []
    assert sandbox.faults() == []
    assert sandbox.settings()["page_size"] == 5
    caller.sign_in()
    assert caller.issue(sku="NEW-00001").json()["code"] == "UnknownSku"


def test_nobody_answers(sandbox: SandboxControl) -> None:
    gone = replace(sandbox.addresses, control_url="https://127.0.0.1:9/sandbox")
    control = SandboxControl(gone)
    with pytest.raises(EsdError, match="does not answer"):
        control.calls()
    control.close()
