"""The line of the status bar: what runs, what goes on after a start, and the word at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QMainWindow

from esd_desktop.models.mass_rows import ItemState
from esd_desktop.models.rights import Role
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.mass_work import pause
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.mass.status_line import MassLine
from tests.support.massing import give, lay_down
from tests.support.people import named
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import press, words
from tests.support.window import Run

DONE = (ItemState.DONE, "Redeemed.", "")


@pytest.fixture
def line(run: Run, desk: Desk, sown: Sown) -> Iterator[MassLine]:
    run(desk.rights.read())
    window = QMainWindow()
    window.resize(900, 200)
    made = MassLine(desk, window)
    window.setCentralWidget(made)
    window.show()
    made.hide()
    yield made
    window.close()
    window.deleteLater()


async def looked(desk: Desk, line: MassLine) -> None:
    line.look()
    await until(lambda: not desk.tasks.is_busy("mass work line"))


def test_it_shows_what_runs_and_leads_there(
    run: Run, desk: Desk, sown: Sown, line: MassLine
) -> None:
    wanted: list[object] = []
    desk.navigator.work_wanted.connect(wanted.append)

    async def scenario() -> None:
        await looked(desk, line)
        assert not line.isVisible()
        work_id = await desk.read(lay_down)
        desk.bus.announce(await desk.read(give, work_id, {sown.activated: DONE}, per_second=1.0))
        await until(line.isVisible)
        assert words(line) == [f"Update License Status: 1 of {sown.listed}"]
        press(line, "Show")
        assert wanted == [work_id]
        desk.bus.announce((await desk.work(pause, work_id)).changes)
        await until(lambda: not desk.tasks.is_busy("mass work line"))
        assert line.isVisible()
        assert not desk.messages.kept

    run(scenario())


def test_the_end_is_told_once_with_a_way_to_the_results(
    run: Run, desk: Desk, sown: Sown, line: MassLine
) -> None:
    async def scenario() -> None:
        await looked(desk, line)
        # As short as this it never was seen to run.
        work_id = await desk.read(lay_down, (sown.activated,))
        changes = await desk.read(give, work_id, {sown.activated: DONE})
        desk.bus.announce(changes)
        await until(lambda: desk.messages.kept)
        told = desk.messages.kept[-1]
        assert told.sentence == "Update License Status: Done: 1 asset, none of which failed."
        assert told.links[0][0] == "Show Results"
        desk.bus.announce(changes)
        await looked(desk, line)
        assert len(desk.messages.kept) == 1
        assert not line.isVisible()

    run(scenario())


def test_what_goes_on_after_a_start_says_so(
    run: Run, desk: Desk, sown: Sown, line: MassLine
) -> None:
    async def scenario() -> None:
        work_id = await desk.read(lay_down)
        await desk.read(give, work_id, {sown.activated: DONE})
        await looked(desk, line)
        left = sown.listed - 1
        told = [one.sentence for one in desk.messages.kept]
        assert told == [f"Update License Status goes on where it was: {left} left."]
        line.forget()
        assert not line.isVisible()

    run(scenario())


def test_the_works_of_others_are_shown_and_not_told(
    run: Run, desk: Desk, sown: Sown, line: MassLine
) -> None:
    async def scenario() -> None:
        work_id = await desk.read(lay_down, (sown.activated, sown.redeemed))
        await desk.read(_of_somebody_else, work_id)
        await looked(desk, line)
        assert line.isVisible()
        results = {sown.activated: DONE, sown.redeemed: DONE}
        desk.bus.announce(await desk.read(give, work_id, results))
        await until(lambda: not line.isVisible())
        assert not desk.messages.kept

    run(scenario())


def test_who_may_not_see_the_store_is_told_nothing(
    run: Run, desk: Desk, sown: Sown, line: MassLine
) -> None:
    async def scenario() -> None:
        await desk.read(lay_down)
        await desk.read(_without_me)
        desk.bus.announce(Changes(everything=True))
        await until(lambda: not desk.tasks.is_busy("mass work line"))
        assert not line.isVisible()
        assert not desk.messages.kept

    run(scenario())


async def _of_somebody_else(services: Services, work_id: int) -> None:
    from esd_desktop.models.store import mass_works

    async with services.store.change() as work:
        (await mass_works.for_change(work, work_id)).run_by = "somebody else"
        await work.commit()


async def _without_me(services: Services) -> None:
    await named(services, "somebody else", Role.ADMINISTRATOR)
