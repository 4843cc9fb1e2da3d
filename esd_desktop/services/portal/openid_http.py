"""HTTP to an organisation's own sign-in: over verified TLS only, in bounds, and not for long."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote_plus

import httpx2 as httpx

from esd_desktop.errors import EsdError
from esd_desktop.models.portal_rows import ProviderRow
from esd_desktop.models.values import Secret
from esd_desktop.services.tls import hardened

Json = dict[str, Any]
_TIMEOUT_S = 10.0
_TOTAL_S = 20.0
_LARGEST = 1_000_000
_WANTED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_BASIC, _POST = "client_secret_basic", "client_secret_post"


class OpenIdFault(EsdError):
    """Nobody could be signed in through the organisation's own sign-in."""

    def __init__(self, provider: ProviderRow, why: str) -> None:
        super().__init__(f"The sign-in of {provider.domain} did not work: {why}.")


class OpenIdHttp:
    """Calls to one organisation, each within twenty seconds in all. They raise OpenIdFault."""

    def __init__(self, provider: ProviderRow) -> None:
        self._provider = provider

    async def __aenter__(self) -> Self:
        try:
            context = await asyncio.to_thread(_context, self._provider.ca_file)
        except OSError as error:  # also what is wrong in the file
            raise self._fault("its file of trusted authorities cannot be read") from error
        self._client = httpx.AsyncClient(verify=context, timeout=_TIMEOUT_S, follow_redirects=False)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def metadata(self) -> Json:
        """What the organisation publishes about its sign-in, as far as it is used here."""
        issuer = self._provider.issuer
        found = await self.read(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise self._fault("it calls itself by another name")
        if not all(str(found.get(name, "")).startswith("https://") for name in _WANTED):
            raise self._fault("it does not say where it is, or not over https")
        return found

    async def read(self, url: str) -> Json:
        """A JSON object that the organisation publishes."""
        return await self._answer("GET", url)

    async def exchange(
        self, metadata: Json, secret: Secret | None, form: Mapping[str, str]
    ) -> Json:
        """The tokens for a code that a browser brought back."""
        known = metadata.get("token_endpoint_auth_methods_supported") or [_BASIC]
        client_id = self._provider.client_id
        given, auth = dict(form), None
        if secret is None:
            given["client_id"] = client_id
        elif _BASIC in known or _POST not in known:
            # RFC 6749, 2.3.1: both are encoded as in a form before they go into the header.
            auth = httpx.BasicAuth(quote_plus(client_id), quote_plus(secret.reveal()))
        else:
            given |= {"client_id": client_id, "client_secret": secret.reveal()}
        return await self._answer("POST", metadata["token_endpoint"], data=given, auth=auth)

    async def _answer(self, method: str, url: str, **more: Any) -> Json:
        if not url.startswith("https://"):
            raise self._fault("it is not reached over https")
        try:
            async with asyncio.timeout(_TOTAL_S):
                answer = await self._bounded(method, url, **more)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
            raise self._fault("it could not be reached") from error
        try:
            found = answer.json()
        except ValueError:
            found = None
        if answer.status_code != httpx.codes.OK or not isinstance(found, dict):
            raise self._fault(f"it answered {answer.status_code}")
        return found

    async def _bounded(self, method: str, url: str, **more: Any) -> httpx.Response:
        request = self._client.build_request(method, url, data=more.get("data"))
        answer = await self._client.send(request, auth=more.get("auth"), stream=True)
        try:
            body = b""
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > _LARGEST:
                    raise httpx.DecodingError("the answer is too large", request=request)
        finally:
            await answer.aclose()
        return httpx.Response(answer.status_code, content=body)

    def _fault(self, why: str) -> OpenIdFault:
        return OpenIdFault(self._provider, why)


def _context(ca_file: str | None) -> ssl.SSLContext:
    context = hardened(ssl.create_default_context())
    if ca_file:
        context.load_verify_locations(cafile=Path(ca_file))
    return context
