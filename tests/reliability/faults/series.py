"""A series of trials: one flow and one thing that goes wrong, at the first call, at the second, and
so on until the flow makes no such call."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import count, product
from pathlib import Path

from esd_desktop.sandbox.client import SandboxControl
from tests.reliability.every_flow import FLOWS
from tests.reliability.faults.blows import BLOWS, Blow, Striking
from tests.reliability.faults.own_flows import Reveal, UpdateStatus
from tests.reliability.faults.trial import Found, carried_out
from tests.reliability.flows import Flow
from tests.reliability.program import prepared
from tests.reliability.scene import Scene
from tests.reliability.seams import Kind

_NAMES = "order retry cancel approve resend delete import catalogue export settle".split()
HARMED: dict[str, Flow] = {name: FLOWS[name] for name in _NAMES} | {
    flow.name: flow for flow in (UpdateStatus(), Reveal())
}
# Statements are many, and to lose the store at one or at the next is much the same.
_EACH_FROM_THEN_ON = {Kind.STATEMENT: 4}


@dataclass(frozen=True, slots=True)
class Series:
    """``place`` is that of the blow."""

    flow: str
    place: int
    from_then_on: bool

    @property
    def blow(self) -> Blow:
        return BLOWS[self.place]

    def striking(self, number: int, sandbox: SandboxControl) -> Striking:
        """What is dealt in its trial of this number."""
        return Striking(self.blow, number, sandbox, from_then_on=self.from_then_on)

    @property
    def numbers(self) -> count[int]:
        """Which call is the first to go wrong."""
        step = _EACH_FROM_THEN_ON.get(self.blow.kind, 1) if self.from_then_on else 1
        return count(1, step)


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial of a series: what was dealt, in words, and what was found."""

    series: Series
    number: int
    dealt: str
    found: Found


def every_series(flows: Sequence[str]) -> list[Series]:
    """All that can go wrong with these flows."""
    ways = product(flows, range(len(BLOWS)), (False, True))
    return [Series(flow, place, from_then_on) for flow, place, from_then_on in ways]


class Stand:
    """Where trials are held: a sandbox, and the scenes that the flows begin with."""

    def __init__(self, folder: Path, sandbox: SandboxControl) -> None:
        self._folder = folder
        self._sandbox = sandbox
        self._held = count(1)

    async def prepare(self, flows: Sequence[str]) -> None:
        """Make the scenes of these flows; once."""
        await prepared(self._folder, self._sandbox, [HARMED[name] for name in flows])

    async def hold(self, series: Series, number: int) -> Trial:
        """Hold one trial. Its store is kept where something is wrong."""
        scene = Scene.read(self._folder / series.flow)
        scene = scene.copied_to(self._folder / f"{series.flow}-{next(self._held)}")
        striking = series.striking(number, self._sandbox)
        found = await carried_out(scene, HARMED[series.flow], self._sandbox, striking)
        if found.wrong:
            found.wrong.append(f"the store is kept in {scene.folder}")
        else:
            shutil.rmtree(scene.folder)
        return Trial(series, number, str(striking), found)

    async def hold_all(self, series: Series) -> AsyncIterator[Trial]:
        """The whole series. The last one is undisturbed, and must be in order too."""
        for number in series.numbers:
            trial = await self.hold(series, number)
            yield trial
            if not trial.found.struck:
                return
