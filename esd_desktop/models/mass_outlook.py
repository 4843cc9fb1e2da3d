"""What a mass work would come to, counted before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from esd_desktop.models.mass_rows import MassKind
from esd_desktop.models.permissions import Facts, cancel_refusal, resend_refusal, update_refusal
from esd_desktop.models.values import Money

_TOO_LATE = "The time for returning them has ended."


class AlikeAssets(Struct, frozen=True):
    """Assets that the rules see alike: how many, and what cancelling them all gives back. Where
    their time for returning is over, ``facts`` has a moment that was."""

    facts: Facts
    count: int
    credit: Money


class Outlook(Struct, frozen=True):
    """Of ``total`` assets it can be done to ``possible``; ``refusals`` are the reasons why not to
    the others, each with how many, most first. ``credits``: what cancelling gives back, tax too, a
    sum for each currency; ``requests``: how many waiting requests to cancel that would approve."""

    total: int
    possible: int
    refusals: tuple[tuple[str, int], ...]
    credits: tuple[Money, ...] = ()
    requests: int = 0


def outlook_of(kind: MassKind, groups: Sequence[AlikeAssets], now: datetime) -> Outlook:
    """What doing it to all of them comes to, by the rules that hold for a single one."""
    refused: dict[str, int] = {}
    possible: list[AlikeAssets] = []
    for group in groups:
        reason = _refusal(kind, group.facts, now)
        if reason is None:
            possible.append(group)
        else:
            refused[reason] = refused.get(reason, 0) + group.count
    is_cancel = kind is MassKind.CANCEL
    return Outlook(
        total=sum(group.count for group in groups),
        possible=sum(group.count for group in possible),
        refusals=tuple(sorted(refused.items(), key=lambda each: -each[1])),
        credits=_sums(possible) if is_cancel else (),
        requests=sum(group.count for group in possible if is_cancel and group.facts.requested),
    )


def _refusal(kind: MassKind, facts: Facts, now: datetime) -> str | None:
    match kind:
        case MassKind.UPDATE_STATUS:
            return update_refusal(facts)
        case MassKind.RESEND:
            return resend_refusal(facts)
        case MassKind.CANCEL:
            in_time = cancel_refusal(replace(facts, returnable_until=None), now)
            # Each has a day of its own; together they are told without one.
            return in_time or (_TOO_LATE if cancel_refusal(facts, now) else None)


def _sums(groups: Sequence[AlikeAssets]) -> tuple[Money, ...]:
    sums: dict[str, Money] = {}
    for group in groups:
        credit = group.credit
        so_far = sums.get(credit.currency)
        total = credit.amount + (so_far.amount if so_far else 0)
        sums[credit.currency] = Money(total, credit.currency)
    return tuple(sums[currency] for currency in sorted(sums))
