"""Plays one call: counts and notes it, lets the faults strike, and sends what is left."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from msgspec import Struct, field
from starlette.responses import Response

from esd_desktop.sandbox import clock
from esd_desktop.sandbox.answers import Answer, CutShort, DroppedConnection, NoAnswer
from esd_desktop.sandbox.faults import Call, Fault, FaultKind, Faults

_NOTED_CALLS = 5000
_HTML = (
    b"<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>Gateway</h1></body></html>"
)


class NotedCall(Struct):
    """A call as it arrived, whatever became of it."""

    call: Call
    at: str
    transaction_id: str | None = None
    request_id: str | None = None
    correlation_id: str | None = None


class Part(Struct):
    """A call about to be played: what it does, and how its service says no (status, code)."""

    noted: NotedCall
    act: Callable[[], Answer]
    refuse: Callable[[int, str], Answer]
    headers: Mapping[str, str] = field(default_factory=dict)


class Stage:
    """Faults, counters and the notes of this run; ``closing`` ends every wait."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.counters: Counter[str] = Counter()
        self.notes: deque[NotedCall] = deque(maxlen=_NOTED_CALLS)
        self.closing = asyncio.Event()

    def begin_again(self) -> None:
        """No faults, no counts, no notes."""
        self.faults.set.clear()
        self.counters.clear()
        self.notes.clear()

    def note(self, noted: NotedCall) -> None:
        """Count a call and keep what it came with."""
        self.counters[noted.call] += 1
        self.notes.append(noted)

    async def play(self, part: Part) -> Response:
        """What the caller gets: the answer of ``part.act``, or what the faults make of it."""
        self.note(part.noted)
        strike = self.faults.strike(part.noted.call, part.noted.transaction_id)
        if strike.seconds:
            await self.pause(strike.seconds)
        if strike.fault is None:
            return part.act().response(part.headers)
        return self._struck(strike.fault, part)

    async def pause(self, seconds: float) -> None:
        """Wait, but not beyond the closing of the sandbox."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.closing.wait(), seconds)

    def _struck(self, fault: Fault, part: Part) -> Response:
        match fault.kind:
            case FaultKind.ERROR:
                return _error(fault, part).response(part.headers)
            case FaultKind.GATEWAY_429:
                return _gateway_429(fault).response({})
            case FaultKind.HANG:
                return NoAnswer(self.closing)
            case FaultKind.DROP_BEFORE:
                return DroppedConnection()
            case FaultKind.HTML | FaultKind.EMPTY if fault.status is not None:
                return _foreign_body(fault, fault.status)
        return self._struck_after_effect(fault, part, part.act())

    def _struck_after_effect(self, fault: Fault, part: Part, answer: Answer) -> Response:
        match fault.kind:
            case FaultKind.ERROR_AFTER:
                return _error(fault, part).response(part.headers)
            case FaultKind.HANG_AFTER:
                return NoAnswer(self.closing)
            case FaultKind.DROP_AFTER:
                return DroppedConnection()
            case FaultKind.HTML | FaultKind.EMPTY:
                return _foreign_body(fault, answer.status)
            case FaultKind.CUT_SHORT:
                whole = answer.response(part.headers)
                return CutShort(whole.body, whole.status_code, dict(whole.headers))
        _falsify(fault, answer.body)
        return answer.response(part.headers)


def _error(fault: Fault, part: Part) -> Answer:
    answer = part.refuse(fault.status or 500, fault.code)
    if fault.retry_after is not None:
        answer.headers["Retry-After"] = fault.retry_after
    return answer


def _gateway_429(fault: Fault) -> Answer:
    wait = fault.retry_after
    words = "Rate limit is exceeded." + (f" Try again after {wait}." if wait else "")
    headers = {"Retry-After": wait} if wait else {}
    return Answer(429, {"statusCode": 429, "message": words}, headers)


def _foreign_body(fault: Fault, status: int) -> Response:
    html = fault.kind is FaultKind.HTML
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    media_type = "text/html; charset=utf-8" if html else None
    return Response(_HTML if html else b"", status, headers, media_type)


def _falsify(fault: Fault, body: dict[str, Any]) -> None:
    """Make one field wrong: of the licence, or of the first product of a page."""
    target = body["items"][0] if body.get("items") else body
    match fault.kind:
        case FaultKind.UNKNOWN_STATUS:
            target["status" if "status" in target else "tokenStatus"] = "Evaporated"
        case FaultKind.MISSING_FIELD:
            target.pop(fault.field, None)
        case FaultKind.WRONG_TYPE:
            target[fault.field] = 42


def noted_call(
    call: Call, transaction_id: str | None = None, headers: Mapping[str, str] | None = None
) -> NotedCall:
    """A call as it arrives now, with the ids it travels under."""
    headers = headers or {}
    request_id, correlation_id = headers.get("ms-requestid"), headers.get("ms-correlationid")
    return NotedCall(call, clock.as_text(clock.now()), transaction_id, request_id, correlation_id)
