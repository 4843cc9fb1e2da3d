"""Each kind of fault, as the client of the struck call meets it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest

from esd_desktop.errors import EsdError
from esd_desktop.sandbox.client import SandboxControl
from tests.sandbox.calling import Caller, guid

Ask = Callable[[Caller, str], httpx.Response]

DISCOVERY = "/v2.0/.well-known/openid-configuration"
CALLS: dict[str, Ask] = {
    "discovery": lambda caller, _: caller.http.get(
        f"{caller.addresses.authority}/{caller.addresses.tenant}{DISCOVERY}"
    ),
    "token": lambda caller, _: caller.token(),
    "products": lambda caller, _: caller.products(),
    "issue": lambda caller, transaction_id: caller.issue(transaction_id),
    "read": lambda caller, transaction_id: caller.read(transaction_id),
    "return": lambda caller, transaction_id: caller.give_back(transaction_id),
}
OF_A_LICENCE = ("issue", "read", "return")


@pytest.fixture
def licence(caller: Caller) -> str:
    return caller.issued()


@pytest.fixture(params=CALLS)
def call(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_an_error_instead_of_an_answer(
    caller: Caller, sandbox: SandboxControl, licence: str, call: str
) -> None:
    sandbox.set_fault(call, "error", status=503, code="ServiceUnavailable", retry_after="7")
    struck = CALLS[call](caller, licence)
    assert struck.status_code == 503
    assert struck.headers["Retry-After"] == "7"
    body = struck.json()
    assert body.get("code", body.get("error")) in ("ServiceUnavailable", "temporarily_unavailable")
    assert CALLS[call](caller, licence).status_code == 200


def test_a_gateways_429(caller: Caller, sandbox: SandboxControl, licence: str, call: str) -> None:
    sandbox.set_fault(call, "gateway_429", retry_after="3")
    struck = CALLS[call](caller, licence)
    assert struck.status_code == 429
    assert struck.headers["Retry-After"] == "3"
    assert struck.json().keys() == {"statusCode", "message"}


@pytest.mark.parametrize("kind", ["html", "empty"])
@pytest.mark.parametrize("status", [None, 502])
def test_a_body_that_is_not_the_services(
    caller: Caller, sandbox: SandboxControl, licence: str, call: str, kind: str, status: int | None
) -> None:
    sandbox.set_fault(call, kind, status=status)
    struck = CALLS[call](caller, licence)
    assert struck.status_code == (status or 200)
    assert struck.text.startswith("<!DOCTYPE html>") if kind == "html" else struck.text == ""


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "cut_short"])
def test_an_answer_that_is_lost(
    caller: Caller, sandbox: SandboxControl, licence: str, call: str, kind: str
) -> None:
    sandbox.set_fault(call, kind)
    with pytest.raises(httpx.TransportError):
        CALLS[call](caller, licence)
    assert CALLS[call](caller, licence).status_code == 200


def test_no_answer_until_the_caller_gives_up(
    caller: Caller, sandbox: SandboxControl, licence: str, call: str
) -> None:
    sandbox.set_fault(call, "hang")
    caller.http.timeout = httpx.Timeout(5.0, read=0.05)
    with pytest.raises(httpx.ReadTimeout):
        CALLS[call](caller, licence)


def test_a_delay(caller: Caller, sandbox: SandboxControl, licence: str, call: str) -> None:
    sandbox.set_fault(call, "delay", seconds=0.1)
    begun = time.monotonic()
    assert CALLS[call](caller, licence).status_code == 200
    assert time.monotonic() - begun >= 0.1


@pytest.mark.parametrize("call", OF_A_LICENCE)
@pytest.mark.parametrize(
    ("fault", "field", "seen"),
    [
        ({"kind": "unknown_status"}, "tokenStatus", "Evaporated"),
        ({"kind": "missing_field", "field": "productKey"}, "productKey", None),
        ({"kind": "wrong_type", "field": "activationLink"}, "activationLink", 42),
    ],
    ids=["unknown_status", "missing_field", "wrong_type"],
)
def test_one_field_of_a_licence_is_wrong(
    caller: Caller,
    sandbox: SandboxControl,
    licence: str,
    call: str,
    fault: dict[str, Any],
    field: str,
    seen: object,
) -> None:
    sandbox.set_fault(call, **fault)
    struck = CALLS[call](caller, licence)
    assert struck.status_code == 200
    assert struck.json().get(field) == seen


def test_a_status_of_a_product_is_wrong(caller: Caller, sandbox: SandboxControl) -> None:
    sandbox.set_fault("products", "unknown_status")
    first, second, *_ = caller.products().json()["items"]
    assert (first["status"], second["status"]) == ("Evaporated", "Discontinued")


WITHOUT_EFFECT: list[dict[str, Any]] = [
    {"kind": "error", "status": 500},
    {"kind": "gateway_429"},
    {"kind": "drop_before"},
    {"kind": "hang"},
    {"kind": "html", "status": 502},
    {"kind": "empty", "status": 504},
]
WITH_EFFECT: list[dict[str, Any]] = [
    {"kind": "error_after", "status": 500},
    {"kind": "hang_after"},
    {"kind": "drop_after"},
    {"kind": "cut_short"},
    {"kind": "html"},
    {"kind": "empty"},
    {"kind": "unknown_status"},
    {"kind": "missing_field"},
    {"kind": "wrong_type"},
    {"kind": "delay", "seconds": 0.01},
]


@pytest.mark.parametrize(
    ("fault", "effects"),
    [(fault, 0) for fault in WITHOUT_EFFECT] + [(fault, 1) for fault in WITH_EFFECT],
    ids=lambda value: value["kind"] if isinstance(value, dict) else str(value),
)
def test_whether_a_struck_purchase_took_effect(
    caller: Caller, sandbox: SandboxControl, fault: dict[str, Any], effects: int
) -> None:
    sandbox.set_fault("issue", **fault)
    caller.http.timeout = httpx.Timeout(5.0, read=0.2)
    transaction_id = guid()
    try:
        caller.issue(transaction_id)
    except httpx.TransportError:
        silent = ("drop_before", "drop_after", "cut_short", "hang", "hang_after")
        assert fault["kind"] in silent
    assert len(sandbox.effects()) == effects
    assert caller.issue(transaction_id).status_code == (200 if effects else 201)
    assert len(sandbox.effects()) == 1


def test_a_fault_strikes_so_often(caller: Caller, sandbox: SandboxControl, licence: str) -> None:
    sandbox.set_fault("read", "error", status=500, times=2)
    statuses = [caller.read(licence).status_code for _ in range(3)]
    assert statuses == [500, 500, 200]
    assert sandbox.faults() == []


def test_a_fault_strikes_until_it_is_cleared(
    caller: Caller, sandbox: SandboxControl, licence: str
) -> None:
    sandbox.set_fault("any", "error", status=500, times=None)
    assert {ask(caller, licence).status_code for ask in CALLS.values()} == {500}
    sandbox.clear_faults()
    assert {ask(caller, licence).status_code for ask in CALLS.values()} == {200}


def test_a_fault_of_one_licence(caller: Caller, sandbox: SandboxControl, licence: str) -> None:
    sandbox.set_fault("any", "error", status=500, times=None, transaction_id=licence)
    other = guid()
    assert caller.issue(other).status_code == 201
    assert caller.read(other).status_code == 200
    assert caller.products().status_code == 200
    for struck in (caller.issue(licence), caller.read(licence), caller.give_back(licence)):
        assert struck.status_code == 500


def test_the_eldest_fault_strikes_first(
    caller: Caller, sandbox: SandboxControl, licence: str
) -> None:
    sandbox.set_fault("read", "delay", seconds=0.01)
    sandbox.set_fault("read", "error", status=500)
    sandbox.set_fault("read", "error", status=502)
    assert [caller.read(licence).status_code for _ in range(3)] == [500, 502, 200]


@pytest.mark.parametrize(
    "wrong",
    [
        {"call": "read", "kind": "earthquake"},
        {"call": "everything", "kind": "hang"},
        {"call": "read", "kind": "refuse"},
        {"call": "mail", "kind": "hang"},
        {"call": "read", "kind": "error"},
        {"call": "read", "kind": "delay"},
        {"call": "read", "kind": "hang", "colour": "red"},
    ],
    ids=lambda wrong: "-".join(wrong.values()),
)
def test_a_fault_that_does_not_exist(sandbox: SandboxControl, wrong: dict[str, Any]) -> None:
    with pytest.raises(EsdError, match="cannot be asked for"):
        sandbox.set_fault(**wrong)
    assert sandbox.faults() == []
