"""What may go wrong at each seam: the store, Microsoft, Entra, the mail server, the keyring, the
file system. What is raised here is what the libraries raise, so that it takes the program's own way
from there to a sentence."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import aiosmtplib
import httpx2 as httpx

from esd_desktop.errors import VaultFault
from esd_desktop.sandbox.client import SandboxControl
from tests.reliability.seams import Kind, Step, When
from tests.support.keyrings import UNUSABLE

Deal = Callable[[SandboxControl], object]


@dataclass(frozen=True, slots=True)
class Blow:
    """One way in which something goes wrong at a seam: ``deal`` raises, or has Microsoft say no to
    the call that is about to be sent."""

    name: str
    kind: Kind
    when: When
    deal: Deal


class Striking:
    """Deals a blow to the call of this number, or from it on to all. ``struck`` are the calls that
    it was dealt to; ``heal`` ends it."""

    def __init__(
        self, blow: Blow, number: int, sandbox: SandboxControl, *, from_then_on: bool
    ) -> None:
        self.blow = blow
        self.number = number
        self.from_then_on = from_then_on
        self.struck: list[Step] = []
        self._sandbox = sandbox

    def __call__(self, step: Step) -> None:
        is_its_turn = step.number == self.number or (
            self.from_then_on and step.number > self.number
        )
        if step.when is self.blow.when and is_its_turn:
            self.struck.append(step)
            self.blow.deal(self._sandbox)

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        self._sandbox.clear_faults()

    def __str__(self) -> str:
        how = "from then on" if self.from_then_on else "once"
        return f"{self.blow.kind} {self.number} {self.blow.when}: {self.blow.name}, {how}"


def _raising(make: Callable[[], Exception]) -> Deal:
    def deal(_: SandboxControl) -> None:
        raise make()

    return deal


def _store(words: str) -> Deal:
    return _raising(lambda: sqlite3.OperationalError(words))


def _os_error(number: int) -> Deal:
    return _raising(lambda: OSError(number, os.strerror(number)))


def _answers(status: int, code: str) -> Deal:
    """The next call is answered so."""
    return lambda sandbox: sandbox.set_fault("any", "error", status=status, code=code)


def _keyring_gone() -> Exception:
    """As services/vault.py tells it of any keyring."""
    fault = VaultFault("This computer's keyring cannot be used.", advice="Unlock it.")
    fault.__cause__ = UNUSABLE["its service is gone"]
    return fault


def _refused_for_good() -> Exception:
    refused = aiosmtplib.SMTPRecipientRefused(550, "No such person", "office@aegean.example")
    return aiosmtplib.SMTPRecipientsRefused([refused])


_FULL, _BROKEN, _LOCKED = "database or disk is full", "disk I/O error", "database is locked"
BLOWS: Sequence[Blow] = (
    Blow("disk full", Kind.COMMIT, When.BEFORE, _store(_FULL)),
    Blow("disk broken", Kind.COMMIT, When.BEFORE, _store(_BROKEN)),
    Blow("locked", Kind.COMMIT, When.BEFORE, _store(_LOCKED)),
    Blow("answer lost", Kind.COMMIT, When.AFTER, _store("the connection is lost")),
    Blow("disk full", Kind.STATEMENT, When.BEFORE, _store(_FULL)),
    Blow("locked", Kind.STATEMENT, When.BEFORE, _store(_LOCKED)),
    Blow("refused", Kind.CALL, When.BEFORE, _raising(lambda: httpx.ConnectError("refused"))),
    Blow("500", Kind.CALL, When.BEFORE, _answers(500, "ServiceUnavailable")),
    Blow("time-out", Kind.CALL, When.AFTER, _raising(lambda: httpx.ReadTimeout("no answer"))),
    Blow("refused", Kind.SIGN_IN, When.BEFORE, _raising(lambda: httpx.ConnectError("refused"))),
    Blow("500", Kind.SIGN_IN, When.BEFORE, _answers(500, "ServiceUnavailable")),
    Blow("time-out", Kind.SIGN_IN, When.AFTER, _raising(lambda: httpx.ReadTimeout("no answer"))),
    Blow("refused", Kind.MAIL, When.BEFORE, _raising(_refused_for_good)),
    Blow(
        "away",
        Kind.MAIL,
        When.BEFORE,
        _raising(lambda: aiosmtplib.SMTPServerDisconnected("gone")),
    ),
    Blow(
        "answer lost",
        Kind.MAIL,
        When.AFTER,
        _raising(lambda: aiosmtplib.SMTPServerDisconnected("gone")),
    ),
    Blow("keyring gone", Kind.VAULT, When.BEFORE, _raising(_keyring_gone)),
    Blow("disk full", Kind.FILE, When.BEFORE, _os_error(errno.ENOSPC)),
    Blow("read-only", Kind.FILE, When.BEFORE, _os_error(errno.EROFS)),
    Blow("forbidden", Kind.FILE, When.BEFORE, _os_error(errno.EACCES)),
)
