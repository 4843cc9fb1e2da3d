"""Entra's refusals in words for staff."""

from __future__ import annotations

import json

import pytest

from esd_desktop.services.microsoft import entra
from esd_desktop.services.microsoft.errors import (
    ServiceUnavailable,
    SignInFailed,
    TooManyRequests,
)


def body(number: int, words: str = "A developer's sentence.") -> bytes:
    description = (
        f"AADSTS{number}: {words} Trace ID: 0f8fad5b Correlation ID: 7c9e6679 "
        "Timestamp: 2026-11-24 14:00:00Z"
    )
    said = {"error": "invalid_client", "error_description": description, "error_codes": [number]}
    return json.dumps(said).encode()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (90002, "Tenant"),
        (900023, "Tenant"),
        (700016, "Client ID"),
        (7000229, "Client ID"),
        (7000112, "disabled"),
        (700027, "not registered"),
        (7000222, "expired"),
        (700023, "another tenant or authority"),
        (700024, "time is wrong"),
        (5002738, "algorithm"),
        (500011, "Resource API"),
        (50027, "signs in with"),
        (53003, "A developer's sentence"),
    ],
)
def test_numbers_have_words(number: int, words: str) -> None:
    told = entra.refusal(401, body(number))
    assert type(told) is SignInFailed
    assert words in told.sentence
    assert f"AADSTS{number}" in told.sentence
    assert "Trace ID" not in told.sentence
    assert told.sentence.endswith(".")
    assert told.advice.endswith(".")
    assert not told.in_doubt


def test_an_expired_certificate_has_the_number_of_an_unknown_one() -> None:
    words = "The certificate used to sign the client assertion is expired on application."
    assert "expired" in entra.refusal(401, body(700027, words)).sentence


def test_the_number_may_stand_in_the_description_only() -> None:
    said = {"error": "x", "error_description": "AADSTS90002: Tenant 'x' not found.\r\nTrace ID: 1"}
    assert "Tenant" in entra.refusal(400, json.dumps(said).encode()).sentence


def test_what_passes() -> None:
    assert type(entra.refusal(400, body(90033))) is ServiceUnavailable
    assert type(entra.refusal(503, b"<html>")) is ServiceUnavailable
    assert type(entra.refusal(429, b"")) is TooManyRequests


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[]", b"{}", b'{"error_codes": "90002"}', b'{"error_codes": []}']
)
def test_a_body_that_is_none_of_entras(content: bytes) -> None:
    told = entra.refusal(400, content)
    assert type(told) is SignInFailed
    assert told.sentence.endswith("Its status was 400.")
