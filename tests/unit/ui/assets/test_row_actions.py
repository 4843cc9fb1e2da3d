from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.ui.actions.registry import MENU
from esd_desktop.ui.assets.columns import Column
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.links import Link, parse
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.actions.asking import button, facts, open_question, question
from tests.unit.ui.assets.conftest import Shown

# What the offscreen platform says of a menu that opens.
pytestmark = pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)

NO_KEYS = Qt.KeyboardModifier.NoModifier


def double_click(shown: Shown, asset_id: int) -> None:
    viewport, place = shown.table.viewport(), shown.place(asset_id)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)


def clicks(shown: Shown, asset_id: int, at: int) -> None:
    """Two clicks in 100 ms, at a time by the mouse's clock, which QTest's own never let pass."""
    viewport, place = shown.table.viewport(), QPointF(shown.place(asset_id))
    kinds = QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick
    for kind, time in zip(kinds, (at, at + 100), strict=True):
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(kind, place, viewport.mapToGlobal(place), left, left, NO_KEYS)
        event.setTimestamp(time)
        QApplication.sendEvent(viewport, event)


def right_click(shown: Shown, asset_id: int) -> None:
    viewport, place = shown.table.viewport(), shown.place(asset_id)
    QTest.mouseClick(viewport, Qt.MouseButton.RightButton, pos=place)
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)


def select_too(shown: Shown, asset_id: int) -> None:
    flags = QItemSelectionModel.SelectionFlag
    index = shown.page.list.model.index(shown.position(asset_id), 0)
    shown.table.selectionModel().select(index, flags.Select | flags.Rows)


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_five_double_clicks_are_one_call(
    run: Run, connected_desk: Desk, bought: int, shown: Shown, sandbox: SandboxControl
) -> None:
    async def scenario() -> None:
        await shown.open()
        detail = await connected_desk.read(asset_detail, bought)
        sandbox.redeem(detail.client_transaction_id)
        before = sandbox.calls()["read"]
        for _ in range(5):
            double_click(shown, bought)
        assert connected_desk.tasks.is_busy(f"asset:{bought}")
        await until(lambda: shown.text(bought, Column.TOKEN_STATUS) == "Redeemed")
        await until(lambda: connected_desk.messages.kept)
        assert sandbox.calls()["read"] == before + 1
        assert shown.selected == bought

    run(scenario())


def test_clicking_on_after_the_answer_is_still_one_call(
    run: Run, connected_desk: Desk, bought: int, shown: Shown, sandbox: SandboxControl
) -> None:
    async def scenario() -> None:
        await shown.open()
        before = sandbox.calls()["read"]
        for time in (0, 200, 400):
            clicks(shown, bought, at=10_000 + time)
            await until(lambda: not connected_desk.tasks.is_busy(f"asset:{bought}"))
        assert sandbox.calls()["read"] == before + 1
        pause = QApplication.doubleClickInterval()
        clicks(shown, bought, at=10_500 + pause)
        await until(lambda: not connected_desk.tasks.is_busy(f"asset:{bought}"))
        assert sandbox.calls()["read"] == before + 2

    run(scenario())


def test_a_single_click_asks_microsoft_nothing(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.click(sown.activated)
        assert not shown.desk.tasks.is_busy(f"asset:{sown.activated}")
        assert shown.told[-1] == sown.activated

    run(scenario())


def test_enter_goes_to_the_details(run: Run, sown: Sown, shown: Shown) -> None:
    wanted: list[bool] = []
    shown.desk.navigator.details_wanted.connect(lambda: wanted.append(True))

    async def scenario() -> None:
        await shown.open()
        shown.click(sown.activated)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QTest.keyClick(shown.table, key)
        assert len(wanted) == 2
        assert not shown.desk.tasks.is_busy(f"asset:{sown.activated}")

    run(scenario())


def test_del_deletes_the_record_after_asking(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.click(sown.activated)
        QTest.keyClick(shown.table, Qt.Key.Key_Delete)
        dialog = await question()
        assert dialog.windowTitle() == "Delete this record?"
        assert facts(dialog)["Order"] == "SO-00001"
        button(dialog, "Delete record").click()
        await until(lambda: sown.activated not in shown.ids())

    run(scenario())


def test_del_with_several_rows_deletes_none(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.click(sown.activated)
        select_too(shown, sown.redeemed)
        QTest.keyClick(shown.table, Qt.Key.Key_Delete)
        assert "one at a time" in shown.desk.messages.kept[-1].sentence
        assert open_question() is None

    run(scenario())


def test_right_click_offers_the_actions_of_the_row_under_it(
    run: Run, sown: Sown, shown: Shown
) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.click(sown.activated)
        right_click(shown, sown.redeemed)
        menu = await shown.menu()
        assert shown.selected == sown.redeemed
        assert texts(menu) == [
            *(action.text for action in MENU),
            f"All {sown.listed} of This List",
            "Copy Row",
            "Copy Cell",
            "Copy Link",
        ]
        by_text = {action.text(): action for action in menu.actions()}
        assert not by_text["Cancel"].isEnabled()
        assert "has redeemed this licence" in by_text["Cancel"].toolTip()
        by_text["Delete"].trigger()
        menu.close()
        dialog = await question()
        assert facts(dialog)["Order"] == "SO-00002"
        button(dialog, "Keep record").click()
        await until(lambda: not shown.desk.tasks.running())

    run(scenario())


def test_the_link_to_the_row_is_copied(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        right_click(shown, sown.redeemed)
        menu = await shown.menu()
        next(one for one in menu.actions() if one.text() == "Copy Link").trigger()
        menu.close()
        copied = QGuiApplication.clipboard().text()
        assert parse(copied) == Link("asset", str(sown.redeemed))

    run(scenario())


def test_the_menu_of_several_rows_is_about_all_of_them(run: Run, sown: Sown, shown: Shown) -> None:
    async def scenario() -> None:
        await shown.open()
        shown.click(sown.activated)
        select_too(shown, sown.redeemed)
        QTest.keyClick(shown.table, Qt.Key.Key_Menu)
        menu = await shown.menu()
        assert texts(menu) == [
            "Update License Status of 2 Assets…",
            "Resend Activation Link of 2 Assets…",
            "Cancel of 2 Assets…",
            f"All {sown.listed} of This List",
            "Copy 2 Rows",
            "Copy Cell",
        ]
        menu.actions()[0].trigger()
        menu.close()
        dialog = await question()
        assert facts(dialog)["Assets"] == "2, selected"
        button(dialog, "Not now").click()
        await until(lambda: not shown.desk.tasks.running())

    run(scenario())
