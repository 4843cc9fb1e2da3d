from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from esd_desktop.ui.desk import Desk
from esd_desktop.ui.furnishing import furnished
from esd_desktop.ui.look.theme import theme
from esd_desktop.ui.workspace import FOLD_BELOW, Workspace
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run


class Working:
    """A workspace on the screen; ``again`` is the next start's."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._made: list[Workspace] = []
        self.workspace = self._start()

    async def again(self) -> Workspace:
        self.workspace.remember()
        self.close()
        self.workspace = self._start()
        await self.settled()
        return self.workspace

    async def settled(self) -> None:
        await until(lambda: not self.desk.tasks.count)
        await asyncio.sleep(0)

    def _start(self) -> Workspace:
        made = furnished(Workspace(self.desk))
        made.resize(1440, 860)
        made.show()
        made.activateWindow()
        return made

    def close(self) -> None:
        self.workspace.close()
        self.workspace.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def has_focus_inside(pane: QWidget) -> bool:
    focused = QApplication.focusWidget()
    return focused is not None and pane.isAncestorOf(focused)


@pytest.fixture
def working(run: Run, desk: Desk, sown: Sown) -> Iterator[Working]:
    async def make() -> Working:
        made = Working(desk)
        await made.settled()
        return made

    made = run(make())
    yield made
    made.close()


def test_it_begins_with_all_assets(working: Working) -> None:
    workspace = working.workspace
    assert workspace.page.account_id is None
    assert workspace.accounts.list.selectionModel().selectedIndexes()[0].data() == "All accounts"
    assert workspace.details.isVisible()


def test_the_next_start_is_as_the_last_one_ended(run: Run, sown: Sown, working: Working) -> None:
    async def scenario() -> None:
        working.desk.navigator.account_wanted.emit(sown.customer)
        await working.settled()
        working.workspace.page.tabs.setCurrentIndex(0)
        working.workspace.setSizes([300, 700, 440])
        widths = working.workspace.sizes()
        workspace = await working.again()
        assert workspace.page.account_id == sown.customer
        assert workspace.page.tabs.currentIndex() == 0
        assert workspace.sizes() == widths
        (marked,) = workspace.accounts.list.selectionModel().selectedIndexes()
        assert marked.data() == "Müller & Söhne KG"

    run(scenario())


def test_a_narrow_window_folds_the_details_and_a_wide_one_unfolds_them(
    working: Working,
) -> None:
    workspace = working.workspace
    workspace.resize(FOLD_BELOW - 1, 860)
    assert not workspace.details.isVisible()
    workspace.resize(FOLD_BELOW, 860)
    assert workspace.details.isVisible()


def test_large_type_folds_the_details_earlier(working: Working) -> None:
    try:
        theme().set_text_scale(2)
        assert not working.workspace.details.isVisible()
    finally:
        theme().set_text_scale(1)
    assert working.workspace.details.isVisible()


def test_the_details_keep_their_width_while_they_are_folded(run: Run, working: Working) -> None:
    async def scenario() -> None:
        working.workspace.setSizes([260, 700, 478])
        width = working.workspace.sizes()[2]
        working.workspace.show_details(False)
        workspace = await working.again()
        assert not workspace.details.isVisible()
        workspace.show_details(True)
        await until(lambda: workspace.sizes()[2] == width)

    run(scenario())


def test_details_that_are_wanted_by_keyboard_unfold(sown: Sown, working: Working) -> None:
    workspace = working.workspace
    workspace.resize(900, 700)
    working.desk.navigator.details_wanted.emit()
    assert workspace.details.isVisible()
    assert workspace.details.hasFocus()


def test_f6_goes_round_the_panes_that_are_shown(run: Run, sown: Sown, working: Working) -> None:
    async def scenario() -> None:
        workspace = working.workspace
        accounts, assets = workspace.accounts.list, workspace.page.assets.list
        workspace.page.assets.select(sown.activated)
        await working.settled()
        accounts.setFocus()
        workspace.next_pane(1)
        assert assets.table.hasFocus()
        workspace.next_pane(1)
        assert has_focus_inside(workspace.details)
        workspace.next_pane(1)
        assert accounts.hasFocus()
        workspace.next_pane(-1)
        assert has_focus_inside(workspace.details)
        workspace.show_details(False)
        accounts.setFocus()
        workspace.next_pane(-1)
        assert assets.table.hasFocus()

    run(scenario())
