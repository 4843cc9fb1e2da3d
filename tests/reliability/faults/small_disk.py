"""Trials on a disk that is really full, and on one that is really read-only.

It is a small disk in memory, which is mounted in a world of its own and gone with this process::

    unshare --map-root-user --mount python -m tests.reliability.faults.small_disk STAND SANDBOX …

names the folders where the scenes and the address of the sandbox are, and then the flows. It says
on standard output what is wrong, and how often a flow told of the full disk.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from esd_desktop.errors import EsdError
from esd_desktop.logs import start_logging
from esd_desktop.sandbox.client import SandboxControl
from tests.reliability.faults.blows import Blow, Striking
from tests.reliability.faults.series import HARMED
from tests.reliability.faults.trial import carried_out
from tests.reliability.flows import Flow
from tests.reliability.scene import Scene, sandbox_in
from tests.reliability.seams import Kind, Step, When
from tests.scenarios.faults.telling import is_plain

_SIZE = "8m"
_PIECE = bytes(4096)
_FULL = Blow("the disk is full", Kind.COMMIT, When.BEFORE, lambda sandbox: None)


class Filling(Striking):
    """Fills the disk when the change of this number is about to be made."""

    def __init__(self, number: int, disk: Path, sandbox: SandboxControl) -> None:
        super().__init__(_FULL, number, sandbox, from_then_on=False)
        self._ballast = disk / "ballast"

    def __call__(self, step: Step) -> None:
        super().__call__(step)
        if self.struck:
            self._fill()

    def heal(self) -> None:
        super().heal()
        self._ballast.unlink(missing_ok=True)

    def _fill(self) -> None:
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(_PIECE)
            except OSError:
                return


def main(stand: Path, sandbox_folder: Path, flows: Sequence[str]) -> None:
    """Hold the trials of these flows."""
    disk = sandbox_folder / "disk"
    disk.mkdir()
    _run("mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(disk))
    start_logging(sandbox_folder / "logs")
    sandbox = sandbox_in(sandbox_folder)
    wrong: list[str] = []
    told = {
        name: asyncio.run(_trials(Scene.read(stand / name), HARMED[name], disk, sandbox, wrong))
        for name in flows
    }
    sandbox.close()
    sys.stdout.write(json.dumps({"wrong": wrong, "told": told}))


async def _trials(
    scene: Scene, flow: Flow, disk: Path, sandbox: SandboxControl, wrong: list[str]
) -> int:
    """How often it was told that the disk is full: at each change in turn."""
    told = 0
    for number in count(1):
        on_disk = scene.copied_to(disk / "scene")
        filling = Filling(number, disk, sandbox)
        found = await carried_out(on_disk, flow, sandbox, filling)
        wrong += [f"{flow.name}, {filling}: {each}" for each in found.wrong]
        told += bool(found.said)
        shutil.rmtree(on_disk.folder)
        if not found.struck:
            break
    on_disk = scene.copied_to(disk / "scene")
    wrong += [
        f"{flow.name}, read-only: {each}" for each in await _read_only(on_disk, flow, disk, sandbox)
    ]
    shutil.rmtree(on_disk.folder)
    return told


async def _read_only(scene: Scene, flow: Flow, disk: Path, sandbox: SandboxControl) -> list[str]:
    """Nothing can be written: that is told, nothing happens at Microsoft, and what is there is as
    it was."""
    scene.set_sandbox(sandbox)
    flow.stage(sandbox, scene)
    before = scene.store.read_bytes()
    with _remounted(disk):
        try:
            services = await scene.opened()
        except EsdError as fault:
            told = str(fault)
        else:
            try:
                await flow.act(services, scene)
                told = ""
            except EsdError as fault:
                told = str(fault)
            await services.close()
    wrong = [] if told and is_plain(told) else [f"of a read-only disk it is told: {told!r}"]
    if [each for each in sandbox.effects() if each["kind"] in ("issue", "return")]:
        wrong.append("something was done at Microsoft, and it could not be written down")
    if scene.store.read_bytes() != before:
        wrong.append("the store is another one")
    services = await scene.opened()
    try:
        await flow.go_on(services, scene)
    finally:
        await services.close()
    return wrong


@contextmanager
def _remounted(disk: Path) -> Iterator[None]:
    _run("mount", "-o", "remount,ro", str(disk))
    yield
    _run("mount", "-o", "remount,rw", str(disk))


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
