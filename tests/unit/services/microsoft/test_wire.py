"""Reading Microsoft's JSON: what is forgiven, what is not, and that nothing of it is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from esd_desktop.models.statuses import ReturnStatus, TokenStatus
from esd_desktop.services.microsoft import wire
from esd_desktop.services.microsoft.errors import AnswerNotUnderstood, quotation

KEY = "DEMOX-BCDFG-HJKMP-QRTVW-XY234"
LINK = "https://setup.office.com/?token=c2VjcmV0&ctid=t-1"
LICENCE: dict[str, Any] = {
    "clientTransactionId": "t-1",
    "sku": "EP2-06606",
    "productKey": KEY,
    "activationLink": LINK,
    "tokenStatus": "Activated",
    "returnStatus": "NONE",
    "activationDate": None,
    "issuedAt": "2026-11-24T14:00:00Z",
}
PRODUCT: dict[str, Any] = {
    "sku": "EP2-06606",
    "name": "Office",
    "description": "",
    "unitType": "licence",
    "price": {"amount": "219.00", "currency": "EUR"},
    "returnWindowDays": 30,
    "status": "Available",
}


def content(base: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps({**base, **changes}).encode()


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"unheardOf": {"more": [1]}}, "sku", "EP2-06606"),
        ({"activationLink": None}, "activation_link", None),
        ({"activationLink": ""}, "activation_link", None),
        ({"returnStatus": "SUCCESSFUL"}, "return_status", ReturnStatus.SUCCESS),
        ({"tokenStatus": "returnaccepted"}, "token_status", TokenStatus.RETURN_ACCEPTED),
        (
            {"issuedAt": "2026-11-24T16:00:00.1234567+02:00"},
            "issued_at",
            datetime(2026, 11, 24, 14, 0, 0, 123456, UTC),
        ),
        ({"clientTransactionId": "T-1"}, "client_transaction_id", "t-1"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_what_is_forgiven(changes: dict[str, Any], field: str, value: object) -> None:
    assert getattr(wire.licence(content(LICENCE, **changes), "t-1"), field) == value


def test_a_link_may_be_left_out_and_a_key_may_have_another_form() -> None:
    without = {name: value for name, value in LICENCE.items() if name != "activationLink"}
    licence = wire.licence(content(without, productKey=" new-form-1 "), "t-1")
    assert licence.activation_link is None
    assert licence.product_key.reveal() == "NEW-FORM-1"
    assert not licence.product_key.looks_usual


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tokenStatus": "Evaporated"}, "tokenStatus has an unknown value"),
        ({"tokenStatus": 42}, "tokenStatus has an unknown value"),
        ({"returnStatus": None}, "returnStatus has an unknown value"),
        ({"productKey": 42}, "productKey has the wrong type"),
        ({"productKey": "  "}, "productKey is empty"),
        ({"activationDate": 42}, "activationDate has the wrong type"),
        ({"issuedAt": "9999-12-31T23:59:59Z"}, "issuedAt has an unknown value"),
        ({"issuedAt": "0001-01-01T00:00:00+12:00"}, "issuedAt has an unknown value"),
        ({"activationDate": "9999-12-31T23:59:59-12:00"}, "activationDate has an unknown value"),
        ({"productKey": "X" * 301}, "productKey is too long"),
        ({"activationDate": "soon"}, "activationDate has the wrong type"),
        ({"issuedAt": "2026-11-24T14:00:00"}, "issuedAt has no time zone"),
        ({"activationLink": {"href": LINK}}, "activationLink has the wrong type"),
        ({"clientTransactionId": "t-2"}, "it is about another licence"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
def test_what_is_not(changes: dict[str, Any], words: str) -> None:
    _told(words, content(LICENCE, **changes))


@pytest.mark.parametrize("field", [name for name in LICENCE if name != "activationLink"])
def test_a_field_that_is_missing(field: str) -> None:
    without = {name: value for name, value in LICENCE.items() if name != field}
    _told(f"{field} is missing", content(without))


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"<html>", b'{"sku": "E', b"\xff\xfe", b"7"])
def test_what_is_no_licence_at_all(body: bytes) -> None:
    _told("t-1", body)


@pytest.mark.parametrize(
    "changes",
    [
        {"price": {"amount": "cheap", "currency": "EUR"}},
        {"price": {"amount": "Infinity", "currency": "EUR"}},
        {"price": {"amount": "1.00", "currency": "Euro"}},
        {"price": {"amount": 219.0, "currency": "EUR"}},
        {"price": {"amount": "1.00001", "currency": "EUR"}},
        {"price": {"amount": "1E+30", "currency": "EUR"}},
        {"price": {"amount": "1E-400", "currency": "EUR"}},
        {"price": {"amount": "-1.00", "currency": "EUR"}},
        {"returnWindowDays": "30"},
        {"returnWindowDays": -1},
        {"returnWindowDays": 10**12},
        {"sku": "S" * 65},
        {"name": "N" * 301},
        {"status": "Sold out"},
    ],
    ids=str,
)
def test_a_product_that_makes_no_sense(changes: dict[str, Any]) -> None:
    page = {"items": [PRODUCT, {**PRODUCT, **changes}], "continuationToken": None}
    with pytest.raises(AnswerNotUnderstood, match=r"catalogue .*items\.1\."):
        wire.page(json.dumps(page).encode())


def test_a_catalogue_must_say_whether_it_goes_on() -> None:
    with pytest.raises(AnswerNotUnderstood, match="continuationToken is missing"):
        wire.page(json.dumps({"items": [PRODUCT]}).encode())


def test_refusals_come_in_any_form() -> None:
    assert wire.refusal(b'{"code": "A", "message": "b", "correlationId": "c"}') == ("A", "b")
    assert wire.refusal(b'{"statusCode": 429, "message": "slower"}') == (None, "slower")
    for body in (b"", b"<html>", b"[]", b'{"code": 1}', b'{"code": "A"'):
        assert wire.refusal(body) == (None, None)


def test_a_quotation_is_short_and_holds_no_secret() -> None:
    quoted = quotation(f"The key {KEY} at {LINK}\n is \t {'x' * 60}. " + "so " * 200)
    assert "DEMOX" not in quoted
    assert "token=" not in quoted
    assert "xxx" not in quoted
    assert "\n" not in quoted
    assert len(quoted) < 300
    assert quoted.endswith("”.")
    assert quotation("No\0 licence\x07.") == "Microsoft says: “No licence”."


def _told(words: str, body: bytes) -> None:
    with pytest.raises(AnswerNotUnderstood, match=words) as caught:
        wire.licence(body, "t-1")
    fault = caught.value
    assert "t-1" in fault.sentence
    assert fault.sentence.endswith(".")
    assert fault.__cause__ is None
    assert fault.__context__ is None
    for content_of_it in (KEY, LINK, "Evaporated"):
        assert content_of_it not in f"{fault!r} {fault}"
