"""A laptop that is closed in the middle of a call: the program's process is stopped between its
call and Microsoft's answer, and goes on when the answer has long been there."""

from __future__ import annotations

import asyncio
import os
import signal
from multiprocessing import get_context
from pathlib import Path

from esd_desktop.sandbox.client import SandboxControl
from tests.reliability import program
from tests.reliability.every_flow import FLOWS
from tests.reliability.flows import Flow
from tests.reliability.oracle import look_outside, violations
from tests.reliability.scene import Scene
from tests.support.waiting import until

# A flow, and the call in whose middle it falls asleep.
CALLS = {"order": "issue", "cancel": "return"}
_ANSWERS_AFTER_S = 1.0
_WITHIN_S = 60.0


def sleep_through(stand: Path, sandbox: SandboxControl, name: str) -> list[str]:
    """What is wrong with a flow that slept through an answer; its scene is in the stand's folder,
    and its last."""
    flow, call = FLOWS[name], CALLS[name]
    scene = Scene.read(stand / name)
    scene.set_sandbox(sandbox)
    sandbox.set_fault(call, "delay", seconds=_ANSWERS_AFTER_S)
    context = get_context("spawn")
    began, begins = context.Pipe(duplex=False)
    child = context.Process(target=program.work, args=(scene.folder, name, begins))
    child.start()
    assert child.pid is not None
    asyncio.run(_put_to_sleep(child.pid, sandbox, call))
    child.join(_WITHIN_S)
    began.close()
    if child.exitcode != 0:
        child.kill()
        return [f"the process ended with {child.exitcode}"]
    return asyncio.run(_wrong(flow, scene, sandbox))


async def _put_to_sleep(pid: int, sandbox: SandboxControl, call: str) -> None:
    await until(lambda: sandbox.calls()[call], _WITHIN_S)
    os.kill(pid, signal.SIGSTOP)
    await until(lambda: any(each["kind"] == call for each in sandbox.effects()), _WITHIN_S)
    os.kill(pid, signal.SIGCONT)


async def _wrong(flow: Flow, scene: Scene, sandbox: SandboxControl) -> list[str]:
    services = await scene.opened()
    try:
        outside = look_outside(sandbox, frozenset(scene.earlier))
        short = await flow.short_of_goal(services, scene)
        return short + await violations(services, outside, frozenset(scene.foreign))
    finally:
        await services.close()
