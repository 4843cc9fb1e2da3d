"""What every request goes through first and every answer last: the host, the origin of forms, and
the headers that keep a browser from doing what the portal never asks it to."""

from __future__ import annotations

import hmac
import re
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from esd_desktop.portal.config import PortalConfig
from esd_desktop.portal.cookies import form_token
from esd_desktop.portal.rendering import STATIC, error_page

FORM_TOKEN = "form_token"
_LONGEST_FORM = 64_000
_NO_ID = re.compile(r"\d{19}")
_MOST_FIELDS = 100
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    # Not "no-referrer", with which browsers do not say from where a form comes.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_TWO_YEARS = "max-age=63072000; includeSubDomains"


class Guard:
    """Stands before the application."""

    def __init__(self, app: ASGIApp, config: PortalConfig) -> None:
        self._app = app
        self._config = config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sending = self._with_headers(scope, send)
        refused = self._refused_address(scope)
        if not refused and scope["method"] not in ("GET", "HEAD"):
            body = await _body(receive)
            refused = self._refused_form(Request(scope), body)
            receive = _again(body or b"", receive)
        if refused:
            await error_page(Request(scope), refused)(scope, receive, sending)
        else:
            await self._app(scope, receive, sending)

    def _refused_address(self, scope: Scope) -> int | None:
        """An address that is not the portal's, as a stranger's name that leads here would be, or
        one with a number that is no record's."""
        if Headers(scope=scope).get("host", "").lower() != self._config.authority:
            return 421
        return 404 if _NO_ID.search(scope["path"]) else None

    def _refused_form(self, request: Request, body: bytes | None) -> int | None:
        """A form that is too large, or was not one of ours in this browser."""
        if body is None:
            return 413
        headers = request.headers
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return 403
        if headers.get("origin", self._config.url) != self._config.url:
            return 403
        request.state.fields = _fields(headers, body)
        wanted, given = form_token(request), request.state.fields.get(FORM_TOKEN, "")
        if wanted is None or not hmac.compare_digest(wanted.encode(), given.encode()):
            return 403
        return None

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        is_static = scope["path"].startswith(f"{STATIC}/")

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                if self._config.is_encrypted:
                    headers["Strict-Transport-Security"] = _TWO_YEARS
                if not is_static:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        return sending


def _fields(headers: Headers, body: bytes) -> dict[str, str]:
    """The fields of a form, the last of each name; none for what is no form."""
    if headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
        return {}
    try:
        text = body.decode("utf-8")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}


async def _body(receive: Receive) -> bytes | None:
    """The body of a request; None where it is longer than any form of ours."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > _LONGEST_FORM:
            return None
        if not message.get("more_body", False):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more, for who reads it after us."""
    pending = [body]

    async def receiving() -> Message:
        if pending:
            return {"type": "http.request", "body": pending.pop(), "more_body": False}
        return await receive()

    return receiving
