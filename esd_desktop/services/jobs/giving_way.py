"""A desktop leaves what is to be done to a worker, where one lives, for some seconds: a worker goes
on when the desktop is closed. Where nobody takes it by then, the desktop does."""

from __future__ import annotations

import time
from collections.abc import Collection

from esd_desktop.models.store import job_queue
from esd_desktop.services.context import Services

LEFT_FOR_S = 10.0


class GivingWay:
    """What this process has seen free, and since when."""

    def __init__(self, left_for: float = LEFT_FOR_S) -> None:
        self._left_for = left_for
        self._seen_at: dict[int, float] = {}

    async def ours(self, services: Services, free: Collection[int]) -> list[int]:
        """Of the works that nobody has, those that this process may take now."""
        now = time.monotonic()
        self._seen_at = {work_id: self._seen_at.get(work_id, now) for work_id in free}
        fresh = [each for each in free if now < self._seen_at[each] + self._left_for]
        if fresh and await _worker_lives(services):
            return [each for each in free if each not in fresh]
        return list(free)


async def _worker_lives(services: Services) -> bool:
    async with services.store.read() as connection:
        state = await job_queue.worker_state(connection)
    return state is not None and state.workers > 0
