"""The token endpoint of one Entra tenant, with one registered client, and its discovery document.

Only the client credentials flow with a certificate exists here. Bearer tokens are opaque.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from urllib.parse import parse_qsl

from cryptography import x509
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from esd_desktop.sandbox import clock
from esd_desktop.sandbox.answers import Answer
from esd_desktop.sandbox.assertion import AssertionCheck, SignInRefused
from esd_desktop.sandbox.faults import Call
from esd_desktop.sandbox.identity import Identity
from esd_desktop.sandbox.stage import Part, Stage, noted_call
from esd_desktop.sandbox.state import State

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ERROR_OF_STATUS = {400: "invalid_request", 401: "invalid_client", 503: "temporarily_unavailable"}


class Entra:
    """The sign-in service. ``certificate`` is the demo client's; others may be registered."""

    def __init__(
        self,
        identity: Identity,
        authority: str,
        certificate: x509.Certificate,
        state: State,
        stage: Stage,
    ) -> None:
        self._identity = identity
        self._tenant_url = f"{authority}/{identity.tenant}"
        self._certificate = certificate
        self._state = state
        self._stage = stage
        audiences = (self._token_endpoint, f"{self._tenant_url}/v2.0")
        self._assertions = AssertionCheck(identity.client_id, audiences)

    @property
    def _token_endpoint(self) -> str:
        return f"{self._tenant_url}/oauth2/v2.0/token"

    def routes(self) -> list[Route]:
        """Any tenant's paths, since an unknown tenant gets an answer too."""
        discovery = "/{tenant}/v2.0/.well-known/openid-configuration"
        return [
            Route("/{tenant}/oauth2/v2.0/token", self._token, methods=["POST"]),
            Route(discovery, self._discovery, methods=["GET"]),
        ]

    async def _discovery(self, request: Request) -> Response:
        return await self._play(Call.DISCOVERY, request, lambda: self._described(request))

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode(errors="replace")))
        return await self._play(Call.TOKEN, request, lambda: self._granted(request, form))

    async def _play(self, call: Call, request: Request, act: Callable[[], Answer]) -> Response:
        correlation_id = request.headers.get("client-request-id") or str(uuid.uuid4())

        def refuse(status: int, code: str) -> Answer:
            number = int("".join(filter(str.isdigit, code)) or 90033)
            error = _ERROR_OF_STATUS.get(status, "server_error")
            refused = SignInRefused(number, "A fault set on request.", error, status)
            return _refusal(refused, correlation_id)

        def checked() -> Answer:
            try:
                return act()
            except SignInRefused as refused:
                return _refusal(refused, correlation_id)

        noted = noted_call(call, headers=request.headers)
        return await self._stage.play(Part(noted, checked, refuse))

    def _described(self, request: Request) -> Answer:
        self._check_tenant(request, "invalid_tenant")
        body = {
            "issuer": f"{self._tenant_url}/v2.0",
            "token_endpoint": self._token_endpoint,
            "authorization_endpoint": f"{self._tenant_url}/oauth2/v2.0/authorize",
            "jwks_uri": f"{self._tenant_url}/discovery/v2.0/keys",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": [*self._state.settings.algorithms],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
        }
        return Answer(200, body)

    def _granted(self, request: Request, form: dict[str, str]) -> Answer:
        self._check_tenant(request, "invalid_request")
        self._check_form(form)
        certificates = [
            self._certificate,
            *(x509.load_pem_x509_certificate(pem.encode()) for pem in self._state.certificates),
        ]
        settings = self._state.settings
        self._assertions.check(form["client_assertion"], certificates, settings.algorithms)
        self._check_scope(form.get("scope", ""))
        token = secrets.token_urlsafe(48)
        lifetime = settings.token_lifetime
        self._state.save_token(token, clock.now().timestamp() + lifetime)
        body = {"token_type": "Bearer", "expires_in": lifetime, "access_token": token}
        return Answer(200, body, {"Cache-Control": "no-store"})

    def _check_tenant(self, request: Request, error: str) -> None:
        tenant = request.path_params["tenant"]
        if tenant.lower() != self._identity.tenant:
            words = f"Tenant '{tenant}' not found. Check that you have the correct tenant id."
            raise SignInRefused(90002, words, error, 400)

    def _check_form(self, form: dict[str, str]) -> None:
        for name in ("grant_type", "client_id"):
            if name not in form:
                words = f"The request body must contain the parameter '{name}'."
                raise SignInRefused(900144, words, "invalid_request", 400)
        if form["grant_type"] != "client_credentials":
            words = "Only the grant type client_credentials is supported."
            raise SignInRefused(70003, words, "unsupported_grant_type", 400)
        if form["client_id"].lower() != self._identity.client_id:
            words = f"Application '{form['client_id']}' was not found in the directory."
            raise SignInRefused(700016, words, "unauthorized_client", 400)
        if form.get("client_assertion_type") != _ASSERTION_TYPE or "client_assertion" not in form:
            words = "The request body must contain a client_assertion and its type."
            raise SignInRefused(7000218, words)

    def _check_scope(self, scope: str) -> None:
        resource, suffix, _ = scope.partition("/.default")
        if not suffix:
            words = f"The scope '{scope}' is not valid: it must be the resource and '/.default'."
            raise SignInRefused(1002012, words, "invalid_scope", 400)
        if resource != self._identity.resource_api:
            words = f"The resource '{resource}' was not found in the tenant."
            raise SignInRefused(500011, words, "invalid_resource", 400)


def _refusal(refused: SignInRefused, correlation_id: str) -> Answer:
    trace_id = str(uuid.uuid4())
    timestamp = f"{clock.now():%Y-%m-%d %H:%M:%SZ}"
    description = (
        f"AADSTS{refused.number}: {refused.words} Trace ID: {trace_id} "
        f"Correlation ID: {correlation_id} Timestamp: {timestamp}"
    )
    body = {
        "error": refused.error,
        "error_description": description,
        "error_codes": [refused.number],
        "timestamp": timestamp,
        "trace_id": trace_id,
        "correlation_id": correlation_id,
    }
    return Answer(refused.status, body)
