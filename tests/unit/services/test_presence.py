"""A process that was killed is known to be gone, and what it had asked for is settled at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from esd_desktop.models.statuses import AssetStatus, OperationKind, OperationState
from esd_desktop.models.store import assets, operations
from esd_desktop.models.values import new_id
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.context import Services
from esd_desktop.services.operations import start
from esd_desktop.services.presence import Presence
from esd_desktop.services.settle_doubt import settle_doubt
from esd_desktop.settings import Folders
from tests.support.connecting import order_one

_OTHER = """
import sys
from pathlib import Path
from esd_desktop.services.presence import Presence
presence = Presence(Path(sys.argv[1]))
print(presence.name, flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process(data: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that is there until it is killed, and its name."""
    with subprocess.Popen(
        [sys.executable, "-c", _OTHER, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


async def asked_in(services: Services, asset_id: int, process: str) -> None:
    """A process has just written down that it asks for the return."""
    async with services.store.change() as work:
        asset = await assets.for_change(work, asset_id)
        operation = await start(
            services, work, OperationKind.RETURN, asset, correlation_id=new_id()
        )
        operation.started_in = process
        await work.commit()


async def state(services: Services, asset_id: int) -> OperationState | None:
    async with services.store.read() as connection:
        row = await operations.unsettled_of(connection, asset_id)
        return row.state if row else None


def test_a_process_is_there_until_it_is_killed(tmp_path: Path) -> None:
    here = Presence(tmp_path)
    with another_process(tmp_path) as (process, name):
        assert not here.is_gone(name)
        process.kill()
        process.wait()
        assert here.is_gone(name)
    assert not here.is_gone(here.name)
    here.close()


@pytest.mark.parametrize("name", ["elsewhere.0000", "", "../outside"])
def test_of_what_is_not_of_this_computer_nothing_is_concluded(tmp_path: Path, name: str) -> None:
    here = Presence(tmp_path)
    assert not here.is_gone(name)
    here.close()


def test_one_that_ended_as_it_should_leaves_nothing_behind(tmp_path: Path) -> None:
    here, other = Presence(tmp_path), Presence(tmp_path)
    other.close()
    assert not here.is_gone(other.name)
    here.close()
    assert list((tmp_path / "running").iterdir()) == []


def test_what_killed_processes_left_behind_goes_after_a_day(tmp_path: Path) -> None:
    here = Presence(tmp_path)
    host = here.name.partition(".")[0]
    old, new = (tmp_path / "running" / f"{host}.{age}" for age in ("old", "new"))
    for file in (old, new):
        file.touch()
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    for file in (old, tmp_path / "running" / here.name):
        os.utime(file, (two_days_ago, two_days_ago))
    other = Presence(tmp_path)
    assert not old.exists()
    assert other.is_gone(new.name)
    assert not other.is_gone(here.name)
    for presence in (here, other):
        presence.close()


async def test_what_a_killed_process_asked_for_is_settled_at_once(
    services: Services, connected: int, places: Folders, sandbox: SandboxControl
) -> None:
    asset = await order_one(services, connected)
    with another_process(places.data) as (process, name):
        await asked_in(services, asset, name)
        await settle_doubt(services)
        assert await state(services, asset) is OperationState.STARTED
        process.kill()
        process.wait()
    await settle_doubt(services)
    assert await state(services, asset) is None
    assert (await asset_detail(services, asset)).status is AssetStatus.CANCELLED
    assert sum(effect["kind"] == "return" for effect in sandbox.effects()) == 1


async def test_what_another_computer_asked_for_is_waited_for(
    services: Services, connected: int
) -> None:
    asset = await order_one(services, connected)
    await asked_in(services, asset, f"elsewhere.{new_id()}")
    await settle_doubt(services)
    assert await state(services, asset) is OperationState.STARTED
