"""Whatever Microsoft answers, its sign-in or a gateway in front: told in words, without a value."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esd_desktop.services.microsoft import entra, wire
from esd_desktop.services.microsoft.errors import AnswerNotUnderstood, fault_of
from esd_desktop.services.microsoft.retry import told_pause
from tests.reliability.fuzz.drawing import damaged, fuzzed, is_told

_ID = "7f3a1c9e-0000-4000-8000-000000000001"
_KEY = "BCDFG-HJKMP-QRTVW-XY234-6789B"
_LICENCE = {
    "clientTransactionId": _ID,
    "sku": "EP2-06606",
    "productKey": _KEY,
    "activationLink": "https://setup.office.com/?token=c2VjcmV0&ctid=1",
    "tokenStatus": "Activated",
    "returnStatus": "NONE",
    "activationDate": None,
    "issuedAt": "2026-11-02T09:30:00Z",
}
_PAGE = {
    "items": [
        {
            "sku": "EP2-06606",
            "name": "Office",
            "description": "",
            "unitType": "licence",
            "price": {"amount": "219.00", "currency": "EUR"},
            "returnWindowDays": 30,
            "status": "Available",
        }
    ],
    "continuationToken": None,
}
_ERROR = {"code": "ReturnWindowClosed", "message": "It has closed.", "correlationId": _ID}
_ENTRA = {
    "error": "invalid_client",
    "error_description": "AADSTS700027: The certificate is not registered. Trace ID: 1",
    "error_codes": [700027],
}
_OFTEN = [*_LICENCE.values(), "", " ", "\0", "NaN", "1e400", "9" * 400, "0001-01-01T00:00:00Z"]
_leaf = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(_OFTEN)
    | st.datetimes().map(lambda moment: moment.isoformat() + "Z")
)
_json = st.recursive(
    _leaf, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@st.composite
def _changed(draw: st.DrawFn, sound: dict[str, Any]) -> bytes:
    """A sound answer with some fields that are of any shape, missing, or more."""
    answer = dict(sound)
    for name in draw(st.sets(st.sampled_from(sorted(sound)), max_size=3)):
        answer[name] = draw(_json)
    for name in draw(st.sets(st.sampled_from(sorted(sound)), max_size=1)):
        del answer[name]
    answer.update(draw(st.dictionaries(st.text(max_size=5), _json, max_size=1)))
    return json.dumps(answer).encode()


def bodies(sound: dict[str, Any]) -> st.SearchStrategy[bytes]:
    """Bodies near a sound one and far from it."""
    deep = st.integers(1, 100_000)
    return st.one_of(
        _changed(sound),
        damaged(json.dumps(sound).encode()),
        _json.map(lambda value: json.dumps(value).encode()),
        st.binary(max_size=200),
        deep.map(lambda n: b"[" * n),
        deep.map(lambda n: b'{"a":' * n),
        st.just(b"\xef\xbb\xbf" + json.dumps(sound).encode()),
        st.sampled_from(["utf-16", "utf-32"]).map(lambda code: json.dumps(sound).encode(code)),
        st.just(b"<html><body>Bad gateway</body></html>"),
    )


_READERS: dict[str, tuple[dict[str, Any], Callable[[bytes], object]]] = {
    "licence": (_LICENCE, lambda content: wire.licence(content, _ID)),
    "page": (_PAGE, wire.page),
}


@pytest.mark.parametrize("name", _READERS)
def test_an_answer_is_read_or_told_without_its_values(name: str) -> None:
    sound, read = _READERS[name]

    @fuzzed(50)
    @given(bodies(sound))
    def one(content: bytes) -> None:
        try:
            read(content)
        except AnswerNotUnderstood as error:
            fault = error
        else:
            return
        assert is_told(fault, _KEY, "c2VjcmV0")
        # A validation error in the chain would carry the answer into the log.
        assert fault.__cause__ is fault.__context__ is None

    one()


@fuzzed(50)
@given(st.integers(100, 599), bodies(_ERROR), st.booleans())
def test_a_refusal_is_told(status: int, content: bytes, has_effect: bool) -> None:
    code, message = wire.refusal(content)
    fault = fault_of(status, code, message, has_effect=has_effect)
    assert is_told(fault)


@fuzzed(50)
@given(st.integers(100, 599), bodies(_ENTRA))
def test_a_sign_in_that_failed_is_told(status: int, content: bytes) -> None:
    fault = entra.refusal(status, content)
    assert is_told(fault)


_HEADER = st.text(st.characters(max_codepoint=255), max_size=60)
_DATES = st.sampled_from(
    [
        "Wed, 21 Oct 2015 07:28:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "1e9",
        "-1",
        "9" * 5_000,
        "Thu, 99 Foo 2026 99:99:99 GMT",
        "Wed, 21 Oct 2015 07:28:00 +9999999999",
    ]
)


@fuzzed(80)
@given(_HEADER | _DATES | _DATES.flatmap(lambda text: damaged(text.encode()).map(_latin)))
def test_a_pause_that_is_told_is_seconds_or_nothing(header: str) -> None:
    pause = told_pause(header, datetime(2026, 11, 2, 9, 30, tzinfo=UTC))
    assert pause is None or pause >= 0


def _latin(content: bytes) -> str:
    return content.decode("latin-1")
