from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest

from esd_desktop.services.changes import Changes
from esd_desktop.ui.lists.model import PAGE
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.lists.conftest import Catalogue, offer, rename, withdraw

# What the offscreen platform says of a menu that opens.
pytestmark = pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)


def select_too(catalogue: Catalogue, row_id: int) -> None:
    flags = QItemSelectionModel.SelectionFlag
    model = catalogue.page.list.model
    position = model.position_of(row_id)
    assert position is not None
    selection = catalogue.page.list.table.selectionModel()
    selection.select(model.index(position, 0), flags.Select | flags.Rows)


def test_what_is_selected_is_told(run: Run, offered: list[int], catalogue: Catalogue) -> None:
    told: list[int | None] = []
    catalogue.page.list.selected.connect(told.append)

    async def scenario() -> None:
        records = catalogue.page.list
        await catalogue.open()
        catalogue.click(offered[1])
        select_too(catalogue, offered[4])
        assert told == [offered[1]]
        assert records.selected_id == offered[1]
        assert records.selected_ids() == [offered[1], offered[4]]
        row = records.row(offered[4])
        assert row is not None
        assert row.name == "Product 00004"
        assert records.row(0) is None

    run(scenario())


def test_a_double_click_and_enter_open(run: Run, offered: list[int], catalogue: Catalogue) -> None:
    opened: list[int] = []
    catalogue.page.list.opened.connect(opened.append)

    async def scenario() -> None:
        await catalogue.open()
        catalogue.double_click(offered[2])
        assert opened == [offered[2]]
        QTest.keyClick(catalogue.page.list.table, Qt.Key.Key_Return)
        assert opened == [offered[2], offered[2]]
        QTest.keyClick(catalogue.page.list.table, Qt.Key.Key_Down)
        QTest.keyClick(catalogue.page.list.table, Qt.Key.Key_Enter)
        assert opened[-1] == offered[3]

    run(scenario())


def test_del_is_told(run: Run, offered: list[int], catalogue: Catalogue) -> None:
    wanted: list[bool] = []
    catalogue.page.list.delete_wanted.connect(lambda: wanted.append(True))

    async def scenario() -> None:
        await catalogue.open()
        QTest.keyClick(catalogue.page.list.table, Qt.Key.Key_Delete)
        assert wanted

    run(scenario())


def test_rows_whose_owner_offers_nothing_can_be_copied(
    run: Run, offered: list[int], catalogue: Catalogue
) -> None:
    async def scenario() -> None:
        await catalogue.open()
        catalogue.click(offered[0])
        select_too(catalogue, offered[1])
        QTest.keyClick(catalogue.page.list.table, Qt.Key.Key_Menu)
        menu = catalogue.menu()
        assert menu is not None
        assert menu.accessibleName() == "Offerings"
        texts = {action.text(): action for action in menu.actions()}
        assert list(texts) == ["Copy 2 Rows", "Copy Cell"]
        QGuiApplication.clipboard().setText("before")
        texts["Copy 2 Rows"].trigger()
        menu.close()
        await until(lambda: QGuiApplication.clipboard().text() != "before")
        assert QGuiApplication.clipboard().text().split("\n") == [
            "Product\tPrice",
            "Product 00000\t100.00 EUR",
            "Product 00001\t101.00 EUR",
        ]

    run(scenario())


def test_what_the_owner_offers_stands_before_copying(
    run: Run, offered: list[int], catalogue: Catalogue
) -> None:
    records = catalogue.page.list
    accept = QAction("Accept", catalogue.page)
    at: list[QPoint] = []
    records.menu_wanted.connect(at.append)
    records.menu_wanted.connect(lambda place: records.open_menu(place, [accept]))

    async def scenario() -> None:
        await catalogue.open()
        catalogue.click(offered[0])
        QTest.keyClick(records.table, Qt.Key.Key_Menu)
        menu = catalogue.menu()
        assert menu is not None
        texts = [action.text() for action in menu.actions() if not action.isSeparator()]
        assert texts == ["Accept", "Copy Row", "Copy Cell"]
        assert len(at) == 1
        menu.close()

    run(scenario())


def test_a_row_that_is_worked_on_says_so(
    run: Run, offered: list[int], catalogue: Catalogue
) -> None:
    async def scenario() -> None:
        await catalogue.open()
        model = catalogue.page.list.model
        index = model.index(2, 1)
        catalogue.page.list.set_busy(offered[2], True)
        assert model.busy_positions() == [2]
        assert model.data(index, Qt.ItemDataRole.AccessibleTextRole) == "Product 00002, working"
        catalogue.page.list.set_busy(offered[2], False)
        assert model.busy_positions() == []

    run(scenario())


def test_only_what_is_looked_at_is_loaded(
    run: Run, many_offered: list[int], catalogue: Catalogue
) -> None:
    async def scenario() -> None:
        await catalogue.open()
        assert len([one for one in catalogue.ids() if one is not None]) == PAGE
        catalogue.page.list.table.scrollToBottom()
        await catalogue.settled()
        assert catalogue.ids()[-1] == many_offered[-1]
        assert catalogue.ids()[PAGE * 2] is None

    run(scenario())


def test_the_owner_says_what_is_not_found(run: Run, sown: Sown, catalogue: Catalogue) -> None:
    async def scenario() -> None:
        await catalogue.desk.backend.call(offer, sown.connection, 1)
        await catalogue.open()
        catalogue.page.list.set_nothing_found(lambda query: f"No product is {query.search}")
        await catalogue.search("zzz")
        state = catalogue.empty_state()
        assert state is not None
        assert state.accessibleName() == "No product is zzz"

    run(scenario())


def test_a_record_that_somebody_else_took_out_is_selected_no_more(
    run: Run, offered: list[int], catalogue: Catalogue
) -> None:
    told: list[int | None] = []
    catalogue.page.list.selected.connect(told.append)

    async def scenario() -> None:
        await catalogue.open()
        catalogue.click(offered[5])
        await catalogue.desk.backend.call(withdraw, offered[5])
        catalogue.desk.bus.announce(Changes(offerings=frozenset({offered[5]})))
        await until(lambda: told[-1] is None)
        assert catalogue.ids() == offered[:-1]

    run(scenario())


def test_many_changes_at_once_are_read_as_one_list(
    run: Run, many_offered: list[int], catalogue: Catalogue
) -> None:
    async def scenario() -> None:
        await catalogue.open()
        catalogue.click(many_offered[3])
        await catalogue.desk.backend.call(rename, many_offered[3], "Aaa")
        # More than a statement may ask for by their ids.
        catalogue.desk.bus.announce(Changes(offerings=frozenset(range(100_000))))
        await until(lambda: catalogue.ids()[0] == many_offered[3])
        assert catalogue.page.list.selected_id == many_offered[3]

    run(scenario())


def reached(told: list[object], count: int) -> bool:
    return len(told) >= count


def test_what_changes_again_and_again_is_read_to_the_end(
    run: Run, offered: list[int], catalogue: Catalogue
) -> None:
    """A reading that is begun anew with each change would never be done while they come."""

    async def scenario() -> None:
        await catalogue.open()
        shown: list[object] = []
        catalogue.page.counted.connect(shown.append)
        await catalogue.desk.backend.call(rename, offered[0], "Zebra")
        for number in range(1, 21):
            catalogue.desk.bus.announce(Changes(everything=True))
            catalogue.desk.bus.announce(Changes(everything=True))
            await until(partial(reached, shown, number))
        await catalogue.settled()
        assert catalogue.ids()[-1] == offered[0]
        assert len(shown) <= 40

    run(scenario())
