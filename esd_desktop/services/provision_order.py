"""D3, D3a: get the tokens of many licences, several calls in flight, with a result for each.

Each licence goes through services/provision.py, or through services/settle_doubt.py where the
answer to an earlier call was lost; so a licence is never bought twice, whoever else is asking.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from msgspec import Struct

from esd_desktop.errors import EsdError, Refused, StoreFault, VaultFault
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import OperationState
from esd_desktop.models.store import asset_details, orders
from esd_desktop.models.wording import counted
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.provision import issue
from esd_desktop.services.rights import require, viewing
from esd_desktop.services.settle_doubt import settle_asset

# Measured against the sandbox: beyond eight, the store's single writer is what takes the time.
IN_FLIGHT = 8
# So many calls in a row that did not get through: the next ones would not either.
_GIVES_UP_AFTER = 5


class Stop:
    """Asks a long work to stop after what is under way. May be asked from any thread."""

    def __init__(self) -> None:
        self.asked = False

    def ask(self) -> None:
        """Begin nothing more."""
        self.asked = True


class LicenceResult(Struct, frozen=True):
    """What came of one licence, and how many of how many have been asked for by now.

    ``unreachable``: the connection, the store or the vault was in the way rather than a no about
    this licence.
    """

    asset_id: int
    outcome: Outcome
    done: int
    total: int
    unreachable: bool = False

    @property
    def issued(self) -> bool:
        """Whether the licence has its token."""
        return self.outcome.result in (Result.DONE, Result.UNCHANGED)


Tell = Callable[[LicenceResult], object]


async def without_token(services: Services, order_id: int) -> list[int]:
    """The licences of an order that can be asked for: those that failed, and those never asked."""
    async with viewing(services) as connection:
        return await orders.without_token(connection, order_id)


async def provision_order(
    services: Services, order_id: int, *, tell: Tell | None = None, stop: Stop | None = None
) -> Outcome:
    """Get the tokens that an order is without, for the first time or again. Raises Refused where
    every licence has its token."""
    await require(services, Right.ORDER)
    asset_ids = await without_token(services, order_id)
    if not asset_ids:
        raise Refused("Every licence of this order has its token already.")
    outcome = await provision_assets(services, asset_ids, tell=tell, stop=stop)
    return _with_order(outcome, order_id)


async def provision_assets(
    services: Services,
    asset_ids: Iterable[int],
    *,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> Outcome:
    """Get the tokens of these licences. ``tell`` is called with each one's result as it comes.

    A stop is obeyed between licences: what is under way is finished. Where several in a row do not
    get through at all, the rest is not asked. Nothing that goes wrong with one licence is raised.
    """
    await require(services, Right.ORDER)
    run = _Run(services, asset_ids, tell or _nobody, stop or Stop())
    return await run.to_the_end()


def _nobody(result: LicenceResult) -> None:
    """Nobody wants to know."""


def _with_order(outcome: Outcome, order_id: int) -> Outcome:
    changes = outcome.changes | Changes(orders=frozenset({order_id}))
    return Outcome(outcome.sentence, outcome.result, changes, advice=outcome.advice)


class _Run:
    def __init__(
        self, services: Services, asset_ids: Iterable[int], tell: Tell, stop: Stop
    ) -> None:
        self._services = services
        self._waiting = deque(dict.fromkeys(asset_ids))
        self._total = len(self._waiting)
        self._tell = tell
        self._stop = stop
        self._issued = 0
        self._failed = 0
        self._changes = Changes()
        self._in_a_row = 0
        self._in_the_way: Outcome | None = None

    async def to_the_end(self) -> Outcome:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(IN_FLIGHT, self._total)):
                group.create_task(self._work())
        return self._outcome()

    async def _work(self) -> None:
        while self._waiting and not self._stop.asked and self._in_the_way is None:
            asset_id = self._waiting.popleft()
            outcome, unreachable = await self._asked(asset_id)
            self._count(asset_id, outcome, unreachable=unreachable)

    async def _asked(self, asset_id: int) -> tuple[Outcome, bool]:
        """The outcome of one licence, and whether it did not get through."""
        try:
            async with self._services.store.read() as connection:
                detail = await asset_details.one(connection, asset_id)
            outcome = await self._provisioned(detail)
        except EsdError as fault:
            told = Outcome(
                fault.sentence,
                Result.REFUSED,
                correlation_id=fault.correlation_id,
                advice=fault.advice,
            )
            return told, isinstance(fault, StoreFault | VaultFault)
        return outcome, self._is_cut_off(detail.connection_id) and not _went_well(outcome)

    async def _provisioned(self, detail: AssetDetail) -> Outcome:
        if detail.unsettled is not None and detail.unsettled.state is OperationState.IN_DOUBT:
            return await settle_asset(self._services, detail.id)
        return await issue(self._services, detail.id)

    def _is_cut_off(self, connection_id: int) -> bool:
        opened = self._services.gateways.opened()
        return any(
            gateway.last_fault is not None
            for gateway in opened
            if gateway.profile.id == connection_id
        )

    def _count(self, asset_id: int, outcome: Outcome, *, unreachable: bool) -> None:
        well = _went_well(outcome)
        self._issued += well
        self._failed += not well
        self._changes |= outcome.changes
        self._in_a_row = self._in_a_row + 1 if unreachable else 0
        if self._in_a_row >= _GIVES_UP_AFTER:
            self._in_the_way = outcome
        done = self._issued + self._failed
        self._tell(LicenceResult(asset_id, outcome, done, self._total, unreachable))

    def _outcome(self) -> Outcome:
        sentence = f"{counted(self._issued, 'licence')} of {self._total:,} issued"
        sentence += f", {self._failed:,} not." if self._failed else "."
        left = len(self._waiting)
        if left and self._in_the_way is not None:
            told = f"{sentence} The other {left:,} were not asked for: {self._in_the_way.sentence}"
            advice = self._in_the_way.advice
            return Outcome(told, Result.WARNING, self._changes, advice=advice)
        if left:
            told = f"{sentence} It was stopped before the other {left:,}."
            advice = "Get the tokens of the rest whenever you like."
            return Outcome(told, Result.WARNING, self._changes, advice=advice)
        if self._failed:
            advice = "Each licence has its reason; those that failed can be tried again."
            return Outcome(sentence, Result.WARNING, self._changes, advice=advice)
        return Outcome(sentence, Result.DONE, self._changes)


def _went_well(outcome: Outcome) -> bool:
    return outcome.result in (Result.DONE, Result.UNCHANGED)
