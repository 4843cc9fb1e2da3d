"""Signing in: with the official client, and what is said to a client that does it wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import msal
import pytest
import requests
from cryptography import x509
from msgspec.structs import replace

from esd_desktop.sandbox import clock
from esd_desktop.sandbox.authority import Authority, Validity
from esd_desktop.sandbox.client import SandboxControl
from tests.sandbox.calling import Caller, assertion, guid

OfficialClient = Callable[..., Any]


@pytest.fixture
def official_client(sandbox: SandboxControl) -> Iterator[OfficialClient]:
    """Makes msal's client as a connection would, on HTTP that verifies the sandbox."""
    addresses = sandbox.addresses
    with requests.Session() as http:
        http.trust_env = False  # a variable in the environment would replace ``verify``
        http.verify = str(addresses.ca_file)

        def make(*, tenant: str = addresses.tenant, **credential: Any) -> Any:
            usual = {
                "private_key": addresses.key_file.read_text(),
                "public_certificate": addresses.certificate_file.read_text(),
            }
            return msal.ConfidentialClientApplication(
                addresses.client_id,
                authority=f"{addresses.authority}/{tenant}",
                client_credential={**usual, **credential},
                instance_discovery=False,
                http_client=http,
            )

        yield make


def scopes(caller: Caller) -> list[str]:
    return [f"{caller.addresses.resource_api}/.default"]


@pytest.mark.parametrize("algorithm", ["PS256", "RS256"])
def test_the_official_client_signs_in(
    caller: Caller, sandbox: SandboxControl, official_client: OfficialClient, algorithm: str
) -> None:
    sandbox.settings(algorithms=[algorithm])
    # A thumbprint asks msal for RS256 and x5t; without one it takes PS256 and x5t#S256.
    named = {"thumbprint": caller.addresses.thumbprint} if algorithm == "RS256" else {}
    answer = official_client(**named).acquire_token_for_client(scopes(caller))
    assert answer.get("token_type") == "Bearer", answer
    caller.headers["Authorization"] = f"Bearer {answer['access_token']}"
    assert caller.products().status_code == 200


def test_the_official_client_signs_in_again_after_its_token_was_revoked(
    caller: Caller, sandbox: SandboxControl, official_client: OfficialClient
) -> None:
    sandbox.settings(token_lifetime=1)  # so short that msal asks anew
    client = official_client()
    first = client.acquire_token_for_client(scopes(caller))
    sandbox.revoke_tokens()
    second = client.acquire_token_for_client(scopes(caller))
    assert second.get("access_token"), second
    assert second["access_token"] != first["access_token"]


def test_the_official_client_is_told_of_a_wrong_tenant(
    caller: Caller, official_client: OfficialClient
) -> None:
    with pytest.raises(ValueError, match="double check your tenant"):
        official_client(tenant=guid()).acquire_token_for_client(scopes(caller))
    discovery = "/v2.0/.well-known/openid-configuration"
    answer = caller.http.get(f"{caller.addresses.authority}/{guid()}{discovery}")
    assert entra_error(answer) == (400, "invalid_tenant", 90002)


def entra_error(answer: httpx.Response) -> tuple[int, str, int]:
    """Status, error and number of an answer in Entra's form."""
    body = answer.json()
    (number,) = body["error_codes"]
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert body["correlation_id"] in body["error_description"]
    assert body["trace_id"] in body["error_description"]
    return answer.status_code, body["error"], number


def test_a_wrong_tenant_client_or_resource(caller: Caller) -> None:
    assert entra_error(caller.token(tenant=guid())) == (400, "invalid_request", 90002)
    assert entra_error(caller.token(client_id=guid())) == (400, "unauthorized_client", 700016)
    wrong = caller.token(scope="https://other.invalid/.default")
    assert entra_error(wrong) == (400, "invalid_resource", 500011)
    assert entra_error(caller.token(scope="openid")) == (400, "invalid_scope", 1002012)


def test_a_form_that_is_not_complete(caller: Caller) -> None:
    assert entra_error(caller.token(grant_type=None)) == (400, "invalid_request", 900144)
    assert entra_error(caller.token(client_id=None)) == (400, "invalid_request", 900144)
    assert entra_error(caller.token(grant_type="password"))[2] == 70003
    assert entra_error(caller.token(client_assertion=None)) == (401, "invalid_client", 7000218)


def test_an_assertion_that_is_wrong(caller: Caller) -> None:
    now = int(time.time())
    wrong: dict[int, list[dict[str, Any]]] = {
        700024: [{"exp": now - 60}, {"nbf": now + 60}],
        700023: [{"aud": "https://login.microsoftonline.com/x"}],
        700021: [{"iss": guid()}, {"sub": guid()}],
        50027: [{"jti": None}],
    }
    for number, changes in wrong.items():
        for change in changes:
            signed = assertion(caller.addresses, **change)
            told = entra_error(caller.token(client_assertion=signed))
            assert told == (401, "invalid_client", number), change
    assert entra_error(caller.token(client_assertion="a.b.c"))[2] == 50027


def test_a_clock_that_is_a_little_wrong_is_forgiven(caller: Caller) -> None:
    signed = assertion(caller.addresses, nbf=int(time.time()) + 2)
    assert caller.token(client_assertion=signed).status_code == 200


def test_an_algorithm_that_the_tenant_refuses(caller: Caller, sandbox: SandboxControl) -> None:
    sandbox.settings(algorithms=["RS256"])
    assert entra_error(caller.token()) == (401, "invalid_client", 5002738)
    signed = assertion(caller.addresses, algorithm="RS256")
    assert caller.token(client_assertion=signed).status_code == 200


def test_a_certificate_counts_once_it_is_registered(
    caller: Caller, sandbox: SandboxControl, tmp_path: Path
) -> None:
    other = Authority(tmp_path).issue_client("other", Validity.for_days(1))
    signed = assertion(caller.addresses, signed_by=other)
    assert entra_error(caller.token(client_assertion=signed)) == (401, "invalid_client", 700027)
    sandbox.register_certificate(other.certificate_file.read_text())
    assert caller.token(client_assertion=signed).status_code == 200


def test_a_key_that_is_not_the_certificates(caller: Caller, tmp_path: Path) -> None:
    other = Authority(tmp_path).issue_client("other", Validity.for_days(1))
    ours = x509.load_pem_x509_certificate(caller.addresses.certificate_file.read_bytes())
    signed = assertion(caller.addresses, signed_by=replace(other, certificate=ours))
    assert entra_error(caller.token(client_assertion=signed)) == (401, "invalid_client", 700027)


def test_a_certificate_that_has_expired(
    caller: Caller, sandbox: SandboxControl, tmp_path: Path
) -> None:
    now = clock.now()
    over = Validity(now - timedelta(days=2), now - timedelta(days=1))
    old = Authority(tmp_path).issue_client("old", over)
    sandbox.register_certificate(old.certificate_file.read_text())
    answer = caller.token(client_assertion=assertion(caller.addresses, signed_by=old))
    assert entra_error(answer) == (401, "invalid_client", 700027)
    assert "expired" in answer.json()["error_description"]


def test_a_token_ends_with_its_lifetime(caller: Caller, sandbox: SandboxControl) -> None:
    sandbox.settings(token_lifetime=1)
    answer = caller.token().json()
    assert answer["expires_in"] == 1
    caller.headers["Authorization"] = f"Bearer {answer['access_token']}"
    until = time.monotonic() + 10
    while caller.products().status_code == 200:
        assert time.monotonic() < until
    assert caller.products().status_code == 401
