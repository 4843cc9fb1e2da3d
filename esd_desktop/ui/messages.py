"""The one door for what the window tells a person: a toast now, a line of the activity list after."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from PySide6.QtCore import QObject, Signal

from esd_desktop.errors import EsdError, Refused
from esd_desktop.models.values import utc_now
from esd_desktop.services.changes import Outcome, Result
from esd_desktop.ui.look.colours import Tone

log = structlog.get_logger(__name__)

KEPT = 500


@dataclass(frozen=True, slots=True)
class Message:
    """One thing the person was told. ``action`` is a button: its label and what it does."""

    tone: Tone
    sentence: str
    advice: str = ""
    correlation_id: str | None = None
    action: tuple[str, Callable[[], None]] | None = None
    asset_id: int | None = None
    at: datetime = field(default_factory=utc_now)


_TONES = {
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

    def post(self, message: Message) -> None:
        """Tell the person."""
        self.kept.append(message)
        self.posted.emit(message)

    def outcome(
        self, outcome: Outcome, *, action: tuple[str, Callable[[], None]] | None = None
    ) -> None:
        """Tell what a verb did."""
        only = next(iter(outcome.changes.assets)) if len(outcome.changes.assets) == 1 else None
        self.post(
            Message(
                _TONES[outcome.result],
                outcome.sentence,
                outcome.advice,
                outcome.correlation_id,
                action,
                asset_id=only,
            )
        )

    def fault(self, fault: EsdError) -> None:
        """Tell a fault of the world in its own words."""
        tone = Tone.WARNING if isinstance(fault, Refused) else Tone.BAD
        self.post(Message(tone, fault.sentence, fault.advice, fault.correlation_id))

    def bug(self, error: BaseException) -> None:
        """Tell that the program itself failed; the log has the details."""
        log.error("bug", exc_info=error)
        self.post(
            Message(
                Tone.BAD,
                "Something went wrong inside ESD Desktop; nothing was changed by this window.",
                "Please try again. Help, Open Log Folder has the details for support.",
            )
        )
