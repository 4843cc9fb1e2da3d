"""Calling the sandbox by hand, as the contract has it: no code of the program is between."""

from __future__ import annotations

import ssl
import time
import uuid
from base64 import urlsafe_b64encode
from functools import cache
from typing import Any, Literal

import httpx2 as httpx
import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.authority import Authority, Pair

SKU = "EP2-06606"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def guid() -> str:
    return str(uuid.uuid4())


def trusting(addresses: SandboxAddresses, **options: Any) -> httpx.Client:
    """A client that trusts the sandbox's authority and nobody else."""
    context = ssl.create_default_context(cafile=addresses.ca_file)
    return httpx.Client(**{"verify": context, "trust_env": False, "timeout": 10.0, **options})


class Caller:
    """One client of the sandbox: signs in when it is made, and makes the four calls."""

    def __init__(self, addresses: SandboxAddresses) -> None:
        self.addresses = addresses
        self.http = trusting(addresses)
        self.channel = addresses.channel_id
        self.headers = {"MS-RequestId": guid(), "MS-CorrelationId": guid()}
        self.sign_in()

    def sign_in(self) -> None:
        token = self.token().json()["access_token"]
        self.headers["Authorization"] = f"Bearer {token}"

    def token(self, *, tenant: str | None = None, **changes: str | None) -> httpx.Response:
        """Ask for a token; a change to None leaves that parameter out."""
        url = f"{self.addresses.authority}/{tenant or self.addresses.tenant}/oauth2/v2.0/token"
        form = {
            "grant_type": "client_credentials",
            "client_id": self.addresses.client_id,
            "client_assertion_type": JWT_BEARER,
            "client_assertion": assertion(self.addresses),
            "scope": f"{self.addresses.resource_api}/.default",
        } | changes
        return self.http.post(url, data={k: v for k, v in form.items() if v is not None})

    def products(self, **query: str) -> httpx.Response:
        query = {"country": "GB", "language": "en-GB", **query}
        return self._call("GET", "/products", params=query)

    def issue(self, transaction_id: str | None = None, **changes: Any) -> httpx.Response:
        body = {
            "clientTransactionId": transaction_id or guid(),
            "sku": SKU,
            "country": "GB",
            "language": "en-GB",
            "orderReference": "PO-1001",
        }
        return self._call("POST", "/licences", json={**body, **changes})

    def issued(self) -> str:
        """A new licence's transaction id."""
        answer = self.issue()
        assert answer.status_code == 201
        return str(answer.json()["clientTransactionId"])

    def read(self, transaction_id: str) -> httpx.Response:
        return self._call("GET", f"/licences/{transaction_id}")

    def give_back(self, transaction_id: str, comment: str | None = None) -> httpx.Response:
        return self._call("POST", f"/licences/{transaction_id}/return", json={"comment": comment})

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        url = f"{self.addresses.service_url}/v1/channels/{self.channel}{path}"
        return self.http.request(method, url, headers=self.headers, **options)


def assertion(
    addresses: SandboxAddresses,
    *,
    algorithm: Literal["PS256", "RS256"] = "PS256",
    signed_by: Pair | None = None,
    **claims: Any,
) -> str:
    """A client assertion as Entra's documentation describes it, with some claims changed."""
    pair = signed_by or _own(addresses)
    audience = f"{addresses.authority}/{addresses.tenant}/oauth2/v2.0/token"
    now = int(time.time())
    client = addresses.client_id
    usual = {"aud": audience, "iss": client, "sub": client, "jti": guid()}
    times = {"nbf": now, "iat": now, "exp": now + 600}
    if algorithm == "PS256":
        named = {"x5t#S256": _encoded(pair.certificate.fingerprint(hashes.SHA256()))}
    else:
        named = {"x5t": _encoded(bytes.fromhex(pair.thumbprint))}
    assert isinstance(pair.key, rsa.RSAPrivateKey)
    return jwt.encode({**usual, **times, **claims}, pair.key, algorithm, headers=named)


@cache  # reading an RSA key takes longer than all else here
def _own(addresses: SandboxAddresses) -> Pair:
    return Authority(addresses.ca_file.parent).client()


def _encoded(thumbprint: bytes) -> str:
    return urlsafe_b64encode(thumbprint).decode().rstrip("=")
