"""Writing the answers of a mass update in groups: records, discrepancies, audit rows and results
are one transaction.

What an answer means is judged as for a single asset (models/asset.py). A record that somebody wrote
meanwhile may be newer than the answer, and Microsoft is to be asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from msgspec import Struct

from esd_desktop.errors import MicrosoftFault
from esd_desktop.models.asset import Applied
from esd_desktop.models.licence import LicenceAnswer, Meaning
from esd_desktop.models.mass_rows import ItemState
from esd_desktop.models.statuses import TokenStatus
from esd_desktop.models.store import audit, discrepancies, mass_status
from esd_desktop.models.store.mass_status import AssetRecord
from esd_desktop.models.store.mass_works import ItemResult
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.services.changes import Changes, Result
from esd_desktop.services.mass_holding import MassRun, again_where_changed
from esd_desktop.services.microsoft.errors import StrangeStatus
from esd_desktop.services.record import told_changes
from esd_desktop.services.update_status import ANOMALY_ADVICE, RESULTS, told_of

_STATES = {
    Result.DONE: ItemState.DONE,
    Result.UNCHANGED: ItemState.UNCHANGED,
    Result.WARNING: ItemState.WARNING,
}


class Answer(Struct, frozen=True):
    """What came of asking about a record. ``applied`` is what an answer means for it, None where
    there was none that could be read; ``is_odd``: it is to be listed, and ``said`` is the token
    status that Microsoft named."""

    record: AssetRecord
    result: ItemResult
    applied: Applied | None = None
    is_odd: bool = False
    said: TokenStatus | None = None


def refused(record: AssetRecord, refusal: str) -> Answer:
    """It cannot be asked about."""
    return Answer(record, ItemResult(record.id, ItemState.FAILED, refusal))


def failed(record: AssetRecord, fault: MicrosoftFault, correlation_id: str) -> Answer:
    """It was asked about in vain. A status that was never agreed is listed."""
    strange = isinstance(fault, StrangeStatus)
    advice = ANOMALY_ADVICE if strange else fault.advice
    result = ItemResult(record.id, ItemState.FAILED, fault.sentence, advice, correlation_id)
    return Answer(record, result, is_odd=strange)


def told(
    record: AssetRecord, licence: LicenceAnswer, applied: Applied, correlation_id: str
) -> Answer:
    """Microsoft said how the licence stands."""
    is_odd = applied.meaning is Meaning.ANOMALY
    result = ItemResult(
        record.id,
        _STATES[RESULTS[applied.meaning]],
        told_of(licence, applied),
        ANOMALY_ADVICE if is_odd else "",
        correlation_id,
    )
    return Answer(record, result, applied, is_odd, licence.token_status)


async def write_down(run: MassRun, group: Sequence[Answer]) -> list[int]:
    """Write a group of answers; answers the ids of the assets that are to be asked about again.
    Raises TakenOver."""
    return await again_where_changed(partial(_written, run, group))


async def _written(run: MassRun, group: Sequence[Answer]) -> list[int]:
    versions = {each.record.id: each.record.version for each in group if each.applied}
    async with run.services.store.change() as work:
        stale = versions.keys() - await mass_status.unchanged_since(work, versions)
        answers = [each for each in group if each.record.id not in stale]
        now = run.services.now()
        await _take_in(work, answers, now)
        operator = run.services.operator
        rows = _audit_rows(answers)
        await audit.add(work, rows, at=now, operator=operator, action="update_status")
        await run.write(work, [each.result for each in answers])
        await work.commit()
    run.tell(Changes(assets=frozenset(each.record.id for each in answers)))
    return sorted(stale)


async def _take_in(work: UnitOfWork, answers: Sequence[Answer], now: datetime) -> None:
    """The records themselves, and what is listed of them."""
    changed = [
        (each.record, each.applied.changes)
        for each in answers
        if each.applied is not None and each.applied.changes
    ]
    same = [each.record.id for each in answers if each.applied and not each.applied.changes]
    odd = [each for each in answers if each.is_odd]
    agreed = sorted(set(same) - {each.record.id for each in odd})
    await mass_status.note_checked(work, same, now)
    await mass_status.write_changes(work, changed, now)
    await discrepancies.settle(work, agreed, now, changed=False)
    await discrepancies.settle(work, [record.id for record, _ in changed], now, changed=True)
    for each in odd:
        sentence, correlation_id = each.result.sentence, each.result.correlation_id or ""
        await discrepancies.note(work, each.record.id, sentence, each.said, now, correlation_id)


def _audit_rows(answers: Sequence[Answer]) -> list[dict[str, object]]:
    """A row for each that Microsoft said something of."""
    return [
        {
            "sentence": each.result.sentence,
            "asset_id": each.record.id,
            "account_id": each.record.customer_id,
            "changes": told_changes(each.record, each.applied.changes) if each.applied else {},
            "correlation_id": each.result.correlation_id,
        }
        for each in answers
        if each.applied or each.is_odd
    ]
