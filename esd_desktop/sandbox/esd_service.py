"""The ESD service: the four calls of the contract below ``/esd/v1``, and every refusal in its form.

A call is checked in this order: the bearer token (401), the channel (403), the two ids that every
call travels under (400), then what it asks for.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from esd_desktop.sandbox.answers import Answer
from esd_desktop.sandbox.catalogue import is_served
from esd_desktop.sandbox.faults import Call
from esd_desktop.sandbox.identity import Identity
from esd_desktop.sandbox.licence import Licence, Order
from esd_desktop.sandbox.licensing import Licensing, Refusal
from esd_desktop.sandbox.stage import Part, Stage, noted_call
from esd_desktop.sandbox.state import State

BASE = "/esd"
_IDS = ("MS-RequestId", "MS-CorrelationId")


class EsdService:
    """The service of one channel."""

    def __init__(
        self, identity: Identity, state: State, licensing: Licensing, stage: Stage
    ) -> None:
        self._identity = identity
        self._state = state
        self._licensing = licensing
        self._stage = stage

    def routes(self) -> list[Route]:
        """The licence's calls first: they are the many."""
        licences = BASE + "/v1/channels/{channel}/licences"
        # ":path", because a transaction id is opaque text and may hold a slash.
        return [
            Route(licences + "/{id:path}/return", self._return, methods=["POST"]),
            Route(licences + "/{id:path}", self._read, methods=["GET"]),
            Route(licences, self._issue, methods=["POST"]),
            Route(BASE + "/v1/channels/{channel}/products", self._products, methods=["GET"]),
        ]

    @staticmethod
    async def refuse_path(request: Request, refusal: Exception) -> Response:
        """A path or a method that there is none of, below the service in the service's form."""
        assert isinstance(refusal, HTTPException)
        if not request.url.path.startswith(f"{BASE}/"):
            return PlainTextResponse(refusal.detail, refusal.status_code, refusal.headers)
        ids = {name: value for name in _IDS if (value := request.headers.get(name))}
        body = {
            "code": "InvalidRequest",
            "message": "The service has nothing of this address.",
            "correlationId": ids.get("MS-CorrelationId") or str(uuid.uuid4()),
        }
        return Answer(refusal.status_code, body, dict(refusal.headers or {})).response(ids)

    async def _products(self, request: Request) -> Response:
        return await self._play(Call.PRODUCTS, request, None, lambda: self._page(request))

    async def _issue(self, request: Request) -> Response:
        body = _json_of(await request.body())
        transaction_id = body.get("clientTransactionId") if isinstance(body, dict) else None
        return await self._play(Call.ISSUE, request, transaction_id, lambda: self._issued(body))

    async def _read(self, request: Request) -> Response:
        transaction_id = request.path_params["id"]

        def act() -> Answer:
            return self._licence(200, self._licensing.read(transaction_id))

        return await self._play(Call.READ, request, transaction_id, act)

    async def _return(self, request: Request) -> Response:
        transaction_id = request.path_params["id"]
        body = _json_of(await request.body())

        def act() -> Answer:
            _comment(body)
            return self._licence(200, self._licensing.give_back(transaction_id))

        return await self._play(Call.RETURN, request, transaction_id, act)

    async def _play(
        self,
        call: Call,
        request: Request,
        transaction_id: str | None,
        act: Callable[[], Answer],
    ) -> Response:
        correlation_id = request.headers.get("MS-CorrelationId") or str(uuid.uuid4())

        def refuse(status: int, code: str, message: str = "A fault set on request.") -> Answer:
            challenge = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
            body = {"code": code, "message": message, "correlationId": correlation_id}
            return Answer(status, body, challenge)

        def checked() -> Answer:
            try:
                self._check(request)
                return act()
            except Refusal as refusal:
                return refuse(refusal.status, refusal.code, refusal.message)

        repeated = {name: value for name in _IDS if (value := request.headers.get(name))}
        noted = noted_call(call, transaction_id, request.headers)
        return await self._stage.play(Part(noted, checked, refuse, repeated))

    def _check(self, request: Request) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not self._state.accepts_token(token):
            raise Refusal(401, "Unauthorized", "The bearer token is missing or no longer valid.")
        if request.path_params["channel"] != self._identity.channel_id:
            raise Refusal(403, "ChannelForbidden", "The client may not act for this channel.")
        for name in _IDS:
            if not _is_guid(request.headers.get(name, "")):
                raise Refusal(400, "InvalidRequest", f"The header {name} must be a GUID.")

    def _issued(self, body: object) -> Answer:
        transaction_id = _text(body, "clientTransactionId")
        order = Order(
            _text(body, "sku"),
            _text(body, "country"),
            _text(body, "language"),
            _text(body, "orderReference"),
        )
        is_new, licence = self._licensing.issue(transaction_id, order)
        return self._licence(201 if is_new else 200, licence)

    def _licence(self, status: int, licence: Licence) -> Answer:
        return Answer(status, self._licensing.shown(licence))

    def _page(self, request: Request) -> Answer:
        country = _text(request.query_params, "country")
        language = _text(request.query_params, "language")
        if not is_served(country):
            raise Refusal(400, "InvalidRequest", f"Nothing is sold in {country!r}.")
        start = _position(request.query_params.get("continuationToken"))
        end = start + self._state.settings.page_size
        products = list(self._state.products.values())
        items = [each.offered(country, language) for each in products[start:end]]
        following = _continuation(end) if end < len(products) else None
        return Answer(200, {"items": items, "continuationToken": following})


def _json_of(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _field(values: object, name: str) -> Any:
    if not isinstance(values, Mapping) or name not in values:
        raise Refusal(400, "InvalidRequest", f"{name} is missing.")
    return values[name]


def _text(values: object, name: str) -> str:
    text = _field(values, name)
    if not isinstance(text, str) or not text.strip():
        raise Refusal(400, "InvalidRequest", f"{name} must be text that is not empty.")
    return text


def _comment(values: object) -> str | None:
    comment = _field(values, "comment")
    if comment is not None and not isinstance(comment, str):
        raise Refusal(400, "InvalidRequest", "comment must be text or null.")
    return comment


def _is_guid(text: str) -> bool:
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False


def _continuation(position: int) -> str:
    return base64.urlsafe_b64encode(f"from {position}".encode()).decode()


def _position(continuation: str | None) -> int:
    if continuation is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(continuation).decode().removeprefix("from "))
    except ValueError:
        raise Refusal(400, "InvalidRequest", "The continuation token is not ours.") from None
