"""B3, Cancel: ask Microsoft to take a licence back, then cancel the asset and credit it.

``cancel_licence`` writes the intent; ``carry_out_return`` calls and writes the outcome. The journal
runs the second alone, under the same ids, where an answer was lost. A request to cancel (D4) moves
in the same transactions (requests_state.py).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace

from esd_desktop.errors import EsdError, MicrosoftFault, Refused
from esd_desktop.models.licence import LicenceAnswer, Meaning
from esd_desktop.models.permissions import cancel_refusal
from esd_desktop.models.rights import Right
from esd_desktop.models.statuses import AssetStatus, OperationKind, OperationState, TokenStatus
from esd_desktop.models.store import asset_details, assets, operations
from esd_desktop.models.values import new_id
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.connect import gateway_for
from esd_desktop.services.context import Services
from esd_desktop.services.invoicing.issue import credit
from esd_desktop.services.microsoft.errors import AlreadyRedeemed, ReturnWindowClosed
from esd_desktop.services.microsoft.profile import CallIds
from esd_desktop.services.operations import (
    end,
    is_about_the_licence,
    leave_in_doubt,
    outcome_of,
    start,
    to_settle,
    write_down,
)
from esd_desktop.services.record import record_asset, snapshot
from esd_desktop.services.requests_state import (
    Approval,
    carried_out,
    not_carried_out,
    start_approving,
    to_approve,
)
from esd_desktop.services.rights import require
from esd_desktop.services.update_status import take_in

if TYPE_CHECKING:
    from esd_desktop.models.asset import Asset
    from esd_desktop.models.operation import Operation
    from esd_desktop.services.microsoft.gateway import EsdGateway

_WHAT = "return"


async def cancel_licence(
    services: Services,
    asset_id: int,
    *,
    comment: str | None = None,
    approval: Approval | None = None,
    correlation_id: str | None = None,
) -> Outcome:
    """Return one licence. Raises Refused before anything is asked; MicrosoftFault where Microsoft
    said no or could not be reached. A redeemed licence gives a REFUSED outcome and an updated
    record; a lost answer gives a WARNING, and the journal settles it.

    ``approval`` of a request to cancel; without one, a request that waits is approved by it too.
    ``correlation_id``: what the call is to be known by, where it was written down before.
    """
    await require(services, Right.DECIDE if approval else Right.CANCEL)
    async with services.store.read() as connection:
        detail = await asset_details.one(connection, asset_id)
    gateway = await gateway_for(services, detail.connection_id)
    async with services.store.change() as work:
        asset = await assets.for_change(work, asset_id, locked=True)
        request = await to_approve(services, work, asset_id, approval)
        unsettled = await operations.unsettled_of(work.connection, asset_id)
        refusal = cancel_refusal(asset.facts(unsettled=unsettled is not None), services.now())
        if refusal:
            raise Refused(refusal)
        operation = await start(
            services,
            work,
            OperationKind.RETURN,
            asset,
            correlation_id=correlation_id or new_id(),
            comment=comment,
        )
        if request is not None:
            start_approving(request, operation, approval.comment if approval else None)
        await work.commit()
    return await carry_out_return(
        services, gateway, operation, detail.client_transaction_id, repeated=False
    )


async def carry_out_return(
    services: Services,
    gateway: EsdGateway,
    operation: Operation,
    transaction_id: str,
    *,
    repeated: bool,
) -> Outcome:
    """Call Microsoft under the operation's own ids and write down what came of it.

    ``repeated``: it was asked for before and the answer was lost, so only an answer about the
    licence itself settles it.
    """
    ids = CallIds(operation.correlation_id, operation.request_id)
    try:
        licence = await gateway.give_back(transaction_id, operation.comment, ids)
    except asyncio.CancelledError:
        await leave_in_doubt(services, operation, _WHAT, "The waiting was given up.")
        raise
    except AlreadyRedeemed as fault:
        return await _refused_as_redeemed(services, gateway, operation, transaction_id, fault)
    except MicrosoftFault as fault:
        if fault.in_doubt or (repeated and not is_about_the_licence(fault)):
            return await leave_in_doubt(services, operation, _WHAT, fault.sentence)
        told = await _write_refusal(
            services, operation, fault, keep=isinstance(fault, ReturnWindowClosed)
        )
        if told.refused:
            raise
        return told
    return await write_down(
        services, operation, _WHAT, lambda: _accepted(services, operation, licence)
    )


async def _accepted(services: Services, operation: Operation, licence: LicenceAnswer) -> Outcome:
    """Record, credit, audit row and the operation's end, in one transaction."""
    async with services.store.change() as work:
        await to_settle(work, operation.id, done=True)
        asset = await assets.for_change(work, operation.asset_id, locked=True)
        was_cancelled = asset.status is AssetStatus.CANCELLED
        applied = await take_in(services, work, asset, licence, operation.correlation_id)
        # What Microsoft's answer changed is told by its own row.
        before = snapshot(asset)
        if applied.meaning is Meaning.ANOMALY or (
            asset.token_status is not TokenStatus.RETURN_ACCEPTED
        ):
            odd = applied.detail or "Microsoft did not take the licence back."
            await end(services, work, operation.id, OperationState.FAILED, odd)
            told = await not_carried_out(services, work, asset, operation, odd, for_good=False)
            await work.commit()
            return _with(told, outcome_of(operation, odd, Result.WARNING))
        asset.close_after_return()
        credited = None if was_cancelled else await credit(services, work, asset)
        told = await carried_out(services, work, asset, operation)
        if credited:
            told |= Changes(invoices=frozenset({credited.id}))
        if was_cancelled:
            sentence = f"Microsoft has taken {asset.product} back; the record was cancelled before."
        else:
            sentence = _cancelled_sentence(asset, credited.number if credited else None)
        record_asset(
            services,
            work,
            asset,
            "cancel",
            sentence,
            before=before,
            correlation_id=operation.correlation_id,
        )
        await end(services, work, operation.id, OperationState.DONE)
        await work.commit()
    return _with(told, outcome_of(operation, sentence, Result.DONE))


async def _refused_as_redeemed(
    services: Services,
    gateway: EsdGateway,
    operation: Operation,
    transaction_id: str,
    fault: AlreadyRedeemed,
) -> Outcome:
    """The customer was quicker: no return, no credit, and the record is brought up to date."""
    written = await _write_refusal(services, operation, fault, keep=True)
    if not written.refused:
        return written
    try:
        licence = await gateway.read(transaction_id, CallIds(operation.correlation_id))
        async with services.store.change() as work:
            asset = await assets.for_change(work, operation.asset_id)
            await take_in(services, work, asset, licence, operation.correlation_id)
            await work.commit()
    except EsdError:
        advice = "Its record could not be brought up to date; update its status once more."
        return replace(written, advice=advice)
    return written


async def _write_refusal(
    services: Services, operation: Operation, fault: MicrosoftFault, *, keep: bool
) -> Outcome:
    return await write_down(
        services, operation, _WHAT, lambda: _refused(services, operation, fault, keep=keep)
    )


async def _refused(
    services: Services, operation: Operation, fault: MicrosoftFault, *, keep: bool
) -> Outcome:
    """Microsoft said no: the operation has failed. ``keep``: the licence is not returned, however
    often it is asked for; so the asset keeps the reason, and its request ends."""
    async with services.store.change() as work:
        await end(services, work, operation.id, OperationState.FAILED, fault.sentence)
        asset = await assets.for_change(work, operation.asset_id, locked=True)
        before = snapshot(asset)
        if keep:
            asset.return_refusal = fault.sentence
        told = await not_carried_out(
            services, work, asset, operation, fault.sentence, for_good=keep
        )
        sentence = f"The licence was not cancelled: {fault.sentence}"
        record_asset(
            services,
            work,
            asset,
            "cancel",
            sentence,
            before=before,
            correlation_id=operation.correlation_id,
        )
        await work.commit()
    refused = outcome_of(operation, fault.sentence, Result.REFUSED, advice=fault.advice)
    return _with(told, refused)


def _with(changes: Changes, outcome: Outcome) -> Outcome:
    return replace(outcome, changes=outcome.changes | changes)


def _cancelled_sentence(asset: Asset, credit_number: str | None) -> str:
    if credit_number is None:
        return f"{asset.product} is cancelled; it had been credited before."
    return f"{asset.product} is cancelled and credited with {credit_number}."
