"""Where a trial is held: the program dies, is started again, and what it left behind is judged."""

from __future__ import annotations

import json
import multiprocessing
import random
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from multiprocessing import process
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.client import SandboxControl
from tests.reliability import program
from tests.reliability.every_flow import FLOWS
from tests.reliability.scene import Scene
from tests.reliability.seams import Kind, When

if TYPE_CHECKING:  # Windows has neither
    from multiprocessing.context import ForkServerContext, ForkServerProcess

_ENDS_WITHIN_S = 300.0
# Random moments reach beyond the end of a flow: a run that was not killed must be sound as well.
_REACH = 1.15
# How often the program that is started again is killed while it settles what the first one left.
_KILLED_AGAIN = 0.3
_MOST_RESTARTS = 3
_SETTLING = "settling"
# What a life would otherwise import by itself: much of its time.
_IMPORTED_LATE = ("msal", "anyio._backends._asyncio")


class Way(StrEnum):
    """How the moment of death is chosen."""

    RANDOM = "random"
    STEPS = "steps"


class Fate(StrEnum):
    """What became of the program that did the flow."""

    KILLED = "killed"
    FINISHED = "finished"


At = tuple[Kind, int, When]


@dataclass(frozen=True, slots=True)
class Trial:
    """One life of the program: ``order/17`` dies at a random moment, ``order/commit-3-after`` at
    that step."""

    flow: str
    mark: str

    @classmethod
    def named(cls, name: str) -> Trial:
        flow, _, mark = name.partition("/")
        return cls(flow, mark)

    @property
    def name(self) -> str:
        return f"{self.flow}/{self.mark}"

    @property
    def way(self) -> Way:
        return Way.RANDOM if self.mark.isdigit() else Way.STEPS

    @property
    def step(self) -> At:
        kind, number, when = self.mark.rsplit("-", 2)
        return Kind(kind), int(number), When(when)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a trial; ``wrong`` is empty where nothing was lost or doubled."""

    trial: Trial
    fate: Fate
    restarts: int
    wrong: Sequence[str]
    folder: Path


class Arena:
    """A sandbox of its own, with the scenes of the flows on it. One trial at a time."""

    def __init__(
        self, folder: Path, addresses: SandboxAddresses, seed: int, lasts: dict[str, float]
    ) -> None:
        self._folder = folder
        self._addresses = addresses
        self._sandbox = SandboxControl(addresses)
        self._seed = seed
        # Seconds of a life that nobody cut short, by flow; shared by all arenas.
        self._lasts = lasts
        self._scenes = folder / "scenes"
        self._scenes.mkdir(parents=True)

    def close(self) -> None:
        """Let the sandbox go."""
        self._sandbox.close()

    def prepare(self, flows: Sequence[str]) -> None:
        """Make the scenes of these flows."""
        began = self._started(program.prepare, self._scenes, self._addresses, tuple(flows))
        self._has_ended(began, self._scenes)

    def rehearse(self, flow: str) -> list[Trial]:
        """Go through a flow undisturbed: how long it takes, and a trial for each of its steps."""
        scene = self._scene(flow, f"{flow}-steps")
        self._has_ended(self._started(program.record, scene.folder, flow), scene.folder)
        seen = json.loads((scene.folder / program.STEPS).read_text())
        shutil.rmtree(scene.folder)
        scene = self._scene(flow, f"{flow}-time")
        self._killed_after(None, program.work, scene.folder, flow)
        shutil.rmtree(scene.folder)
        return [Trial(flow, f"{kind}-{number}-{when}") for kind, number, when, _what in seen]

    def hold(self, trial: Trial) -> Verdict:
        """Have the program die, start it again, and judge. A sound trial leaves nothing behind."""
        chance = random.Random(f"{self._seed}/{trial.name}")
        scene = self._scene(trial.flow, trial.name.replace("/", "-"))
        wrong: list[str] = []
        fate, restarts = Fate.FINISHED, 0
        try:
            fate = self._die(trial, scene, chance)
            wrong += FLOWS[trial.flow].left_behind(scene)
            restarts = self._settle(trial, scene, chance)
            wrong += self._judge(trial, scene)
        except _Unforeseen as ended:
            wrong.append(str(ended))
        if not wrong:
            shutil.rmtree(scene.folder)
        return Verdict(trial, fate, restarts, wrong, scene.folder)

    def _scene(self, flow: str, name: str) -> Scene:
        scene = Scene.read(self._scenes / flow).copied_to(self._folder / name)
        scene.set_sandbox(self._sandbox)
        FLOWS[flow].stage(self._sandbox, scene)
        return scene

    def _die(self, trial: Trial, scene: Scene, chance: random.Random) -> Fate:
        if trial.way is Way.STEPS:
            doing = self._started(program.die_at, scene.folder, trial.flow, trial.step)
            return self._fate(doing, scene.folder)
        moment = chance.random() * _REACH * self._lasts[trial.flow]
        return self._killed_after(moment, program.work, scene.folder, trial.flow)

    def _settle(self, trial: Trial, scene: Scene, chance: random.Random) -> int:
        """Start the program again until it was let to settle everything; answers how often."""
        restarts = 1
        while (
            trial.way is Way.RANDOM
            and restarts < _MOST_RESTARTS
            and chance.random() < _KILLED_AGAIN
        ):
            moment = chance.random() * _REACH * self._lasts.get(_SETTLING, 0.5)
            self._killed_after(moment, program.start_again, scene.folder)
            restarts += 1
        self._killed_after(None, program.start_again, scene.folder)
        return restarts

    def _judge(self, trial: Trial, scene: Scene) -> list[str]:
        judging = self._started(program.judge, scene.folder, self._addresses, trial.flow)
        self._has_ended(judging, scene.folder)
        found: list[str] = json.loads((scene.folder / program.VERDICT).read_text(encoding="utf-8"))
        return found

    def _killed_after(
        self, moment: float | None, life: Callable[..., None], folder: Path, *flow: str
    ) -> Fate:
        """Kill a process so many seconds after it has begun, unless it ends before; None lets it
        live, and times it."""
        here, there = _context().Pipe(duplex=False)
        with here, there:
            living = self._started(life, folder, *flow, there)
            if not here.poll(_ENDS_WITHIN_S):
                raise _Unforeseen(f"{life.__name__} did not begin", folder)
            there.close()
            here.recv()
            began = time.monotonic()
            living.join(moment if moment is not None else _ENDS_WITHIN_S)
            if living.exitcode is None and moment is not None:
                living.kill()
            fate = self._fate(living, folder)
        if fate is Fate.FINISHED:
            self._lasts["".join(flow) or _SETTLING] = time.monotonic() - began
        return fate

    @staticmethod
    def _started(life: Callable[..., None], *arguments: Any) -> ForkServerProcess:
        living = _context().Process(target=life, args=arguments, name=life.__name__)
        living.start()
        # Another arena's thread that starts a process asks all of these whether they have ended,
        # and would take the answer away from us, to whom it then looks like an end with 255.
        process._children.discard(living)  # type: ignore[attr-defined]
        return living

    def _has_ended(self, living: ForkServerProcess, folder: Path) -> None:
        if self._fate(living, folder) is Fate.KILLED:
            raise _Unforeseen(f"{living.name} was killed by somebody else", folder)

    @staticmethod
    def _fate(living: ForkServerProcess, folder: Path) -> Fate:
        living.join(_ENDS_WITHIN_S)
        ended = living.exitcode
        if ended is None:
            living.kill()
            living.join()
            raise _Unforeseen(f"{living.name} hung", folder)
        living.close()
        if ended == -signal.SIGKILL:
            return Fate.KILLED
        if ended != 0:
            raise _Unforeseen(f"a process ended with {ended}", folder)
        return Fate.FINISHED


class _Unforeseen(Exception):
    """A process ended as none should, and this is what it said."""

    def __init__(self, what: str, folder: Path) -> None:
        said = (folder / "stderr").read_text(encoding="utf-8", errors="replace").strip()
        super().__init__(f"{what}\n{said}".strip())


@cache
def _context() -> ForkServerContext:
    """A server that has the program's modules and forks a process for each life, which would take
    a second to import them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([program.__name__, *_IMPORTED_LATE])
    return context
