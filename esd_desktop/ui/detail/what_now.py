"""What can be done with an asset now and until when, in sentences; pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from esd_desktop.models.permissions import cancel_refusal, retry_refusal
from esd_desktop.models.rows import AssetDetail, InvoiceLine, OperationRow
from esd_desktop.models.statuses import (
    AssetStatus,
    InvoiceKind,
    OperationKind,
    OperationState,
    ProvisioningSyncStatus,
    TokenStatus,
)
from esd_desktop.models.values import Money
from esd_desktop.ui.actions.action import AssetAction
from esd_desktop.ui.actions.cancel_licence import credit_words
from esd_desktop.ui.actions.delete_asset import RESTORE_ASSET
from esd_desktop.ui.actions.provision import RETRY_PROVISIONING
from esd_desktop.ui.formats import as_date, as_moment, as_money, as_time
from esd_desktop.ui.look.colours import Tone

_SOON = timedelta(days=7)


class Advice(Struct, frozen=True):
    """One notice: a sentence, more about it, and the action that mends it, where there is one."""

    tone: Tone
    sentence: str
    more: str = ""
    remedy: AssetAction | None = None


def what_now(detail: AssetDetail, now: datetime) -> tuple[Advice, ...]:
    """What the person should know before doing anything, the most important first."""
    if detail.deleted_at is not None:
        return (_deleted(detail.deleted_at),)
    notices = [_disagreement(detail), _standing(detail, now), _refused_return(detail)]
    return tuple(notice for notice in notices if notice is not None)


def _standing(detail: AssetDetail, now: datetime) -> Advice:
    if detail.unsettled is not None:
        return _waiting(detail.unsettled)
    match detail.provisioning_sync_status:
        case ProvisioningSyncStatus.FAILED:
            return _failed(detail)
        case ProvisioningSyncStatus.UNSYNCHRONISED:
            return _not_confirmed(detail)
    if detail.status is AssetStatus.CANCELLED:
        return _cancelled(detail)
    match detail.token_status:
        case TokenStatus.REDEEMED:
            return _redeemed(detail)
        case TokenStatus.RETURN_ACCEPTED:
            return _returned_but_active(detail)
        case TokenStatus.ACTIVATED:
            return _unused(detail, now)
    return Advice(
        Tone.WARNING,
        "This record does not say how the licence stands.",
        "Update License Status asks Microsoft.",
    )


def _deleted(deleted_at: datetime) -> Advice:
    return Advice(
        Tone.WARNING,
        f"This record was deleted on {as_date(deleted_at)}.",
        "Microsoft was not told: the licence is as it was there.",
        RESTORE_ASSET,
    )


def _waiting(operation: OperationRow) -> Advice:
    issues = operation.kind is OperationKind.ISSUE
    if operation.state is OperationState.IN_DOUBT:
        call, happened = ("purchase", "issued") if issues else ("return", "taken back")
        again = "bought twice" if issues else "returned or credited twice"
        return Advice(
            Tone.WARNING,
            f"Microsoft’s answer to the {call} was lost, so this licence may or may not have been "
            f"{happened}.",
            f"It is settled by itself, usually within a minute; nothing is {again}.",
        )
    asked = "for this licence" if issues else "to take this licence back"
    return Advice(
        Tone.INFO,
        f"Waiting for Microsoft’s answer: it was asked {asked} on "
        f"{as_moment(operation.started_at)}, by {operation.started_by}.",
        "Other actions wait until it is there.",
    )


def _failed(detail: AssetDetail) -> Advice:
    details = detail.synchronization_details or "Microsoft gave no reason."
    return Advice(
        Tone.BAD,
        "Microsoft did not issue this licence, so there is no token.",
        f"Synchronization details: {details}",
        _retry(detail),
    )


def _not_confirmed(detail: AssetDetail) -> Advice:
    return Advice(
        Tone.WARNING,
        "Microsoft has not confirmed this licence, so there is no token yet.",
        "Retrying is safe: it asks under the same transaction, and nothing is bought twice.",
        _retry(detail),
    )


def _retry(detail: AssetDetail) -> AssetAction | None:
    return None if retry_refusal(detail.facts) else RETRY_PROVISIONING


def _cancelled(detail: AssetDetail) -> Advice:
    credit = _line(detail, InvoiceKind.CREDIT)
    if credit is None:
        return Advice(Tone.NEUTRAL, "This licence is cancelled. Nothing more can be done with it.")
    amount = Money(abs(credit.total.amount), credit.total.currency)
    return Advice(
        Tone.NEUTRAL,
        f"Cancelled, and credited on {as_date(credit.issued_at)}.",
        f"{detail.billing_to} was credited {as_money(amount)} with {credit.number}.",
    )


def _redeemed(detail: AssetDetail) -> Advice:
    when = f" on {as_date(detail.activation_date)}" if detail.activation_date else ""
    return Advice(Tone.NEUTRAL, f"The customer redeemed it{when}; it can no longer be cancelled.")


def _returned_but_active(detail: AssetDetail) -> Advice:
    return Advice(
        Tone.WARNING,
        "Microsoft has taken this licence back, but the record is still active.",
        f"Cancel closes the record and credits {_credit(detail)}.",
    )


def _unused(detail: AssetDetail, now: datetime) -> Advice:
    until = detail.returnable_until
    if cancel_refusal(detail.facts, now):
        ended = f" ended on {as_date(until)}" if until else " is over"
        return Advice(Tone.NEUTRAL, f"Not used yet. The time for cancelling it{ended}.")
    credit = f"Cancelling it credits {_credit(detail)}."
    if until is None:
        return Advice(Tone.ACCENT, "Not used yet. It can be cancelled.", credit)
    tone = Tone.WARNING if until - now <= _SOON else Tone.ACCENT
    return Advice(tone, f"Not used yet. It can be cancelled until {_deadline(until, now)}.", credit)


def _refused_return(detail: AssetDetail) -> Advice | None:
    # A redeemed licence says so by itself; the refusal would only repeat it.
    if detail.return_refusal is None or detail.token_status is not TokenStatus.ACTIVATED:
        return None
    return Advice(
        Tone.WARNING,
        "Microsoft refused to take this licence back when it was last asked.",
        detail.return_refusal,
    )


def _disagreement(detail: AssetDetail) -> Advice | None:
    if detail.discrepancy is None:
        return None
    return Advice(
        Tone.WARNING,
        "Microsoft and this record disagree.",
        f"{detail.discrepancy} The record was left as it was.",
    )


def _deadline(until: datetime, now: datetime) -> str:
    if until.astimezone().date() == now.astimezone().date():
        return f"today, {as_time(until)}"
    return as_date(until)


def _credit(detail: AssetDetail) -> str:
    return f"{credit_words(detail)} to {detail.billing_to}"


def _line(detail: AssetDetail, kind: InvoiceKind) -> InvoiceLine | None:
    return next((line for line in detail.invoices if line.kind is kind), None)
