"""What must not be left half done runs to its end, however often the waiting is given up."""

from __future__ import annotations

import asyncio

import pytest

from esd_desktop.services.finishing import to_the_end


class Work:
    """Work that goes on until it is let go."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.done = False

    async def run(self) -> str:
        await self.go.wait()
        self.done = True
        return "done"


async def test_the_answer_comes_back() -> None:
    work = Work()
    work.go.set()
    assert await to_the_end(work.run()) == "done"


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_who_gives_up_is_let_go_only_when_it_is_done(times: int) -> None:
    work = Work()
    waiting = asyncio.create_task(to_the_end(work.run()))
    for _ in range(times):
        await asyncio.sleep(0)
        waiting.cancel()
    await asyncio.sleep(0)
    assert not waiting.done()
    work.go.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert work.done


async def test_a_fault_comes_back_too() -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await to_the_end(fail())


async def test_a_fault_that_nobody_waits_for_is_the_cause_of_the_cancellation() -> None:
    go = asyncio.Event()

    async def fail() -> None:
        await go.wait()
        raise ValueError("no")

    waiting = asyncio.create_task(to_the_end(fail()))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.sleep(0)
    go.set()
    with pytest.raises(asyncio.CancelledError) as caught:
        await waiting
    assert isinstance(caught.value.__cause__, ValueError)
