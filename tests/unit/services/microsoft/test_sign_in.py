"""Signing in at Entra: how it is signed, how long a token is kept, what a refusal is told as."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization as form

from esd_desktop.errors import MicrosoftFault
from esd_desktop.models.licence import Purchase
from esd_desktop.models.values import Secret, utc_now
from esd_desktop.sandbox.authority import Authority, Validity
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.microsoft.errors import (
    CertificateProblem,
    ServiceUnavailable,
    SignInFailed,
    TooManyRequests,
    Unauthorized,
    Unreachable,
)
from esd_desktop.services.microsoft.gateway import EsdGateway
from esd_desktop.services.microsoft.profile import Algorithm, CallIds, ConnectionProfile
from tests.unit.services.microsoft.conftest import QUICK, MakeGateway


@pytest.mark.parametrize("algorithm", ["PS256", "RS256"])
async def test_it_signs_as_the_connection_says(
    sandbox: SandboxControl, make_gateway: MakeGateway, ids: CallIds, algorithm: Algorithm
) -> None:
    sandbox.settings(algorithms=[algorithm])
    await make_gateway(algorithm=algorithm).check(ids)
    other: Algorithm = "RS256" if algorithm == "PS256" else "PS256"
    with pytest.raises(SignInFailed, match="signature algorithm") as caught:
        await make_gateway(algorithm=other).check(ids)
    assert "PS256 or RS256" in caught.value.advice


async def test_a_key_with_a_passphrase_signs_in(
    make_gateway: MakeGateway, profile: ConnectionProfile, ids: CallIds, tmp_path: Path
) -> None:
    locked = _locked(profile.key_file, tmp_path / "locked.key", b"open sesame")
    await make_gateway(key_file=locked, passphrase=Secret("open sesame")).check(ids)
    with pytest.raises(CertificateProblem, match="passphrase does not open"):
        await make_gateway(key_file=locked, passphrase=Secret("wrong")).check(ids)


async def test_ten_calls_at_once_sign_in_once(
    gateway: EsdGateway, sandbox: SandboxControl, ids: CallIds
) -> None:
    await asyncio.gather(*(gateway.check(ids) for _ in range(10)))
    assert sandbox.calls()["token"] == 1
    assert sandbox.calls()["products"] == 10


async def test_a_revoked_token_is_renewed_once_for_all(
    gateway: EsdGateway, sandbox: SandboxControl, purchase: Purchase, ids: CallIds
) -> None:
    await gateway.issue(purchase, ids)
    sandbox.revoke_tokens()
    read = (gateway.read(purchase.client_transaction_id, ids) for _ in range(10))
    await asyncio.gather(*read)
    assert sandbox.calls()["token"] == 2


async def test_a_token_that_is_never_accepted_is_renewed_once(
    gateway: EsdGateway, sandbox: SandboxControl, ids: CallIds
) -> None:
    sandbox.set_fault("products", "error", status=401, code="Unauthorized", times=None)
    with pytest.raises(Unauthorized):
        await gateway.check(ids)
    assert sandbox.calls()["token"] == 2
    assert sandbox.calls()["products"] == 2


async def test_a_token_is_renewed_before_it_expires(
    gateway: EsdGateway, sandbox: SandboxControl, ids: CallIds
) -> None:
    sandbox.settings(token_lifetime=1)
    await gateway.check(ids)
    while sandbox.calls()["token"] == 1:
        await gateway.check(ids)
    assert sandbox.calls()["products"] > 2


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("tenant", "00000000-0000-0000-0000-000000000001", "Active Directory Tenant"),
        ("client_id", "00000000-0000-0000-0000-000000000002", "Client ID"),
        ("resource_api", "https://other.invalid", "Resource API"),
    ],
)
async def test_a_wrong_field_is_named(
    make_gateway: MakeGateway, ids: CallIds, field: str, value: str, words: str
) -> None:
    wrong: dict[str, Any] = {field: value}
    with pytest.raises(SignInFailed, match=words) as caught:
        await make_gateway(**wrong).check(ids)
    assert caught.value.correlation_id == ids.correlation_id
    assert "Settings, Connections" in caught.value.advice


async def test_an_unregistered_certificate(
    make_gateway: MakeGateway, ids: CallIds, tmp_path: Path
) -> None:
    pair = Authority(tmp_path).issue_client("stranger", Validity.for_days(30))
    gateway = make_gateway(certificate_file=pair.certificate_file, key_file=pair.key_file)
    with pytest.raises(SignInFailed, match="not registered") as caught:
        await gateway.check(ids)
    assert "Thumbprint" in caught.value.advice


async def test_an_expired_certificate_is_not_even_tried(
    make_gateway: MakeGateway, sandbox: SandboxControl, ids: CallIds, tmp_path: Path
) -> None:
    over = Validity(utc_now() - timedelta(days=30), utc_now() - timedelta(days=1))
    pair = Authority(tmp_path).issue_client("old", over)
    gateway = make_gateway(certificate_file=pair.certificate_file, key_file=pair.key_file)
    with pytest.raises(CertificateProblem, match="expired") as caught:
        await gateway.check(ids)
    assert caught.value.correlation_id == ids.correlation_id
    assert sandbox.calls()["token"] == 0


@pytest.mark.parametrize(
    ("call", "fault", "kind"),
    [
        ("token", {"kind": "error", "status": 503}, ServiceUnavailable),
        ("token", {"kind": "error", "status": 400, "code": "AADSTS90033"}, ServiceUnavailable),
        ("token", {"kind": "html", "status": 502}, ServiceUnavailable),
        ("token", {"kind": "drop_before"}, Unreachable),
        ("token", {"kind": "cut_short"}, Unreachable),
        ("token", {"kind": "gateway_429", "retry_after": "600"}, TooManyRequests),
        ("token", {"kind": "html"}, SignInFailed),
        ("token", {"kind": "empty"}, SignInFailed),
        ("token", {"kind": "missing_field", "field": "access_token"}, SignInFailed),
        ("token", {"kind": "wrong_type", "field": "access_token"}, SignInFailed),
        ("token", {"kind": "html", "status": 403}, SignInFailed),
        ("discovery", {"kind": "error", "status": 500}, ServiceUnavailable),
        ("discovery", {"kind": "html"}, SignInFailed),
        ("discovery", {"kind": "missing_field", "field": "token_endpoint"}, SignInFailed),
        ("discovery", {"kind": "wrong_type", "field": "token_endpoint"}, SignInFailed),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else None,
)
async def test_a_sign_in_that_breaks_leaves_nothing_in_doubt(
    gateway: EsdGateway,
    sandbox: SandboxControl,
    purchase: Purchase,
    ids: CallIds,
    call: str,
    fault: dict[str, Any],
    kind: type[MicrosoftFault],
) -> None:
    sandbox.set_fault(call, times=None, **fault)
    with pytest.raises(kind) as caught:
        await gateway.issue(purchase, ids)
    told = caught.value
    assert type(told) is kind
    assert told.in_doubt is False
    assert told.correlation_id == ids.correlation_id
    assert told.sentence.endswith(".")
    assert told.advice.endswith(".")
    assert sandbox.calls()["issue"] == 0


async def test_a_passing_fault_of_the_sign_in_is_got_over(
    gateway: EsdGateway, sandbox: SandboxControl, ids: CallIds
) -> None:
    sandbox.set_fault("token", "error", status=503, times=QUICK.attempts - 1)
    await gateway.check(ids)


async def test_nothing_secret_is_logged_or_shown(
    make_gateway: MakeGateway,
    profile: ConnectionProfile,
    sandbox: SandboxControl,
    purchase: Purchase,
    ids: CallIds,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    passphrase = "open sesame"
    locked = _locked(profile.key_file, tmp_path / "locked.key", passphrase.encode())
    gateway = make_gateway(key_file=locked, passphrase=Secret(passphrase))
    bought = await gateway.issue(purchase, ids)
    for fault in ("html", "cut_short", "missing_field"):
        sandbox.set_fault("token", fault, field="token_type")
        sandbox.revoke_tokens()
        await asyncio.gather(gateway.check(ids), return_exceptions=True)
    assert bought.activation_link is not None
    secrets = {
        passphrase,
        bought.product_key.reveal(),
        bought.activation_link.reveal(),
        "Bearer ey",
        "client_assertion=",
        "PRIVATE KEY",
    }
    shown = f"{caplog.text} {gateway.profile!r} {bought!r} {vars(gateway)!r}"
    assert "oauth2/v2.0/token" in caplog.text
    assert not [secret for secret in secrets if secret in shown]
    # Nor a bearer token, whatever it was this time: the sandbox's are so long.
    assert not re.search(r"[\w-]{64}", shown)


def _locked(key_file: Path, to: Path, passphrase: bytes) -> Path:
    key = form.load_pem_private_key(key_file.read_bytes(), None)
    to.write_bytes(
        key.private_bytes(
            form.Encoding.PEM,
            form.PrivateFormat.PKCS8,
            form.BestAvailableEncryption(passphrase),
        )
    )
    return to
