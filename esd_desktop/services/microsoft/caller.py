"""One call to the ESD service: signed in, under its ids, repeated where that may help."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from msgspec import Struct

from esd_desktop.errors import MicrosoftFault
from esd_desktop.models.values import Secret, utc_now
from esd_desktop.services.microsoft import wire
from esd_desktop.services.microsoft.auth import SignIn
from esd_desktop.services.microsoft.errors import (
    AboutTheLicence,
    AnswerNotUnderstood,
    TooManyRequests,
    fault_of,
)
from esd_desktop.services.microsoft.http import (
    TRANSPORT_ERRORS,
    Lines,
    TimeLimits,
    gave_up,
    translated,
)
from esd_desktop.services.microsoft.line import Response
from esd_desktop.services.microsoft.profile import CallIds, ConnectionProfile
from esd_desktop.services.microsoft.retry import Gate, Patience, Persistence, told_pause

Answer = TypeVar("Answer")


class Call(Struct, frozen=True):
    """What is asked. ``path`` is below the Service URL, its parts quoted."""

    method: str
    path: str
    query: dict[str, str] | None = None
    body: dict[str, Any] | None = None

    @property
    def has_effect(self) -> bool:
        """Whether something may have happened at Microsoft although no answer came."""
        return self.method == "POST"


class Caller:
    """Carries the calls of one connection to Microsoft and back.

    ``last_answer_at``: when the service last answered, be it with a no. ``last_fault``: what is in
    the way of the connection since, if anything is.
    """

    def __init__(self, profile: ConnectionProfile, patience: Patience, limits: TimeLimits) -> None:
        self._profile = profile
        self._limits = limits
        self._persistence = Persistence(patience)
        self._sign_in = SignIn(profile)
        self._opened: Lines | None = None
        self._under_way = 0
        self._retired = False
        self.last_answer_at: datetime | None = None
        self.last_fault: MicrosoftFault | None = None

    @property
    def gate(self) -> Gate:
        """Where its calls wait while Microsoft asks for a pause."""
        return self._persistence.gate

    async def carry(self, call: Call, ids: CallIds, read: Callable[[bytes], Answer]) -> Answer:
        """Call, and ``read`` the body of the answer. Every fault carries the correlation id."""
        self._under_way += 1
        try:
            answer = await self._persistence.carry(lambda: self._attempt(call, ids, read))
        except MicrosoftFault as fault:
            fault.correlation_id = ids.correlation_id
            self.last_fault = None if isinstance(fault, AboutTheLicence) else fault
            raise
        finally:
            self._under_way -= 1
            if self._retired:
                await self.retire()
        self.last_fault = None
        return answer

    async def retire(self) -> None:
        """Close as soon as no call is under way, now or later."""
        self._retired = True
        if self._under_way == 0:
            await self.aclose()

    async def aclose(self) -> None:
        """Close the connections to Microsoft; calls under way end as if the line broke."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.aclose()

    async def _attempt(self, call: Call, ids: CallIds, read: Callable[[bytes], Answer]) -> Answer:
        url = f"{self._profile.service_url}/v1/{call.path}"
        waiting_for = self._profile.authority
        try:
            async with asyncio.timeout(self._limits.attempt):
                token = await self._sign_in.token(self._lines(), ids)
                waiting_for = url
                response = await self._send(call, url, token, ids)
                if response.status_code == 401:
                    waiting_for = self._profile.authority
                    self._sign_in.forget(token)
                    token = await self._sign_in.token(self._lines(), ids)
                    waiting_for = url
                    response = await self._send(call, url, token, ids)
        except TimeoutError:
            was_sent = waiting_for is url
            raise gave_up(waiting_for, has_effect=call.has_effect and was_sent) from None
        return _answer(call, response, read)

    async def _send(self, call: Call, url: str, token: Secret, ids: CallIds) -> Response:
        headers = {
            "Authorization": f"Bearer {token.reveal()}",
            "MS-RequestId": ids.request_id,
            "MS-CorrelationId": ids.correlation_id,
        }
        try:
            response = await self._lines().request(
                call.method, url, params=call.query, body=call.body, headers=headers
            )
        except TRANSPORT_ERRORS as error:
            raise translated(error, url, has_effect=call.has_effect) from error
        self.last_answer_at = utc_now()
        return response

    def _lines(self) -> Lines:
        if self._opened is None:
            self._opened = Lines(self._profile.ca_file, self._limits)
        return self._opened


def _answer(call: Call, response: Response, read: Callable[[bytes], Answer]) -> Answer:
    if response.status_code not in _SUCCESSES:
        raise _refusal(call, response)
    try:
        return read(response.content)
    except AnswerNotUnderstood as fault:
        fault.in_doubt = call.has_effect
        raise


def _refusal(call: Call, response: Response) -> MicrosoftFault:
    code, message = wire.refusal(response.content)
    fault = fault_of(response.status_code, code, message, has_effect=call.has_effect)
    if isinstance(fault, TooManyRequests):
        fault.wait_s = told_pause(response.headers.get("retry-after"), utc_now())
    return fault


_SUCCESSES = (200, 201)
