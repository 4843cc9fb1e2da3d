"""The import dialog in a window: check, see, import, or stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QWidget

from esd_desktop.models.rows import AssetQuery
from esd_desktop.services.browse import asset_counts
from esd_desktop.services.changes import Changes
from esd_desktop.services.importing.report import Phase
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.importing.dialog import ImportDialog
from esd_desktop.ui.importing.remarks import RemarkList
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import button, notice, press, words
from tests.support.window import Run
from tests.unit.services.importing.exports import Line, asset, demo_key, write_csv
from tests.unit.services.importing.looking import add_connection

Open = Callable[..., ImportDialog]


@pytest.fixture
def open_dialog(qapp: QApplication, desk: Desk, tmp_path: Path) -> Iterator[Open]:
    """Opens the dialog over a window, for a file of these lines."""
    window = QWidget()
    window.show()

    def opened(lines: list[Line], connections: tuple[str, ...] = ()) -> ImportDialog:
        file = write_csv(tmp_path / "export.csv", lines)
        dialog = ImportDialog(desk, window, file, list(connections))
        dialog.open()
        return dialog

    yield opened
    window.close()
    window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


async def count(desk: Desk) -> int:
    return (await desk.read(asset_counts, AssetQuery())).all


async def checked(dialog: ImportDialog) -> str:
    """Wait until the check has ended; answers what is told."""
    await until(lambda: notice(dialog) and button(dialog, "Check again").isEnabled(), 20)
    return notice(dialog) or ""


def can_import(dialog: ImportDialog) -> bool:
    """Whether there is a good file to be imported."""
    buttons = dialog.findChildren(QPushButton)
    return any(one.text().startswith("Import ") and one.isEnabled() for one in buttons)


def listed(dialog: ImportDialog) -> RemarkList:
    """The list of bad lines."""
    view = dialog.findChild(RemarkList)
    assert view is not None
    return view


def remarks(dialog: ImportDialog) -> list[tuple[str, ...]]:
    view = listed(dialog)
    if not view.isVisibleTo(dialog):
        return []
    model = view.model()
    return [
        tuple(str(model.index(row, column).data()) for column in range(3))
        for row in range(model.rowCount())
    ]


def test_what_would_come_of_it_is_seen_before_anything_is_written(
    run: Run, desk: Desk, sown: Sown, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog([asset(1), asset(2, Region="North", Customer_Email=None)])
        assert "All 2 lines can be imported: 2 assets" in await checked(dialog)
        assert await count(desk) == sown.listed
        said = "24 columns are understood, “Customer Email” as Customer E-mail. Not used: “Region”."
        assert said.replace("24", "23") in words(dialog)
        assert remarks(dialog) == []
        changes: list[Changes] = []
        desk.bus.store_changed.connect(changes.append)
        press(dialog, "Import 2 lines")
        await until(lambda: not dialog.isVisible(), 20)
        assert await count(desk) == sown.listed + 2
        assert changes == [Changes(everything=True)]
        (message,) = desk.messages.kept
        assert message.sentence.startswith("2 assets and 0 accounts were added")

    run(scenario())


def test_every_bad_line_is_listed_and_the_file_can_be_checked_again(
    run: Run, desk: Desk, sown: Sown, open_dialog: Open, tmp_path: Path
) -> None:
    async def scenario() -> None:
        dialog = open_dialog([asset(1, Token=demo_key(1)), asset(2, Order=None, Price="x")])
        assert (await checked(dialog)).startswith(
            "1 of 2 lines cannot be imported; nothing was written."
        )
        assert remarks(dialog) == [
            ("3", "Order", "is missing"),
            ("3", "Price", "“x” is not an amount of money"),
            ("2", "Token", "is not of Microsoft's usual form"),
        ]
        assert not can_import(dialog)
        write_csv(tmp_path / "export.csv", [asset(1), asset(2)])
        press(dialog, "Check again")
        await until(lambda: can_import(dialog), 20)
        assert remarks(dialog) == []
        assert await count(desk) == sown.listed
        dialog.reject()

    run(scenario())


def test_all_bad_lines_are_reached_by_scrolling(
    run: Run, desk: Desk, sown: Sown, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog([asset(at, Order=None) for at in range(1, 1_202)])
        await checked(dialog)
        view = listed(dialog)
        while view.model().canFetchMore(view.rootIndex()):
            view.scrollToBottom()
            await asyncio.sleep(0)
        assert [line for line, _, _ in remarks(dialog)] == [str(at) for at in range(2, 1_203)]
        view.selectRow(1_200)
        QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QGuiApplication.clipboard().text() == "Line 1202: Order is missing."
        dialog.reject()

    run(scenario())


def test_a_file_that_cannot_be_used(run: Run, desk: Desk, sown: Sown, open_dialog: Open) -> None:
    async def scenario() -> None:
        dialog = open_dialog([{"a": 1, "b": 2}])
        assert "names no column that is known here" in await checked(dialog)
        assert not button(dialog, "Import").isEnabled()
        dialog.reject()

    run(scenario())


def test_nothing_new_leaves_nothing_to_import(
    run: Run, desk: Desk, sown: Sown, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog([asset(1)])
        await checked(dialog)
        press(dialog, "Import 1 line")
        await until(lambda: not dialog.isVisible(), 20)
        dialog = open_dialog([asset(1)])
        assert (await checked(dialog)).startswith("Nothing in it is new")
        assert not can_import(dialog)
        dialog.reject()

    run(scenario())


def test_of_several_connections_one_is_chosen(
    run: Run, desk: Desk, sown: Sown, open_dialog: Open
) -> None:
    async def scenario() -> None:
        await desk.backend.call(add_connection, "Greece")
        dialog = open_dialog([asset(1)], ("Greece", "Microsoft ESD (GB)"))
        assert "There are several connections" in await checked(dialog)
        choice = dialog.findChild(QComboBox)
        assert choice is not None
        assert choice.accessibleName() == "Connection"
        choice.setFocus()
        QTest.keyClick(choice, Qt.Key.Key_Down)
        await until(lambda: can_import(dialog), 20)
        dialog.reject()

    run(scenario())


@pytest.mark.parametrize("phase", [Phase.READING, Phase.WRITING])
def test_cancel_returns_at_once_and_leaves_nothing(
    run: Run, desk: Desk, sown: Sown, open_dialog: Open, phase: Phase
) -> None:
    async def scenario() -> None:
        dialog = open_dialog([asset(at) for at in range(1, 2_500)])
        if phase is Phase.WRITING:
            await checked(dialog)
            press(dialog, "Import 2499 lines")
        await until(lambda: dialog._phase is phase, 20)
        press(dialog, "Cancel")
        assert not dialog.isVisible()
        await until(lambda: not desk.tasks.count, 20)
        assert await count(desk) == sown.listed
        assert not desk.messages.kept

    run(scenario())


def test_while_it_is_saving_it_cannot_be_closed(
    run: Run, desk: Desk, sown: Sown, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog([asset(1)])
        await checked(dialog)
        dialog._phase = Phase.SAVING
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        dialog.close()
        assert dialog.isVisible()
        dialog._phase = None
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()

    run(scenario())
