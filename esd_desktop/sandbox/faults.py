"""Faults on request: which are set, and which of them strikes a call.

A fault strikes the calls of its kind (``any``: every call over HTTPS, not mails), only those about
its ``transaction_id`` or its ``recipient`` where it names one, and so many ``times`` (None: until
cleared). One call is struck by every delay that fits and by at most one other fault, the eldest.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict


class Call(StrEnum):
    """The kinds of call, as they are counted and as faults name them."""

    DISCOVERY = "discovery"
    TOKEN = "token"
    PRODUCTS = "products"
    ISSUE = "issue"
    READ = "read"
    RETURN = "return"
    MAIL = "mail"
    ANY = "any"


class FaultKind(StrEnum):
    """What goes wrong.

    ``html``, ``empty``: with a ``status``, a gateway answers instead of the service and nothing
    takes effect; without one the call takes effect and only the body of its answer is replaced.
    """

    DELAY = "delay"  # `seconds` pass, then the call goes on
    ERROR = "error"  # `status`, `code`, perhaps `retry_after`; no effect
    ERROR_AFTER = "error_after"  # the same after the effect
    GATEWAY_429 = "gateway_429"  # a gateway's 429 with a body of its own form; no effect
    HTML = "html"
    EMPTY = "empty"
    CUT_SHORT = "cut_short"  # takes effect; half of the answer's body arrives
    DROP_BEFORE = "drop_before"  # the connection is dropped, no effect
    DROP_AFTER = "drop_after"  # the connection is dropped after the effect
    HANG = "hang"  # no effect, no answer until the caller gives up
    HANG_AFTER = "hang_after"  # takes effect; no answer until the caller gives up
    UNKNOWN_STATUS = "unknown_status"  # takes effect; the token status says something unheard of
    MISSING_FIELD = "missing_field"  # takes effect; `field` is not in the answer
    WRONG_TYPE = "wrong_type"  # takes effect; `field` is a number
    REFUSE = "refuse"  # mail only: 550
    REFUSE_FOR_NOW = "refuse_for_now"  # mail only: 451


_ERRORS = (FaultKind.ERROR, FaultKind.ERROR_AFTER)
_OF_MAIL_ONLY = {FaultKind.REFUSE, FaultKind.REFUSE_FOR_NOW}
_OF_MAIL = _OF_MAIL_ONLY | {
    FaultKind.DROP_BEFORE,
    FaultKind.DROP_AFTER,
    FaultKind.DELAY,
}


class Fault(Struct):
    """One fault that is set; ``FaultKind`` says which of the last five fields it uses."""

    call: Call
    kind: FaultKind
    times: int | None = 1
    transaction_id: str | None = None
    recipient: str | None = None
    seconds: float = 0.0
    status: int | None = None
    code: str = "ServiceUnavailable"
    retry_after: str | None = None
    field: str = "tokenStatus"

    def __post_init__(self) -> None:
        self.call, self.kind = Call(self.call), FaultKind(self.kind)
        fitting = _OF_MAIL if self.call is Call.MAIL else set(FaultKind) - _OF_MAIL_ONLY
        if self.kind not in fitting:
            raise ValueError(f"the fault {self.kind} does not exist for the call {self.call}")
        if self.kind is FaultKind.DELAY and self.seconds <= 0:
            raise ValueError("a delay needs its seconds")
        if self.kind in _ERRORS and self.status is None:
            raise ValueError("an error needs its status")

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Fault:
        """A fault as it is asked for; ValueError where there is no such fault."""
        unknown = values.keys() - set(cls.__struct_fields__)
        if unknown or not {"call", "kind"} <= values.keys():
            raise ValueError(f"a fault has a call and a kind, and no {sorted(unknown)}")
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """The fault with the times that are left."""
        return asdict(self)

    def fits(self, call: Call, transaction_id: str | None, recipients: list[str]) -> bool:
        """Whether it would strike this call."""
        of_this_call = self.call is call or (self.call is Call.ANY and call is not Call.MAIL)
        of_this_licence = self.transaction_id in (None, transaction_id)
        return of_this_call and of_this_licence and self.recipient in (None, *recipients)


class Strike(Struct):
    """What strikes one call."""

    seconds: float = 0.0
    fault: Fault | None = None


class Faults(Struct):
    """The faults that are set, the eldest first."""

    set: list[Fault] = field(default_factory=list)

    def strike(
        self,
        call: Call,
        transaction_id: str | None = None,
        recipients: tuple[str, ...] = (),
    ) -> Strike:
        """What strikes this call; each fault that does has one time less to go."""
        strike = Strike()
        for fault in list(self.set):
            if fault.kind in _OF_MAIL_ONLY or not fault.fits(
                call, transaction_id, list(recipients)
            ):
                continue
            if fault.kind is FaultKind.DELAY:
                strike.seconds += fault.seconds
            elif strike.fault is None:
                strike.fault = fault
            else:
                continue
            self._use_up(fault)
        return strike

    def strike_recipient(self, address: str) -> Fault | None:
        """The refusal that strikes a mail's recipient when it is named, before the mail is sent."""
        for fault in self.set:
            if fault.kind in _OF_MAIL_ONLY and fault.fits(Call.MAIL, None, [address]):
                self._use_up(fault)
                return fault
        return None

    def _use_up(self, fault: Fault) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self.set.remove(fault)
