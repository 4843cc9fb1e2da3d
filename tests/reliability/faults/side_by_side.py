"""Holding all trials, in as many processes as there are processors, each with its own sandbox."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path

from esd_desktop.logs import start_logging
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.sandbox.process import SandboxProcess
from tests.reliability.faults.series import Series, Stand, Trial, every_series


def all_trials(folder: Path, flows: Sequence[str]) -> Iterator[Trial]:
    """The trials of all series of these flows, as they come."""
    context = get_context("spawn")
    jobs = os.cpu_count() or 1
    sandboxes = [SandboxProcess(folder / f"sandbox-{job}") for job in range(jobs)]
    places: Queue[Path] = context.Queue()
    for job in range(jobs):
        places.put(folder / f"sandbox-{job}")
    try:
        with ProcessPoolExecutor(jobs, context, _begin, (places, tuple(flows))) as pool:
            held = [pool.submit(_held, series) for series in every_series(flows)]
            for done in as_completed(held):
                yield from done.result()
    finally:
        for sandbox in sandboxes:
            sandbox.stop()


class _Own:
    """What a process has of its own."""

    stand: Stand


def _begin(places: Queue[Path], flows: Sequence[str]) -> None:
    sandbox_folder = places.get()
    folder = sandbox_folder.with_name(sandbox_folder.name.replace("sandbox", "stand"))
    start_logging(folder / "logs")
    _Own.stand = Stand(folder, SandboxControl(SandboxAddresses.read(sandbox_folder)))
    asyncio.run(_Own.stand.prepare(flows))


def _held(series: Series) -> list[Trial]:
    async def all_of_it() -> list[Trial]:
        return [trial async for trial in _Own.stand.hold_all(series)]

    return asyncio.run(all_of_it())
