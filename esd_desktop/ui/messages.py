"""The one door for what the window tells a person: a toast now, a line of the activity after."""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from msgspec import Struct, field
from PySide6.QtCore import QObject, Signal

from esd_desktop.errors import EsdError, Refused, StoreAway
from esd_desktop.models.values import utc_now
from esd_desktop.services.changes import Outcome, Result
from esd_desktop.ui.look.colours import Tone

log = structlog.get_logger(__name__)

KEPT = 500
_BUG_AGAIN_AFTER = timedelta(minutes=1)
_TRIED_AGAIN = "It is tried again by itself. What you typed stays; save it when the store is back."
_READ_ANEW = "What you see is read anew. What could not be saved meanwhile can be saved now."


Action = tuple[str, Callable[[], None]]


class Message(Struct, frozen=True):
    """One thing the person was told. ``action`` is a button: its label and what it does. ``links``
    lead to what it is about; unlike the action, they may be followed at any time later.

    A ``quiet`` one was told where it was asked for, such as in a dialog, and needs no toast."""

    tone: Tone
    sentence: str
    advice: str = ""
    correlation_id: str | None = None
    action: Action | None = None
    asset_id: int | None = None
    quiet: bool = False
    links: tuple[Action, ...] = ()
    at: datetime = field(default_factory=utc_now)


TONES = {
    Result.DONE: Tone.GOOD,
    Result.UNCHANGED: Tone.NEUTRAL,
    Result.WARNING: Tone.WARNING,
    Result.REFUSED: Tone.BAD,
}


class Messages(QObject):
    """``posted`` carries each Message as it comes; ``kept`` are the last 500, the eldest first."""

    posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kept: deque[Message] = deque(maxlen=KEPT)
        self._bugs_told: dict[str, datetime] = {}
        self._store_is_away = False

    def post(self, message: Message) -> None:
        """Tell the person."""
        self.kept.append(message)
        self.posted.emit(message)

    def outcome(
        self,
        outcome: Outcome,
        *,
        action: Action | None = None,
        quiet: bool = False,
        links: tuple[Action, ...] = (),
    ) -> None:
        """Tell what a verb did."""
        only = next(iter(outcome.changes.assets)) if len(outcome.changes.assets) == 1 else None
        self.post(
            Message(
                TONES[outcome.result],
                outcome.sentence,
                outcome.advice,
                outcome.correlation_id,
                action,
                asset_id=only,
                quiet=quiet,
                links=links,
            )
        )

    def fault(self, fault: EsdError, *, quiet: bool = False) -> None:
        """Tell a fault of the world in its own words."""
        self.post(
            Message(tone_of(fault), fault.sentence, fault.advice, fault.correlation_id, quiet=quiet)
        )

    def unread(self, fault: EsdError) -> None:
        """Tell why something could not be read again. Where the store is away, that has been told,
        and all is read again when it is back."""
        if not (self._store_is_away and isinstance(fault, StoreAway)):
            self.fault(fault)

    def store_reach(self, fault: EsdError | None) -> None:
        """Tell that the store went away, and why, or that it is back."""
        self._store_is_away = fault is not None
        if fault is None:
            self.post(Message(Tone.GOOD, "The store can be reached again.", _READ_ANEW))
        else:
            self.post(Message(Tone.BAD, fault.sentence, _TRIED_AGAIN))

    def bug(self, error: BaseException) -> None:
        """Tell that the program itself failed; the log has the details. What fails again and again,
        such as a painting, is logged each time but told once a minute."""
        log.error("bug", exc_info=error)
        place, now = _place_of(error), utc_now()
        told = self._bugs_told.get(place)
        if told is not None and now - told < _BUG_AGAIN_AFTER:
            return
        self._bugs_told[place] = now
        self.post(
            Message(
                Tone.BAD,
                "Something went wrong inside ESD Desktop.",
                "Look at the record before you try again. Help, Open Log Folder has the details "
                "for support.",
            )
        )


def tone_of(fault: EsdError) -> Tone:
    """How a fault looks: a refusal is no failure."""
    return Tone.WARNING if isinstance(fault, Refused) else Tone.BAD


def _place_of(error: BaseException) -> str:
    """The kind of the error and the line that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return type(error).__qualname__ + where
