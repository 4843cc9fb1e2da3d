"""The four calls of the contract, one by one, over HTTPS."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from esd_desktop.sandbox.client import SandboxControl
from tests.sandbox.calling import SKU, Caller, guid

KEY = re.compile(r"DEMOX(-[BCDFGHJKMPQRTVWXY2346789]{5}){4}")


def refused(answer: Any) -> tuple[int, str]:
    """Status and code of an error in the contract's form."""
    body = answer.json()
    assert body.keys() == {"code", "message", "correlationId"}
    assert body["message"].endswith(".")
    return answer.status_code, body["code"]


def test_a_licence_is_issued(caller: Caller) -> None:
    transaction_id = guid()
    answer = caller.issue(transaction_id)
    licence = answer.json()
    assert answer.status_code == 201
    assert KEY.fullmatch(licence.pop("productKey"))
    link = licence.pop("activationLink")
    issued_at = datetime.fromisoformat(licence.pop("issuedAt"))
    assert abs(datetime.now(UTC) - issued_at) < timedelta(minutes=1)
    assert licence == {
        "clientTransactionId": transaction_id,
        "sku": SKU,
        "tokenStatus": "Activated",
        "returnStatus": "NONE",
        "activationDate": None,
    }
    parts = urlsplit(link)
    assert parts.hostname == "setup.office.com"
    assert parse_qs(parts.query)["ctid"] == [transaction_id]
    assert 420 < len(link) < 470


def test_the_same_id_and_body_is_the_same_licence(caller: Caller, sandbox: SandboxControl) -> None:
    transaction_id = guid()
    first, again = caller.issue(transaction_id), caller.issue(transaction_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == caller.read(transaction_id).json()
    assert len(sandbox.effects()) == 1


@pytest.mark.parametrize(
    "other", [{"sku": "EP2-06798"}, {"country": "DE"}, {"orderReference": "PO-1002"}]
)
def test_the_same_id_with_another_body_is_a_conflict(caller: Caller, other: dict[str, Any]) -> None:
    transaction_id = caller.issued()
    assert refused(caller.issue(transaction_id, **other)) == (409, "TransactionConflict")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"sku": "NO-SUCH"}, "UnknownSku"),
        ({"sku": "79G-05412"}, "InvalidRequest"),  # discontinued
        ({"country": "US"}, "InvalidRequest"),
        ({"orderReference": " "}, "InvalidRequest"),
        ({"clientTransactionId": None}, "InvalidRequest"),
        ({"language": 7}, "InvalidRequest"),
    ],
)
def test_what_cannot_be_bought(
    caller: Caller, sandbox: SandboxControl, wrong: dict[str, Any], code: str
) -> None:
    assert refused(caller.issue(**wrong)) == (400, code)
    assert sandbox.licences() == []


def test_a_transaction_id_is_opaque_text(caller: Caller) -> None:
    for transaction_id in ("A-17/3", "return", "42", "Straße"):
        assert caller.issue(transaction_id).status_code == 201
        assert caller.read(transaction_id).json()["clientTransactionId"] == transaction_id


def test_a_licence_that_was_never_issued(caller: Caller) -> None:
    assert refused(caller.read(guid())) == (404, "LicenceNotFound")
    assert refused(caller.give_back(guid())) == (404, "LicenceNotFound")


def test_a_return_happens_once(caller: Caller, sandbox: SandboxControl) -> None:
    transaction_id = caller.issued()
    first = caller.give_back(transaction_id, "not needed")
    again = caller.give_back(transaction_id)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["tokenStatus"] == "Return Accepted"
    assert first.json()["returnStatus"] == "SUCCESS"
    kinds = [(each["kind"], each["by"]) for each in sandbox.effects()]
    assert kinds == [("issue", "api"), ("return", "api")]


def test_a_redeemed_licence_is_not_taken_back(caller: Caller, sandbox: SandboxControl) -> None:
    transaction_id = caller.issued()
    sandbox.redeem(transaction_id)
    assert refused(caller.give_back(transaction_id)) == (409, "AlreadyRedeemed")
    licence = caller.read(transaction_id).json()
    assert licence["tokenStatus"] == "Redeemed"
    assert licence["returnStatus"] == "NONE"
    assert licence["activationDate"] is not None


def test_after_the_return_window(caller: Caller, sandbox: SandboxControl) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=31)).isoformat()
    old = {"token_status": "Activated", "issued_at": long_ago}
    sandbox.seed(
        [
            {"transaction_id": "with-window", "sku": SKU, **old},
            {"transaction_id": "without", "sku": "QQ2-00012", **old},
        ]
    )
    assert refused(caller.give_back("with-window")) == (409, "ReturnWindowClosed")
    assert caller.give_back("without").status_code == 200


def test_a_channel_of_somebody_else(caller: Caller) -> None:
    caller.channel = "999"
    for answer in (caller.products(), caller.issue(), caller.read("x"), caller.give_back("x")):
        assert refused(answer) == (403, "ChannelForbidden")


def test_without_a_valid_token(caller: Caller, sandbox: SandboxControl) -> None:
    sandbox.revoke_tokens()
    for answer in (caller.products(), caller.issue(), caller.read("x"), caller.give_back("x")):
        assert refused(answer) == (401, "Unauthorized")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    caller.sign_in()
    assert caller.products().status_code == 200


def test_the_ids_come_back_and_are_asked_for(caller: Caller) -> None:
    right = dict(caller.headers)
    for answer in (caller.products(), caller.issue(), caller.read("x")):
        assert answer.headers["MS-RequestId"] == right["MS-RequestId"]
        assert answer.headers["MS-CorrelationId"] == right["MS-CorrelationId"]
    assert caller.read("x").json()["correlationId"] == right["MS-CorrelationId"]
    for name in ("MS-RequestId", "MS-CorrelationId"):
        caller.headers = {**right, name: "not a guid"}
        assert refused(caller.issue()) == (400, "InvalidRequest")


def test_the_catalogue_comes_in_pages(caller: Caller, sandbox: SandboxControl) -> None:
    size = sandbox.settings(page_size=4)["page_size"]
    pages = [caller.products().json()]
    while following := pages[-1]["continuationToken"]:
        pages.append(caller.products(continuationToken=following).json())
    sizes = [len(page["items"]) for page in pages]
    skus = [item["sku"] for page in pages for item in page["items"]]
    assert all(each == size for each in sizes[:-1])
    assert 0 < sizes[-1] <= size
    assert len(set(skus)) == len(skus) == 13


def test_products_speak_the_language_and_the_currency_that_was_asked_for(caller: Caller) -> None:
    british = caller.products().json()["items"][0]
    german = caller.products(country="DE", language="de-DE").json()["items"][0]
    assert british["price"]["currency"] == "GBP"
    assert german["price"]["currency"] == "EUR"
    assert german["name"].endswith("Download-Lizenz")
    assert british.keys() == {
        *("sku", "name", "description", "unitType", "price", "returnWindowDays", "status")
    }


def test_products_that_cannot_be_asked_for(caller: Caller) -> None:
    wrong = caller.products(continuationToken="x")
    assert refused(wrong) == (400, "InvalidRequest")
    assert refused(caller.products(country="US")) == (400, "InvalidRequest")
    assert refused(caller.products(language="")) == (400, "InvalidRequest")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("DELETE", "/licences", 405),
        ("POST", "/licences/a%0Ab/return", 404),
    ],
)
def test_an_address_that_there_is_none_of(
    caller: Caller, method: str, path: str, status: int
) -> None:
    url = f"{caller.addresses.service_url}/v1/channels/{caller.channel}{path}"
    answer = caller.http.request(method, url, headers=caller.headers)
    assert refused(answer) == (status, "InvalidRequest")
    assert answer.headers["MS-RequestId"] == caller.headers["MS-RequestId"]
