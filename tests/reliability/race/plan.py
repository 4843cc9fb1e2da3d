"""What the desktops of a race do, drawn by chance: the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

_SIMPLEST = 10  # what hypothesis begins with: the same action over and over


class Deed(StrEnum):
    """What somebody does, the customer and Microsoft among them."""

    UPDATE = "update"
    RESEND = "resend"
    RESEND_MAIL = "resend mail"
    BOUNCE = "bounce"
    CANCEL = "cancel"
    DELETE = "delete"
    RESTORE = "restore"
    ORDER = "order"
    ORDER_TWICE = "order twice"
    RETRY = "retry"
    REQUEST = "request"
    APPROVE = "approve"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EDIT = "edit account"
    REVEAL = "reveal"
    SETTLE = "settle one"
    JOURNAL = "journal round"
    OUTBOX = "outbox round"
    LISTS = "lists"
    REDEEM = "customer redeems"
    FAULT = "Microsoft fails"


# How often, of a hundred.
_SHARES = {
    Deed.UPDATE: 12,
    Deed.RESEND: 6,
    Deed.RESEND_MAIL: 4,
    Deed.BOUNCE: 3,
    Deed.CANCEL: 8,
    Deed.DELETE: 5,
    Deed.RESTORE: 4,
    Deed.ORDER: 7,
    Deed.ORDER_TWICE: 3,
    Deed.RETRY: 6,
    Deed.REQUEST: 5,
    Deed.APPROVE: 5,
    Deed.DECLINE: 2,
    Deed.WITHDRAW: 2,
    Deed.EDIT: 8,
    Deed.REVEAL: 2,
    Deed.SETTLE: 2,
    Deed.JOURNAL: 3,
    Deed.OUTBOX: 5,
    Deed.LISTS: 3,
    Deed.REDEEM: 2,
    Deed.FAULT: 3,
}


@dataclass(frozen=True, slots=True)
class Action:
    """One deed. ``which`` and ``how`` are the chance that it is done with: which record of those
    that are there by then, which of a few ways."""

    deed: Deed
    which: int
    how: int


_ACTION = st.builds(
    Action,
    st.sampled_from([deed for deed, share in _SHARES.items() for _ in range(share)]),
    # Mostly the same few records: there the desktops meet.
    st.one_of(st.integers(0, 7), st.integers(0, 7), st.integers(0, 10_000)),
    st.integers(0, 99),
)


def drawn(actions: int, number: int) -> list[Action]:
    """So many actions, drawn with this seed."""
    found: list[Action] = []

    @seed(number)
    @settings(
        max_examples=actions + _SIMPLEST,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
        deadline=None,
    )
    @given(_ACTION)
    def draw(action: Action) -> None:
        found.append(action)

    draw()
    return found[-actions:]
