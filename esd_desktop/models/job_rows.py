"""How the workers of a shared store are, and how the calls of a connection are shared out."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class WorkerState(Struct, frozen=True):
    """``workers``: how many live, by what they said within the last half minute; ``seen_at``: when
    one last did, aware, in UTC, None where none ever has or all have ended in order. The rest are
    jobs: those that wait, are under way, and have failed."""

    workers: int
    seen_at: datetime | None
    waiting: int
    doing: int
    failed: int


class SharedPace(Struct, frozen=True):
    """How the processes that call Microsoft over a connection stand together: how many they are,
    how many calls all of them found to go well at once, and for how many seconds nobody calls."""

    sharers: int
    found: int
    paused_for: float
