"""B1, Update License Status: ask Microsoft how a licence stands, and take the answer in.

Reading has no effect at Microsoft, so nothing is written down beforehand. No transaction is open
while Microsoft is answering; where the record was written meanwhile, the answer may be older than
it, and Microsoft is asked again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from esd_desktop.errors import ChangedMeanwhile, Refused
from esd_desktop.models.licence import LicenceAnswer, Meaning
from esd_desktop.models.permissions import update_refusal
from esd_desktop.models.rights import Right
from esd_desktop.models.store import asset_details, assets, discrepancies
from esd_desktop.models.values import new_id
from esd_desktop.models.wording import as_day
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.connect import gateway_for
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.errors import StrangeStatus
from esd_desktop.services.microsoft.profile import CallIds
from esd_desktop.services.record import record_asset, snapshot
from esd_desktop.services.rights import require

if TYPE_CHECKING:
    from esd_desktop.models.asset import Applied, Asset
    from esd_desktop.models.store.unit_of_work import UnitOfWork


async def update_status(services: Services, asset_id: int) -> Outcome:
    """Bring one asset up to date.

    Raises Refused where it has no token to ask about, MicrosoftFault where Microsoft did not
    answer, or named a status that was never agreed, which is listed; the record is then as it was.
    ChangedMeanwhile where others write it all the time.
    """
    await require(services, Right.UPDATE)
    ids = CallIds(correlation_id=new_id())
    for _ in range(_ATTEMPTS):
        outcome = await _asked_and_written(services, asset_id, ids)
        if outcome is not None:
            return outcome
    raise ChangedMeanwhile(
        "This record is being changed by others over and over; nothing was overwritten.",
        advice="Update its status again in a moment.",
    )


async def _asked_and_written(services: Services, asset_id: int, ids: CallIds) -> Outcome | None:
    """None where somebody wrote the record while Microsoft was answering."""
    async with services.store.read() as connection:
        detail = await asset_details.one(connection, asset_id)
    refusal = update_refusal(detail.facts)
    if refusal:
        raise Refused(refusal)
    gateway = await gateway_for(services, detail.connection_id)
    try:
        licence = await gateway.read(
            detail.client_transaction_id, replace(ids, request_id=new_id())
        )
    except StrangeStatus as strange:
        await _list(services, asset_id, strange, ids)
        raise
    try:
        async with services.store.change() as work:
            asset = await assets.for_change(work, asset_id)
            if asset.version != detail.version:
                return None
            applied = await take_in(services, work, asset, licence, ids.correlation_id)
            await work.commit()
    except ChangedMeanwhile:
        return None
    return Outcome(
        told_of(licence, applied),
        result=RESULTS[applied.meaning],
        changes=Changes(assets=frozenset({asset_id})),
        correlation_id=ids.correlation_id,
        advice=ANOMALY_ADVICE if applied.meaning is Meaning.ANOMALY else "",
    )


async def _list(services: Services, asset_id: int, strange: StrangeStatus, ids: CallIds) -> None:
    """Microsoft says of the licence what was never agreed: the record stays, and it is listed."""
    async with services.store.change() as work:
        asset = await assets.for_change(work, asset_id)
        now = services.now()
        await discrepancies.note(work, asset_id, strange.sentence, None, now, ids.correlation_id)
        record_asset(
            services,
            work,
            asset,
            "update_status",
            strange.sentence,
            correlation_id=ids.correlation_id,
        )
        await work.commit()


async def take_in(
    services: Services,
    work: UnitOfWork,
    asset: Asset,
    licence: LicenceAnswer,
    correlation_id: str,
) -> Applied:
    """Apply an answer to the record within a change: the fields, the discrepancy, the audit row."""
    now = services.now()
    before = snapshot(asset)
    applied = asset.apply(licence, now)
    if applied.meaning is Meaning.ANOMALY:
        await discrepancies.note(
            work, asset.id, applied.detail, licence.token_status, now, correlation_id
        )
    else:
        changed = applied.meaning is not Meaning.SAME
        await discrepancies.settle(work, [asset.id], now, changed=changed)
    record_asset(
        services,
        work,
        asset,
        "update_status",
        told_of(licence, applied),
        before=before,
        correlation_id=correlation_id,
    )
    return applied


def told_of(licence: LicenceAnswer, applied: Applied) -> str:
    """What an answer meant, in a sentence."""
    match applied.meaning:
        case Meaning.SAME:
            return f"No change: Microsoft says “{licence.token_status.value}”."
        case Meaning.REDEEMED | Meaning.COMPLETED:
            when = as_day(licence.activation_date) if licence.activation_date else "unknown"
            return f"The customer redeemed this licence on {when}."
        case Meaning.RETURNED:
            return "Microsoft has taken this licence back: Return Accepted."
        case Meaning.ANOMALY:
            return applied.detail


_ATTEMPTS = 5
RESULTS = {
    Meaning.SAME: Result.UNCHANGED,
    Meaning.COMPLETED: Result.DONE,
    Meaning.REDEEMED: Result.DONE,
    Meaning.RETURNED: Result.DONE,
    Meaning.ANOMALY: Result.WARNING,
}
ANOMALY_ADVICE = "The record was left as it was. It is listed under Views, Discrepancies."
