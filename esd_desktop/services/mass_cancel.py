"""B3 for many assets: each is cancelled by the same verb as a single one, some at a time.

An item has its correlation id before its call begins. Where the program died meanwhile, the journal
of calls says under that id what has come of it, so that nothing is asked for twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from esd_desktop.errors import EsdError, StoreFault
from esd_desktop.models.mass_rows import ItemState
from esd_desktop.models.statuses import OperationState
from esd_desktop.models.store import mass_works, operations
from esd_desktop.models.store.mass_works import ItemResult
from esd_desktop.models.values import new_id
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.mass_holding import MassRun
from esd_desktop.services.settle_doubt import BeingSettled, settle_asset

Answer = TypeVar("Answer")

# Each writes three transactions of its own: with more of them the store would be waited for.
_AT_ONCE = 16
_LOOK_AGAIN_S = 1.0
_STATES = {
    Result.DONE: ItemState.DONE,
    Result.UNCHANGED: ItemState.UNCHANGED,
    Result.WARNING: ItemState.WARNING,
    Result.REFUSED: ItemState.FAILED,
}
_TOLD_BEFORE = "That was done before the work was interrupted."


async def cancel_all(run: MassRun) -> None:
    """Cancel every asset whose turn it is, until the work is over. First come those that were under
    way when the work was interrupted; of some of them somebody else is still to hear."""
    async with run.services.store.read() as connection:
        interrupted = await mass_works.under_way(connection, run.id)
    unheard = await _end_interrupted(run, interrupted)
    while not run.over.is_set() and (ids := await run.next_ids(_AT_ONCE)):
        called = {asset_id: new_id() for asset_id in ids}
        async with run.services.store.change() as work:
            if not await run.may_begin(work):
                return
            await mass_works.set_under_way(work, run.id, called)
            await work.commit()
        await _cancel(run, called)
    while unheard and not run.over.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_AGAIN_S):
                await run.over.wait()
        unheard = await _end_interrupted(run, unheard)


async def _end_interrupted(run: MassRun, under_way: Mapping[int, str]) -> dict[int, str]:
    """Write down what came of calls that were under way when the work was interrupted. Answers
    those that are just being settled: what somebody else does is neither a failure nor a success.
    """
    unheard = {}
    for asset_id, correlation_id in under_way.items():
        if run.over.is_set():
            break
        try:
            await _cancel(run, {asset_id: correlation_id})
        except BeingSettled:
            unheard[asset_id] = correlation_id
    return unheard


async def _cancel(run: MassRun, called: Mapping[int, str]) -> None:
    """Cancel these side by side, and write down what came of them."""
    outcomes = await _all_of(_outcome(run, *each) for each in called.items())
    changes = Changes(assets=frozenset(called))
    results, waiting = [], []
    for (asset_id, correlation_id), outcome in zip(called.items(), outcomes, strict=True):
        if outcome is None:
            waiting.append(asset_id)
        else:
            changes |= outcome.changes
            results.append(_result(asset_id, correlation_id, outcome))
    async with run.services.store.change() as work:
        await run.write(work, results)
        await mass_works.put_back(work, run.id, waiting)
        await work.commit()
    run.tell(changes)


async def _all_of(calls: Iterable[Coroutine[Any, Any, Answer]]) -> list[Answer]:
    """What all of them answer. Where one raises, or the waiting is given up, the others are ended
    before it is told: each still writes down what came of it."""
    ended = await asyncio.gather(*calls, return_exceptions=True)
    answers: list[Answer] = []
    for each in ended:
        if isinstance(each, BaseException):
            raise each
        answers.append(each)
    return answers


async def _outcome(run: MassRun, asset_id: int, correlation_id: str) -> Outcome | None:
    """None where it was refused for what is not about the one licence. Raises StoreFault and
    BeingSettled: what came of it then stands in the journal of calls."""
    try:
        return await _settled_before(run, asset_id, correlation_id) or await cancel_licence(
            run.services, asset_id, comment=run.comment, correlation_id=correlation_id
        )
    except (StoreFault, BeingSettled):
        raise
    except EsdError as fault:
        if run.concerns_all(fault):
            return None
        return Outcome(fault.sentence, Result.REFUSED, advice=fault.advice)


async def _settled_before(run: MassRun, asset_id: int, correlation_id: str) -> Outcome | None:
    """What has come of the call where it was begun before; None where it was not. Raises
    BeingSettled."""
    async with run.services.store.read() as connection:
        known = await operations.of_call(connection, asset_id, correlation_id)
    if known is None:
        return None
    state, detail = known
    if state is OperationState.DONE:
        return Outcome(f"The licence is cancelled. {_TOLD_BEFORE}")
    if state is OperationState.FAILED:
        return Outcome(detail or "Microsoft said no.", Result.REFUSED)
    return await settle_asset(run.services, asset_id)


def _result(asset_id: int, correlation_id: str, outcome: Outcome) -> ItemResult:
    state = _STATES[outcome.result]
    return ItemResult(asset_id, state, outcome.sentence, outcome.advice, correlation_id)
