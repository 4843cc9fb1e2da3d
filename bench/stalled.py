"""The gaps of a clock of 5 ms on the window's thread, while much goes on. In a process of its own,
called by bench.apart; and the same clock in a program that does nothing, beside it."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.connected import known

if TYPE_CHECKING:
    from esd_desktop.ui.desk import Desk
    from esd_desktop.ui.main_window import MainWindow

_EVERY_MS = 5
_WITHIN_S = 120.0
_SETTLED_S = 2.0
_STEP_S = 0.016
_SORTS = ("customer", "price", "order", "purchase_date")
# For each work the gaps as they were, and without what others took of the processor.
Measured = dict[str, dict[str, list[float]]]


def gaps(store: str, count: int, seconds: float) -> Measured:
    """Seconds from each tick to the next during each of the works, which go on for so long; as many
    licences as the service knows are asked about."""
    measured: Measured = {}
    ids = tuple(asset_id for asset_id, *_ in known(Path(store), count))

    async def work(desk: Desk, window: MainWindow) -> None:
        await _measure(desk, window, ids, seconds, measured)

    with tempfile.TemporaryDirectory() as home:
        os.environ.update(ESD_DESKTOP_HOME=home, ESD_DESKTOP_VAULT="file")
        from esd_desktop import start

        start.run_window(sys.argv[:1], store, drive=work)
    return measured


async def _measure(
    desk: Desk, window: MainWindow, ids: tuple[int, ...], seconds: float, measured: Measured
) -> None:
    from tests.reliability.faults.stillness import beating

    await _until(lambda: window.workspace is not None)
    assert window.workspace is not None
    assets = window.workspace.page.assets.list
    await _until(lambda: assets.feed.is_settled and assets.feed.query is not None)
    with tempfile.TemporaryDirectory() as folder:
        works = _works(desk, assets, ids, Path(folder), seconds)
        await asyncio.sleep(_SETTLED_S)
        for name, work in works.items():
            beside = asyncio.create_task(work)
            with beating() as gaps:
                if "scrolling" in name:
                    await _scroll(assets, seconds)
                else:
                    await asyncio.sleep(seconds)
            measured[name] = {"whole": gaps.whole, "own": gaps.own}
            beside.cancel()
            await asyncio.gather(beside, return_exceptions=True)


def _works(
    desk: Desk, assets: Any, ids: tuple[int, ...], folder: Path, seconds: float
) -> dict[str, Coroutine[Any, Any, None]]:
    from esd_desktop.models.asset_rows import AssetChoice
    from esd_desktop.models.mass_rows import MassKind
    from esd_desktop.models.rows import AssetQuery
    from esd_desktop.services import mass_work
    from esd_desktop.services.export_assets import export_assets
    from esd_desktop.services.import_assets import import_assets

    everything = AssetChoice(AssetQuery())
    file = folder / "assets.csv"

    async def refresh() -> None:
        choice = AssetChoice(AssetQuery(), ids)
        begun = await desk.work(mass_work.begin, MassKind.UPDATE_STATUS, choice)
        try:
            while (await desk.read(mass_work.work, begun.id)).waiting:  # noqa: ASYNC110
                await asyncio.sleep(1.0)
        except asyncio.CancelledError:
            # It would go on beneath what is measured next.
            await desk.work(mass_work.stop, begun.id)
            raise

    async def export() -> None:
        while True:
            await desk.work(export_assets, everything, (), file, replace_file=True)

    async def read_in() -> None:
        while True:
            await desk.worker.call(import_assets, source, dry_run=True)

    async def sort() -> None:
        while True:
            for name in _SORTS:
                assets.header.sort_by(name, descending=False)
                assets.refresh()
                await asyncio.sleep(0.5)

    source = folder / "import.csv"
    source.write_text(_lines(), encoding="utf-8")
    return {
        "scrolling, nothing else": asyncio.sleep(seconds),
        "scrolling, during refresh": refresh(),
        "during export": export(),
        "during import": read_in(),
        "during sort": sort(),
    }


def _lines() -> str:
    """Some sales of one customer, as another system would write them."""
    head = "customer,product,purchase date,price,currency,transaction id,status\n"
    line = "Aegean Shipping SA,Office 2024,2026-01-02,219.00,EUR,bench-{},Failed\n"
    return head + "".join(line.format(number) for number in range(50_000))


async def _scroll(assets: Any, seconds: float) -> None:
    """Down, a few lines at a time, as with a wheel; and to another place now and then."""
    bar = assets.table.verticalScrollBar()
    until = time.monotonic() + seconds
    steps = 0
    while time.monotonic() < until:
        steps += 1
        place = bar.value() + 3
        if steps % 60 == 0:
            place += bar.maximum() // 7
        bar.setValue(place % max(1, bar.maximum()))
        await asyncio.sleep(_STEP_S)


def idle_gaps(seconds: float) -> list[float]:
    """Of a bare clock, in a program that does nothing else: what the machine itself adds."""
    found, until = [], time.monotonic() + seconds
    last = time.perf_counter()
    while time.monotonic() < until:
        time.sleep(_EVERY_MS / 1000)
        now = time.perf_counter()
        found.append(now - last)
        last = now
    return found


async def _until(holds: Any) -> None:
    deadline = time.monotonic() + _WITHIN_S
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(0.002)
