"""Is this client assertion sound? Signature, certificate, audience, issuer and times.

Entra's documentation names what it checks; the AADSTS numbers here are the ones it answers with.
An assertion may come again while it is valid: the official client keeps one for nine minutes.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec import Struct

from esd_desktop.sandbox import clock

_CLOCK_SKEW = 5  # seconds
_NAMED_BY = {"PS256": "x5t#S256", "RS256": "x5t"}


class SignInRefused(Exception):
    """The token endpoint says no, in the words of OAuth 2 and of Entra."""

    def __init__(
        self, number: int, words: str, error: str = "invalid_client", status: int = 401
    ) -> None:
        super().__init__(words)
        self.number = number
        self.words = words
        self.error = error
        self.status = status


class AssertionCheck(Struct, frozen=True):
    """Checks the assertions of one client."""

    client_id: str
    audiences: tuple[str, ...]

    def check(
        self, assertion: str, certificates: Iterable[x509.Certificate], algorithms: tuple[str, ...]
    ) -> None:
        """SignInRefused, unless one of the certificates signed the assertion and it is in order."""
        certificate = _certificate_named(_header(assertion), certificates, algorithms)
        claims = self._claims(assertion, certificate, algorithms)
        if claims["iss"] != self.client_id or claims["sub"] != self.client_id:
            raise SignInRefused(700021, "The assertion's issuer or subject is not the client_id.")

    def _claims(
        self, assertion: str, certificate: x509.Certificate, algorithms: tuple[str, ...]
    ) -> dict[str, Any]:
        key = certificate.public_key()
        assert isinstance(key, rsa.RSAPublicKey)
        try:
            return jwt.decode(
                assertion,
                key,
                algorithms=list(algorithms),
                audience=self.audiences,
                leeway=_CLOCK_SKEW,
                options={"require": ["aud", "iss", "sub", "exp", "jti"]},
            )
        except jwt.InvalidSignatureError as fault:
            raise SignInRefused(
                700027, "The client assertion's signature does not match its certificate."
            ) from fault
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError) as fault:
            raise SignInRefused(
                700024, "The client assertion is not within its valid time range."
            ) from fault
        except jwt.InvalidAudienceError as fault:
            raise SignInRefused(
                700023, "The client assertion's audience is not this token endpoint."
            ) from fault
        except jwt.PyJWTError as fault:
            raise _malformed() from fault


def _header(assertion: str) -> dict[str, Any]:
    try:
        return jwt.get_unverified_header(assertion)
    except jwt.PyJWTError as fault:
        raise _malformed() from fault


def _malformed() -> SignInRefused:
    return SignInRefused(50027, "The client assertion is malformed or lacks a claim.")


def _certificate_named(
    header: dict[str, Any],
    certificates: Iterable[x509.Certificate],
    algorithms: tuple[str, ...],
) -> x509.Certificate:
    algorithm = header.get("alg")
    if algorithm not in algorithms:
        accepted = ", ".join(algorithms)
        words = f"{algorithm!r} is not an accepted signature algorithm. Accepted are: {accepted}."
        raise SignInRefused(5002738, words)
    named = header.get(_NAMED_BY[algorithm])
    for certificate in certificates:
        # Some clients pad the thumbprint, some do not; Entra takes both.
        if _thumbprint(certificate, algorithm) == str(named).rstrip("="):
            return _in_force(certificate)
    raise SignInRefused(
        700027, "The certificate that signed the client assertion is not registered on the app."
    )


def _in_force(certificate: x509.Certificate) -> x509.Certificate:
    if not certificate.not_valid_before_utc <= clock.now() <= certificate.not_valid_after_utc:
        words = "The certificate that signed the client assertion has expired or is not valid yet."
        raise SignInRefused(700027, words)
    return certificate


def _thumbprint(certificate: x509.Certificate, algorithm: str) -> str:
    hashing = hashes.SHA256() if algorithm == "PS256" else hashes.SHA1()  # noqa: S303
    return base64.urlsafe_b64encode(certificate.fingerprint(hashing)).decode().rstrip("=")
