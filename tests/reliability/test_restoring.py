"""A restore that is killed: what opens afterwards is the old store or the new one, whole."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from msgspec.structs import replace

from esd_desktop.opening import open_services, restore
from esd_desktop.services.back_up import back_up
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.services.verify_audit import verify_audit
from esd_desktop.settings import Folders, load_settings
from tests.reliability.restoring import OF_A_FILE, OF_A_SERVER
from tests.support.desktops import address_of
from tests.support.sowing import sow

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="its child is forked"),
    pytest.mark.timeout(180),
]

_ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def killed_at(points: Sequence[str], store: str, backup: Path) -> Iterator[Iterator[str]]:
    """Restores that die, one after the other: each is over when its point comes out."""
    command = [sys.executable, "-m", "tests.reliability.restoring", store, str(backup), *points]
    with subprocess.Popen(
        command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        asked, told = program.stdin, program.stdout
        assert asked is not None
        assert told is not None

        def each(asked: IO[str] = asked, told: IO[str] = told) -> Iterator[str]:
            for point in points:
                assert told.readline() == "next\n"
                yield point
                asked.write("\n")
                asked.flush()

        yield each()
        asked.close()


async def is_restored(places: Folders, store: str) -> bool:
    """Whether the store is the backup's by now; it has to be whole either way."""
    settings = replace(load_settings(places), store=store)
    services = await open_services(places, settings)
    try:
        # A restore that came to its end but could not say so leaves the other head behind.
        await verify_audit(services, after_restore=True)
        return (await asset_detail(services, 1)).deleted_at is None
    finally:
        await services.close()


@pytest.mark.both_stores
async def test_a_restore_that_is_killed_leaves_the_old_store_or_the_new_one(
    services: Services, places: Folders
) -> None:
    sown = await sow(services)
    backup = (await back_up(services)).file
    await delete_asset(services, sown.activated)
    store, is_file = address_of(services), services.store.file is not None
    await services.close()
    points = OF_A_FILE if is_file else OF_A_SERVER
    with killed_at(points, store, backup) as deaths:
        restored = {point: await is_restored(places, store) for point in deaths}
    done = {"all pages"} if is_file else set()
    assert restored == {point: point in done for point in points}
    settings = replace(load_settings(places), store=store)
    await restore(places, settings, backup)
    assert await is_restored(places, store)
    left = [file.name for file in places.data.rglob("*") if file.suffix == ".part"]
    assert left == []
