"""Verifying the audit: that no row of it was changed, taken out or put in.

The chain is recomputed from its first row. What it cannot tell by itself, that its end was cut off
or all of it written anew, is told by heads that were seen before: those that somebody noted
elsewhere, and the one that this computer keeps (services/witness.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from esd_desktop.errors import EsdError
from esd_desktop.models.chain import Break, Head, Misfit, Verdict
from esd_desktop.models.rights import Right
from esd_desktop.models.store import audit_chain
from esd_desktop.models.wording import counted
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.rights import require


class AuditBroken(EsdError):
    """The audit is not as it was written. ``broken`` says where."""

    def __init__(self, broken: Break, head: Head) -> None:
        super().__init__(_sentence(broken, head), advice=_ADVICE[broken.misfit])
        self.broken = broken


class VerifiedAudit(Struct, frozen=True):
    """An audit that is as it was written: its head, to be noted elsewhere."""

    head: Head
    rows: int

    @property
    def sentence(self) -> str:
        """What is told of it."""
        if not self.rows:
            return "The audit has no rows yet."
        return f"The audit is as it was written: {counted(self.rows, 'row')}, none changed."


async def verify_audit(
    services: Services, expected: Sequence[Head] = (), *, after_restore: bool = False
) -> VerifiedAudit:
    """Recompute the whole chain and compare it with the ``expected`` heads and with the one that
    this computer saw last; then this head is the one that was seen.

    ``after_restore``: the store was restored from a backup, so what was seen last may be missing.
    Raises AuditBroken for the first row that does not fit.
    """
    await require(services, Right.AUDIT)
    seen = None if after_restore else _seen(services)
    async with services.store.read() as connection:
        verdict = await audit_chain.verify_chain(connection, [*expected, *([seen] if seen else [])])
    _check(verdict)
    if services.witness is not None:
        services.witness.note(services.store.name, verdict.head)
    return VerifiedAudit(verdict.head, verdict.rows)


async def witness_audit(services: Services) -> Changes:
    """One round of the journal: see whether the audit goes on from what this computer saw last, and
    keep its new head. Raises AuditBroken; what was seen then stays. Nothing is recomputed."""
    if services.witness is None:
        return Changes()
    seen = _seen(services) or Head(0, "")
    async with services.store.read() as connection:
        head, hash_there = await audit_chain.head_and_hash_at(connection, seen.position)
    if seen.position > head.position:
        raise AuditBroken(Break(Misfit.CUT_OFF, seen.position), head)
    if seen.position and hash_there != seen.hash:
        raise AuditBroken(Break(Misfit.OTHER_ROW, seen.position), head)
    if head.position > seen.position:
        services.witness.note(services.store.name, head)
    return Changes()


def _seen(services: Services) -> Head | None:
    return services.witness.seen(services.store.name) if services.witness else None


def _check(verdict: Verdict) -> None:
    if verdict.broken is not None:
        raise AuditBroken(verdict.broken, verdict.head)


def _sentence(broken: Break, head: Head) -> str:
    place = f"{broken.position:,}"
    match broken.misfit:
        case Misfit.CHANGED:
            return (
                f"Row {place} of the audit is not as it was written: it was changed, or stands in "
                f"the place of another (its id is {broken.row_id})."
            )
        case Misfit.MISSING:
            return f"Row {place} of the audit is missing."
        case Misfit.OUTSIDE:
            return (
                f"The audit has a row that was put in past the database's own rules (its id is "
                f"{broken.row_id})."
            )
        case Misfit.OTHER_ROW:
            return (
                f"Row {place} of the audit is not the one that was seen there before: what comes "
                "up to it was written anew."
            )
        case Misfit.CUT_OFF:
            return (
                f"The audit ends with row {head.position:,}, but row {place} was seen before: its "
                "end is missing."
            )


_TAMPERED = (
    "Somebody changed the database past the program. Leave the store as it is, find out who had "
    "access to it, and compare it with a backup."
)
_RESTORED = (
    "Where the store was restored from a backup, that is why: “esd audit verify --after-restore” "
    "takes what is there now as seen. Otherwise somebody changed the database past the program."
)
_ADVICE = {
    Misfit.CHANGED: _TAMPERED,
    Misfit.MISSING: _TAMPERED,
    Misfit.OUTSIDE: _TAMPERED,
    Misfit.OTHER_ROW: _RESTORED,
    Misfit.CUT_OFF: _RESTORED,
}
