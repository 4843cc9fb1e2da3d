"""Mass work, a thing done to many assets, and its items, as they are listed. All times are aware
and in UTC; keys are masked."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from esd_desktop.models.statuses import Word
from esd_desktop.records import Discreet


class MassKind(Word):
    """What is done to each of them."""

    UPDATE_STATUS = "Update status"
    RESEND = "Resend"
    CANCEL = "Cancel"


class MassState(Word):
    """How it stands as a whole. Paused: it can go on. Stopped: it was given up for good."""

    RUNNING = "Running"
    PAUSED = "Paused"
    STOPPED = "Stopped"
    DONE = "Done"


class ItemState(Word):
    """What came of one asset. Waiting: its turn has not come, or never will, where the work was
    stopped. Failed: it was refused, or went wrong."""

    WAITING = "Waiting"
    UNDER_WAY = "Under way"
    DONE = "Done"
    UNCHANGED = "Unchanged"
    WARNING = "Warning"
    FAILED = "Failed"


class MassWorkRow(Struct, frozen=True):
    """A mass work. ``scope`` says in words to which assets it is done; ``reason`` and ``advice``
    why it paused by itself, empty where it did not. ``run_by`` is the person under whose name it
    goes on, ``running_in`` the computer whose program works on it now, empty where none does.
    ``per_second``: results lately."""

    id: int
    kind: MassKind
    scope: str
    comment: str | None
    asked_by: str
    asked_at: datetime
    state: MassState
    reason: str
    advice: str
    run_by: str
    running_in: str
    total: int
    done: int
    unchanged: int
    warnings: int
    failed: int
    per_second: float
    ended_at: datetime | None

    @property
    def ended(self) -> int:
        """How many have their result."""
        return self.done + self.unchanged + self.warnings + self.failed

    @property
    def waiting(self) -> int:
        """How many have none."""
        return self.total - self.ended

    @property
    def seconds_left(self) -> float | None:
        """About how long it still takes; None where that cannot be told."""
        return self.waiting / self.per_second if self.per_second > 0 else None


class MassItemRow(Discreet, frozen=True):
    """What came of one asset, in words."""

    KEPT_BACK: ClassVar = ("masked_key",)

    asset_id: int
    customer: str
    product: str
    order_number: str
    masked_key: str | None
    state: ItemState
    sentence: str
    advice: str
    correlation_id: str | None
    ended_at: datetime | None

    @property
    def id(self) -> int:
        """What it is known by among the results of one work."""
        return self.asset_id
