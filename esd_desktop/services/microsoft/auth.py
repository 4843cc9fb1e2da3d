"""Signing in at Microsoft Entra with a certificate, and keeping the bearer token while it lasts.

The official client makes the signed assertion and runs the flow. It is synchronous, so it runs in a
thread; its HTTP goes through our own client, which verifies TLS our way, and comes back to the loop
for it, so that cancelling a sign-in stops it.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import json
import time
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from esd_desktop.models.values import Secret, utc_now
from esd_desktop.services.microsoft import entra
from esd_desktop.services.microsoft.errors import TooManyRequests
from esd_desktop.services.microsoft.http import (
    TRANSPORT_ERRORS,
    Lines,
    translated,
)
from esd_desktop.services.microsoft.line import Response
from esd_desktop.services.microsoft.profile import CallIds, ConnectionProfile
from esd_desktop.services.microsoft.retry import told_pause

if TYPE_CHECKING:
    from esd_desktop.services.microsoft.certificate import Credential

# A token is renewed this long before it expires, or after nine tenths of a shorter life.
_RENEWED_BEFORE_S = 120.0
_LONGEST_LIFE_S = 10**9


class _Token(Struct, frozen=True):
    secret: Secret
    renewed_at: float


class SignIn:
    """The bearer token of one connection, renewed by one call at a time."""

    def __init__(self, profile: ConnectionProfile) -> None:
        self._profile = profile
        self._token: _Token | None = None
        self._renewing = asyncio.Lock()

    async def token(self, lines: Lines, ids: CallIds) -> Secret:
        """A token that is valid for a while. Raises CertificateProblem, SignInFailed, or what the
        way to Entra can fail with; never in doubt, since nothing was asked of the service yet."""
        async with self._renewing:
            if self._token is None or time.monotonic() >= self._token.renewed_at:
                self._token = await self._renewed(lines, ids)
            return self._token.secret

    def forget(self, refused: Secret) -> None:
        """The service refused this token. Another call may have renewed it meanwhile."""
        if self._token is not None and self._token.secret is refused:
            self._token = None

    async def _renewed(self, lines: Lines, ids: CallIds) -> _Token:
        asked_at = time.monotonic()
        bridge = _Bridge(lines, ids.correlation_id)
        try:
            answer = await asyncio.to_thread(_ask, self._profile, bridge)
        finally:
            bridge.close()
        life = float(answer["expires_in"])
        renewed_after = max(life - _RENEWED_BEFORE_S, life * 0.9)
        return _Token(Secret(answer["access_token"]), asked_at + renewed_after)


def _ask(profile: ConnectionProfile, bridge: _Bridge) -> dict[str, Any]:
    """In a thread: read the certificate, sign the assertion, exchange it for a token."""
    # Slow to import, and not needed before the first call.
    import msal

    from esd_desktop.services.microsoft.certificate import load

    credential = load(profile.certificate_file, profile.key_file, profile.passphrase)
    try:
        application = msal.ConfidentialClientApplication(
            profile.client_id,
            authority=f"{profile.authority}/{profile.tenant}",
            client_credential=_credential(profile, credential),
            http_client=bridge,
            # The authority is the connection's own setting; nobody else needs to vouch for it.
            instance_discovery=False,
        )
        answer = application.acquire_token_for_client([f"{profile.resource_api}/.default"])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise entra.not_understood() from None
    if not _is_token(answer):
        raise entra.not_understood()
    return dict(answer)


def _credential(profile: ConnectionProfile, credential: Credential) -> dict[str, Any]:
    """Given the certificate, the official client signs with PS256 and names it by x5t#S256; given
    its SHA-1 thumbprint instead, with RS256 and x5t."""
    if profile.algorithm == "RS256":
        named: dict[str, Any] = {"thumbprint": credential.facts.thumbprint_sha1}
    else:
        named = {"public_certificate": credential.certificate_pem}
    return {"private_key": credential.private_key, **named}


def _is_token(answer: Any) -> bool:
    return (
        isinstance(answer, dict)
        and isinstance(answer.get("access_token"), str)
        and isinstance(answer.get("expires_in"), int | float)
        and 0 < answer["expires_in"] < _LONGEST_LIFE_S
    )


class _Bridge:
    """The HTTP client that the official client is given: from its thread back to the loop.

    Answers that are no success never reach it, nor does what is not JSON: it would put a body that
    it cannot read into its log.
    """

    def __init__(self, lines: Lines, correlation_id: str) -> None:
        self._lines = lines
        self._correlation_id = correlation_id
        self._loop = asyncio.get_running_loop()
        self._under_way: concurrent.futures.Future[Response] | None = None
        self._closed = False

    def get(self, url: str, params: Any = None, headers: Any = None, **_: Any) -> Response:
        return self._send("GET", url, params, None, headers)

    def post(
        self,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        **_: Any,
    ) -> Response:
        return self._send("POST", url, params, data, headers)

    def close(self) -> None:
        """On the loop: nobody waits any more, so a call under way is stopped."""
        self._closed = True
        if self._under_way is not None:
            self._under_way.cancel()

    def _send(self, method: str, url: str, params: Any, data: Any, headers: Any) -> Response:
        call = self._exchange(method, url, params, data, headers or {})
        self._under_way = asyncio.run_coroutine_threadsafe(call, self._loop)
        if self._closed:
            self._under_way.cancel()
        return self._under_way.result()

    async def _exchange(
        self, method: str, url: str, params: Any, data: Any, headers: dict[str, str]
    ) -> Response:
        try:
            response = await self._lines.request(
                method,
                url,
                params=params,
                form=data,
                headers={**headers, "client-request-id": self._correlation_id},
            )
        except TRANSPORT_ERRORS as error:
            raise translated(error, url, has_effect=False) from error
        _check(response)
        return response


def _check(response: Response) -> None:
    if response.status_code == 200:
        if not _is_json_object(response.content):
            raise entra.not_understood()
        return
    fault = entra.refusal(response.status_code, response.content)
    if isinstance(fault, TooManyRequests):
        fault.wait_s = told_pause(response.headers.get("retry-after"), utc_now())
    raise fault


def _is_json_object(content: bytes) -> bool:
    try:
        return isinstance(json.loads(content), dict)
    except ValueError:
        return False
