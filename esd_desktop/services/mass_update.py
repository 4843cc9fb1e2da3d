"""B1 for many assets: as many calls under way as the service takes well.

Some hundred records are read ahead in one query, and answers are written in groups
(mass_answers.py). Asking has no effect at Microsoft, so nothing is written down beforehand.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from esd_desktop.errors import EsdError, MicrosoftFault
from esd_desktop.models.asset import judged
from esd_desktop.models.permissions import update_refusal
from esd_desktop.models.store import mass_status
from esd_desktop.models.store.mass_status import AssetRecord
from esd_desktop.models.values import new_id
from esd_desktop.services.connect import gateway_for
from esd_desktop.services.mass_answers import Answer, failed, refused, told, write_down
from esd_desktop.services.mass_holding import MassRun
from esd_desktop.services.microsoft.errors import Passing
from esd_desktop.services.microsoft.profile import CallIds

if TYPE_CHECKING:
    from esd_desktop.services.microsoft.gateway import EsdGateway

# Read ahead, so that no call waits for the store.
_READ_AT_ONCE = 500
_GROUP = 200
_GROUPED_WITHIN_S = 0.1
# Where the store does not keep up, nothing more is asked.
_MOST_UNWRITTEN = 2_000


async def update_all(run: MassRun) -> None:
    """Ask about every asset whose turn it is, until the work is over."""
    asking = _Asking(run)
    try:
        while not (run.over.is_set() or asking.is_through()):
            await asking.read_ahead()
            asking.ask_more()
            await asking.moved_on()
            await asking.write()
    finally:
        await asking.stop()
    await asking.write()


class _Asking:
    """What is ready to be asked about, what is being asked, and the answers."""

    def __init__(self, run: MassRun) -> None:
        self._run = run
        self._gateways: dict[int, EsdGateway] = {}
        self._ready: deque[AssetRecord] = deque()
        self._again: list[int] = []
        self._calls: set[asyncio.Task[None]] = set()
        self._answers: list[Answer] = []
        self._all_read = False
        self._moved = asyncio.Event()

    def is_through(self) -> bool:
        """Whether every asset has its result."""
        left = self._ready or self._calls or self._answers or self._again
        return self._all_read and not left

    async def read_ahead(self) -> None:
        """Have some hundred records ready, as long as there are more."""
        if len(self._ready) > _READ_AT_ONCE // 2:
            return
        again, self._again = self._again, []
        ids = again or await self._run.next_ids(_READ_AT_ONCE)
        self._all_read = not ids
        async with self._run.services.store.read() as connection:
            records = await mass_status.records(connection, ids) if ids else []
        try:
            for connection_id in {record.connection_id for record in records}:
                gateway = await gateway_for(self._run.services, connection_id)
                self._gateways[connection_id] = gateway
        except EsdError as fault:
            self._run.set_aside(fault)
            return
        for record in records:
            refusal = update_refusal(record.facts)
            if refusal:
                self._answers.append(refused(record, refusal))
            else:
                self._ready.append(record)

    def ask_more(self) -> None:
        """Begin as many calls as there may be."""
        if len(self._answers) > _MOST_UNWRITTEN or self._run.over.is_set():
            return
        while self._ready:
            record = self._ready[0]
            gateway = self._gateways[record.connection_id]
            if not gateway.pace.has_room:
                return
            gateway.pace.begin()
            call = asyncio.create_task(self._ask(gateway, self._ready.popleft()))
            self._calls.add(call)
            call.add_done_callback(partial(self._ended, gateway))

    async def moved_on(self) -> None:
        """Wait until a group of answers is there, records are needed, or a moment has gone by."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_GROUPED_WITHIN_S):
                await self._moved.wait()
        self._moved.clear()

    async def write(self) -> None:
        """Write the answers that are there. Those that came too late are asked for again."""
        group, self._answers = self._answers, []
        if group:
            self._again += await write_down(self._run, group)

    async def stop(self) -> None:
        """Asking has no effect, so nobody need wait for the answers."""
        calls = list(self._calls)
        for call in calls:
            call.cancel()
        for ended in await asyncio.gather(*calls, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended

    async def _ask(self, gateway: EsdGateway, record: AssetRecord) -> None:
        ids = CallIds(new_id())
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            licence = await gateway.read(record.client_transaction_id, ids)
        except MicrosoftFault as fault:
            if isinstance(fault, Passing):
                gateway.pace.failed()
            if not self._run.concerns_all(fault):
                self._answers.append(failed(record, fault, ids.correlation_id))
            return
        gateway.pace.answered(clock() - began, gateway.gate.pauses)
        self._run.answered()
        self._answers.append(told(record, licence, judged(record, licence), ids.correlation_id))

    def _ended(self, gateway: EsdGateway, call: asyncio.Task[None]) -> None:
        gateway.pace.end()
        if not call.cancelled() and call.exception() is not None:
            # Kept among the calls: whoever stops them meets it.
            self._run.over.set()
        else:
            self._calls.discard(call)
            self.ask_more()
        idle = not (self._calls or self._ready)
        if idle or len(self._answers) >= _GROUP or len(self._ready) < _READ_AT_ONCE // 4:
            self._moved.set()
