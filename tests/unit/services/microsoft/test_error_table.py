"""Every row of the contract's error table, and every way of not answering, as a person meets it."""

from __future__ import annotations

import re
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from msgspec.structs import replace

from esd_desktop.errors import MicrosoftFault
from esd_desktop.models.licence import Purchase
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.microsoft.errors import (
    AlreadyRedeemed,
    AnswerNotUnderstood,
    CertificateNotTrusted,
    ChannelForbidden,
    InvalidRequest,
    LicenceNotFound,
    RequestRefused,
    ReturnWindowClosed,
    ServiceUnavailable,
    StrangeStatus,
    TooManyRequests,
    TransactionConflict,
    Unauthorized,
    UnknownSku,
    Unreachable,
)
from esd_desktop.services.microsoft.gateway import EsdGateway
from esd_desktop.services.microsoft.http import TimeLimits
from esd_desktop.services.microsoft.profile import CallIds
from tests.unit.services.microsoft.conftest import QUICK, MakeGateway

Ask = Callable[[EsdGateway, Purchase, CallIds], Awaitable[object]]
Fault = dict[str, Any]

IMPATIENT = replace(QUICK, total=0.1)
SHORT = TimeLimits(read=0.25)

CALLS: dict[str, Ask] = {
    "read": lambda gateway, bought, ids: gateway.read(bought.client_transaction_id, ids),
    "issue": lambda gateway, bought, ids: gateway.issue(bought, ids),
    "return": lambda gateway, bought, ids: gateway.give_back(
        bought.client_transaction_id, "not needed", ids
    ),
}


def error(status: int, code: str, **more: Any) -> Fault:
    return {"kind": "error", "status": status, "code": code, **more}


# What goes wrong, what it is told as, and whether a call with an effect is then in doubt.
ROWS: list[tuple[Fault, type[MicrosoftFault], bool]] = [
    (error(400, "InvalidRequest"), InvalidRequest, False),
    (error(400, "UnknownSku"), UnknownSku, False),
    (error(401, "Unauthorized"), Unauthorized, False),
    (error(403, "ChannelForbidden"), ChannelForbidden, False),
    (error(404, "LicenceNotFound"), LicenceNotFound, False),
    (error(409, "TransactionConflict"), TransactionConflict, False),
    (error(409, "AlreadyRedeemed"), AlreadyRedeemed, False),
    (error(409, "ReturnWindowClosed"), ReturnWindowClosed, False),
    (error(429, "TooManyRequests"), TooManyRequests, False),
    (error(429, "TooManyRequests", retry_after="120"), TooManyRequests, False),
    ({"kind": "gateway_429"}, TooManyRequests, False),
    (error(500, "ServiceUnavailable"), ServiceUnavailable, True),
    (error(502, "ServiceUnavailable"), ServiceUnavailable, True),
    (error(503, "ServiceUnavailable"), ServiceUnavailable, True),
    (error(504, "ServiceUnavailable"), ServiceUnavailable, True),
    # A code that is not known, or no body of the service's own: the status alone decides, and
    # nothing is concluded about the licence.
    (error(400, "SomethingNew"), RequestRefused, False),
    (error(404, "SomethingNew"), RequestRefused, False),
    (error(409, "SomethingNew"), RequestRefused, False),
    (error(418, "SomethingNew"), RequestRefused, False),
    (error(507, "SomethingNew"), ServiceUnavailable, True),
    (error(302, "SomethingNew"), AnswerNotUnderstood, False),
    (error(202, "SomethingNew"), AnswerNotUnderstood, True),
    ({"kind": "html", "status": 400}, RequestRefused, False),
    ({"kind": "html", "status": 401}, Unauthorized, False),
    ({"kind": "html", "status": 403}, ChannelForbidden, False),
    ({"kind": "html", "status": 404}, RequestRefused, False),
    ({"kind": "html", "status": 429}, TooManyRequests, False),
    ({"kind": "html", "status": 502}, ServiceUnavailable, True),
    ({"kind": "empty", "status": 404}, RequestRefused, False),
    ({"kind": "empty", "status": 503}, ServiceUnavailable, True),
    # It succeeded, and the answer cannot be understood.
    ({"kind": "html"}, AnswerNotUnderstood, True),
    ({"kind": "empty"}, AnswerNotUnderstood, True),
    ({"kind": "unknown_status"}, StrangeStatus, True),
    ({"kind": "missing_field", "field": "productKey"}, AnswerNotUnderstood, True),
    ({"kind": "missing_field", "field": "clientTransactionId"}, AnswerNotUnderstood, True),
    ({"kind": "wrong_type", "field": "productKey"}, AnswerNotUnderstood, True),
    ({"kind": "wrong_type", "field": "tokenStatus"}, StrangeStatus, True),
    ({"kind": "wrong_type", "field": "activationDate"}, AnswerNotUnderstood, True),
    # No answer, or half of one.
    ({"kind": "cut_short"}, Unreachable, True),
    ({"kind": "drop_before"}, Unreachable, True),
    ({"kind": "drop_after"}, Unreachable, True),
    ({"kind": "hang"}, Unreachable, True),
]


@dataclass(frozen=True)
class Setting:
    """What every test here needs."""

    sandbox: SandboxControl
    make_gateway: MakeGateway
    purchase: Purchase
    ids: CallIds


@pytest.fixture
def setting(
    sandbox: SandboxControl, make_gateway: MakeGateway, purchase: Purchase, ids: CallIds
) -> Setting:
    return Setting(sandbox, make_gateway, purchase, ids)


@pytest.mark.parametrize(
    ("fault", "kind", "doubtful"),
    ROWS,
    ids=["-".join(str(value) for value in fault.values()) for fault, _, _ in ROWS],
)
async def test_each_fault_is_told_as_what_it_is(
    setting: Setting, fault: Fault, kind: type[MicrosoftFault], doubtful: bool
) -> None:
    gateway = setting.make_gateway(IMPATIENT)
    await gateway.issue(setting.purchase, setting.ids)
    # Only now, for who is honest may take long on a busy machine.
    gateway._caller._lines()._limits = SHORT
    for call in CALLS:
        setting.sandbox.set_fault(call, times=None, **fault)
    for call, ask in CALLS.items():
        # A 429 shuts the gate of its gateway to every later call.
        asked = setting.make_gateway(IMPATIENT) if kind is TooManyRequests else gateway
        told = await _told(ask(asked, setting.purchase, setting.ids))
        assert type(told) is kind, call
        assert told.in_doubt is (doubtful and call != "read")
        _is_for_a_person(told, setting.ids)


@pytest.mark.parametrize("ask", CALLS.values(), ids=CALLS)
async def test_nobody_listens(setting: Setting, ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    gateway = setting.make_gateway(service_url=f"https://localhost:{port}/esd")
    told = await _told(ask(gateway, setting.purchase, setting.ids))
    assert type(told) is Unreachable
    assert f"localhost:{port}" in told.sentence
    assert not told.in_doubt
    _is_for_a_person(told, setting.ids)


@pytest.mark.parametrize("ask", CALLS.values(), ids=CALLS)
async def test_the_service_is_not_trusted(setting: Setting, ask: Ask) -> None:
    gateway = setting.make_gateway(ca_file=None)
    told = await _told(ask(gateway, setting.purchase, setting.ids))
    assert type(told) is CertificateNotTrusted
    assert not told.in_doubt
    assert setting.sandbox.calls()["token"] == 0
    _is_for_a_person(told, setting.ids)


@pytest.mark.parametrize(
    "url", ["https://", "https://[half/esd", "ftp://localhost/esd", "http://localhost/esd"]
)
async def test_an_address_that_cannot_be_called(setting: Setting, url: str) -> None:
    gateway = setting.make_gateway(service_url=url)
    told = await _told(gateway.issue(setting.purchase, setting.ids))
    assert type(told) is Unreachable
    assert not told.in_doubt
    _is_for_a_person(told, setting.ids)


async def _told(call: Awaitable[object]) -> MicrosoftFault:
    with pytest.raises(MicrosoftFault) as caught:
        await call
    return caught.value


_PROGRAMMERS_WORDS = re.compile(
    r"Error\b|Exception|Traceback|None\b|errno|httpx|pydantic|validation|<html|Evaporated",
    re.IGNORECASE,
)
_SECRETS = re.compile(r"DEMOX-|setup\.office|token=|Bearer|eyJ")


def _is_for_a_person(told: MicrosoftFault, ids: CallIds) -> None:
    assert told.sentence.endswith(".")
    assert told.advice.endswith(".")
    assert told.correlation_id == ids.correlation_id
    assert not _PROGRAMMERS_WORDS.search(str(told))
    assert not _SECRETS.search(f"{told!r} {told.__cause__!r} {told.__context__!r}")
