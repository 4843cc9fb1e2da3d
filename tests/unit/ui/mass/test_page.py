"""The Mass work tab: how far each work is, what can be done with it, what came of each asset."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from esd_desktop.models.mass_rows import ItemState, MassState
from esd_desktop.services.mass_work import work
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.mass.page import MassWorkPage
from tests.support.massing import give, lay_down
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import notice, press, words
from tests.support.window import Run

DONE = (ItemState.DONE, "The licence is Redeemed now.", "")
FAILED = (ItemState.FAILED, "Microsoft did not answer.", "Try it again.")


async def opened(page: MassWorkPage) -> None:
    page.show()
    await until(lambda: notice(page.details.progress) or "No mass work yet" in words(page))


def far(page: MassWorkPage) -> str:
    return next(text for text in words(page.details.progress) if "have their result" in text)


def rows(page: MassWorkPage) -> int:
    return page.details.results.list.model.rowCount()


def test_a_page_without_works_says_what_makes_one(run: Run, page: MassWorkPage) -> None:
    async def scenario() -> None:
        await opened(page)
        assert "No work selected" in words(page)

    run(scenario())


def test_the_newest_work_is_followed_while_its_results_come_in(
    run: Run, desk: Desk, sown: Sown, page: MassWorkPage
) -> None:
    async def scenario() -> None:
        await desk.read(lay_down, (sown.redeemed,))
        work_id = await desk.read(lay_down)
        await opened(page)
        assert page.list.selected_id == work_id
        await until(lambda: rows(page) == sown.listed)
        assert far(page) == f"0 of {sown.listed} have their result"
        changes = await desk.read(
            give, work_id, {sown.activated: DONE, sown.redeemed: FAILED}, per_second=2.0
        )
        desk.bus.announce(changes)
        await until(lambda: far(page) == f"2 of {sown.listed} have their result")
        assert "2 a second · less than a minute left" in words(page.details.progress)
        page.details.results.choose_filter("failed")
        await until(lambda: rows(page) == 1)

    run(scenario())


def test_pausing_going_on_and_stopping(
    run: Run, desk: Desk, sown: Sown, page: MassWorkPage
) -> None:
    async def scenario() -> None:
        work_id = await desk.read(lay_down)
        await opened(page)
        for words_of_button, state in (
            ("Pause", MassState.PAUSED),
            ("Go On", MassState.RUNNING),
            ("Stop for Good", MassState.STOPPED),
        ):
            press(page.details.progress, words_of_button)
            await until(partial(_stands_as, page, state.value))
            assert (await desk.read(work, work_id)).state is state
        await until(lambda: not page.details.progress.notice.buttons())
        assert f"{sown.listed} of them were not done" in (notice(page.details.progress) or "")

    run(scenario())


def _stands(page: MassWorkPage) -> str:
    row = page.list.row(page.list.selected_id or 0)
    return "" if row is None else row.state.value


def _stands_as(page: MassWorkPage, word: str) -> bool:
    return _stands(page) == word


def test_a_button_stays_while_only_numbers_change(
    run: Run, desk: Desk, sown: Sown, page: MassWorkPage
) -> None:
    async def scenario() -> None:
        work_id = await desk.read(lay_down)
        await opened(page)
        before = page.details.progress.notice.buttons()
        desk.bus.announce(await desk.read(give, work_id, {sown.activated: DONE}))
        await until(lambda: far(page).startswith("1 of"))
        assert page.details.progress.notice.buttons() == before

    run(scenario())


def test_what_failed_is_told_opened_and_retried(
    run: Run, desk: Desk, sown: Sown, page: MassWorkPage
) -> None:
    opened_assets: list[int] = []
    desk.navigator.asset_wanted.connect(opened_assets.append)

    async def scenario() -> None:
        work_id = await desk.read(lay_down, (sown.activated, sown.redeemed))
        await opened(page)
        results = {sown.activated: DONE, sown.redeemed: FAILED}
        desk.bus.announce(await desk.read(give, work_id, results))
        await until(lambda: "of which 1 failed" in (notice(page.details.progress) or ""))
        page.details.results.choose_filter("failed")
        listed = page.details.results.list
        await until(lambda: listed.model.rowCount() == 1 and listed.feed.is_settled)
        listed.select(sown.redeemed)
        await until(page.details.said.isVisible)
        assert page.details.said.accessibleName() == "Microsoft did not answer."
        assert "SO-00002. Try it again." in page.details.said.accessibleDescription()
        listed.table.setFocus()
        QTest.keyClick(listed.table, Qt.Key.Key_Return)
        assert opened_assets == [sown.redeemed]
        press(page.details.progress, "Retry 1 Failed")
        await until(lambda: _stands(page) == MassState.RUNNING.value)
        await until(lambda: far(page).startswith("1 of 2"))
        await until(lambda: not page.details.said.isVisible())

    run(scenario())
