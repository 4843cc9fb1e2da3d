from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from esd_desktop.services.browse import asset_detail
from esd_desktop.ui.actions.registry import DELETE_ASSET, start
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.actions.asking import button, facts, question


async def is_deleted(desk: Desk, asset_id: int) -> bool:
    return (await desk.read(asset_detail, asset_id)).deleted_at is not None


def test_the_question_says_that_the_licence_stays_at_microsoft(
    run: Run, desk: Desk, sown: Sown, window: QWidget
) -> None:
    async def scenario() -> None:
        start(desk, DELETE_ASSET, window, sown.activated)
        dialog = await question()
        assert dialog.windowTitle() == "Delete this record?"
        assert "stays active at Microsoft" in dialog.accessibleDescription()
        assert "not returned" in dialog.accessibleDescription()
        assert facts(dialog)["Customer"] == "Müller & Söhne KG"
        assert button(dialog, "Keep record").isDefault()
        assert not button(dialog, "Delete record").isDefault()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: not desk.tasks.running())
        assert not await is_deleted(desk, sown.activated)
        assert not desk.messages.kept

    run(scenario())


def test_deleting_tells_it_with_undo_and_undo_puts_it_back(
    run: Run, desk: Desk, sown: Sown, window: QWidget
) -> None:
    changed: list[frozenset[int]] = []
    desk.bus.store_changed.connect(lambda changes: changed.append(changes.assets))

    async def scenario() -> None:
        start(desk, DELETE_ASSET, window, sown.activated)
        button(await question(), "Delete record").click()
        await until(lambda: desk.messages.kept)
        assert await is_deleted(desk, sown.activated)
        assert changed == [frozenset({sown.activated})]
        told = desk.messages.kept[-1]
        assert "the licence stays at Microsoft" in told.sentence
        assert told.action is not None
        label, undo = told.action
        assert label == "Undo"
        undo()
        await until(lambda: len(desk.messages.kept) == 2)
        assert not await is_deleted(desk, sown.activated)
        assert "back on the list" in desk.messages.kept[-1].sentence

    run(scenario())


def test_what_was_deleted_meanwhile_is_told_without_a_question(
    run: Run, desk: Desk, sown: Sown, window: QWidget
) -> None:
    changed: list[frozenset[int]] = []
    desk.bus.store_changed.connect(lambda changes: changed.append(changes.assets))

    async def scenario() -> None:
        start(desk, DELETE_ASSET, window, sown.deleted)
        await until(lambda: desk.messages.kept)
        assert desk.messages.kept[-1].sentence == "This record has been deleted."
        assert changed == [frozenset({sown.deleted})]

    run(scenario())


def test_a_second_start_while_the_question_is_open_is_none(
    run: Run, desk: Desk, sown: Sown, window: QWidget
) -> None:
    async def scenario() -> None:
        assert start(desk, DELETE_ASSET, window, sown.activated)
        assert not start(desk, DELETE_ASSET, window, sown.activated)
        button(await question(), "Keep record").click()
        await until(lambda: not desk.tasks.running())

    run(scenario())
