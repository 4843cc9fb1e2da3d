"""Settling everything that settles itself when Microsoft is asked: lost answers, and what has been
without its token for more than a day. Nothing is bought, returned or credited twice."""

from __future__ import annotations

from collections.abc import Sequence

from esd_desktop.errors import EsdError, Refused
from esd_desktop.models.discrepancy_rows import DiscrepancyKind
from esd_desktop.models.listing import ListQuery
from esd_desktop.models.rights import Right
from esd_desktop.models.store import discrepancies
from esd_desktop.models.wording import counted
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.provision_order import LicenceResult, Stop, Tell, provision_assets
from esd_desktop.services.rights import require
from esd_desktop.services.settle_doubt import settle_asset


async def settle_all(
    services: Services,
    account_id: int | None = None,
    *,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> Outcome:
    """Ask Microsoft about all of them, or about an account's. ``tell`` is called with each result.

    A stop is obeyed between licences. Raises Refused where there is none; what goes wrong with one
    licence is not raised, and the others go on.
    """
    await require(services, Right.SETTLE)
    lost = await _ids(services, account_id, DiscrepancyKind.IN_DOUBT)
    overdue = await _ids(services, account_id, DiscrepancyKind.FAILED, DiscrepancyKind.UNANSWERED)
    if not lost and not overdue:
        raise Refused("There is nothing that asking Microsoft would settle.")
    total = len(lost) + len(overdue)
    stop = stop or Stop()

    def told(result: LicenceResult) -> None:
        if tell is not None:
            tell(LicenceResult(result.asset_id, result.outcome, len(lost) + result.done, total))

    outcome = await _settled(services, lost, total, tell, stop)
    if overdue:
        issued = await provision_assets(services, overdue, tell=told, stop=stop)
        outcome = _both(outcome, issued)
    return outcome


async def _ids(services: Services, account_id: int | None, *kinds: DiscrepancyKind) -> list[int]:
    ids: list[int] = []
    async with services.store.read() as connection:
        for kind in kinds:
            query = ListQuery(account_id=account_id, filter=kind.value)
            async for rows in discrepancies.LISTING.every(connection, query):
                ids += [row.id for row in rows]
    return ids


async def _settled(
    services: Services, lost: Sequence[int], total: int, tell: Tell | None, stop: Stop
) -> Outcome:
    """One after the other: there are few, and each holds its asset."""
    changes, settled = Changes(), 0
    for done, asset_id in enumerate(lost, 1):
        if stop.asked:
            break
        try:
            outcome = await settle_asset(services, asset_id)
        except EsdError as fault:
            outcome = Outcome(fault.sentence, Result.REFUSED, advice=fault.advice)
        # Also Microsoft's no is an answer: nothing is in doubt any more.
        settled += outcome.result is not Result.WARNING
        changes |= outcome.changes
        if tell is not None:
            tell(LicenceResult(asset_id, outcome, done, total))
    if not lost:
        return Outcome("", Result.DONE)
    sentence = f"{counted(settled, 'lost answer')} of {len(lost):,} settled."
    if settled == len(lost):
        return Outcome(sentence, Result.DONE, changes)
    advice = "The others stay in doubt and are tried again by themselves."
    return Outcome(sentence, Result.WARNING, changes, advice=advice)


def _both(settled: Outcome, issued: Outcome) -> Outcome:
    worse = Result.WARNING if Result.WARNING in (settled.result, issued.result) else Result.DONE
    return Outcome(
        f"{settled.sentence} {issued.sentence}".strip(),
        worse,
        settled.changes | issued.changes,
        advice=f"{settled.advice} {issued.advice}".strip(),
    )
