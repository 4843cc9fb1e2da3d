from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from esd_desktop.models.rows import AssetQuery, AssetRow, AssetSort
from esd_desktop.models.statuses import TokenStatus
from esd_desktop.services.browse import asset_page
from esd_desktop.ui.assets.columns import COLUMNS, Column
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.model import KEPT_PAGES, PAGE, RecordModel, pages_of
from tests.support.sowing import Sown
from tests.support.window import Run

TOKEN_STATUS = COLUMNS.place(Column.TOKEN_STATUS)
SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def row(run: Run, desk: Desk, sown: Sown) -> AssetRow:
    return next(iter(run(desk.read(asset_page, AssetQuery(), 0, 1))))


def page(row: AssetRow, number: int) -> list[AssetRow]:
    """A page of assets whose ids are their positions."""
    return [replace(row, id=number * PAGE + place) for place in range(PAGE)]


def test_it_keeps_qts_contract_while_the_list_grows_and_shrinks(
    row: AssetRow, qtmodeltester: ModelTester
) -> None:
    model = RecordModel(COLUMNS)
    check = cast("Callable[[RecordModel[AssetRow]], None]", qtmodeltester.check)
    check(model)
    for total in (0, 3, 1000, 1000, 5, 0, 2 * PAGE):
        model.answer(total, {0: page(row, 0)[:total]})
        assert model.rowCount() == total
        check(model)


def test_a_million_rows_cost_nothing_until_they_are_looked_at(row: AssetRow) -> None:
    model = RecordModel(COLUMNS)
    model.answer(1_000_000, {0: page(row, 0)})
    assert model.rowCount() == 1_000_000
    assert model.row_at(0) == replace(row, id=0)
    assert model.row_at(999_999) is None
    assert model.data(model.index(999_999, 0), SPOKEN) == "Loading"
    assert model.missing_pages(999_990, 1_000_000) == [999_999 // PAGE]


def test_a_page_that_arrives_takes_the_place_of_what_was_loading(row: AssetRow) -> None:
    model = RecordModel(COLUMNS)
    model.answer(1000, {0: page(row, 0)})
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.put(3, page(row, 3))
    assert told == [(3 * PAGE, 4 * PAGE - 1)]
    assert model.position_of(3 * PAGE + 7) == 3 * PAGE + 7
    assert model.missing_pages(3 * PAGE, 4 * PAGE) == [4]


def test_of_a_list_that_is_read_again_only_what_is_another_is_told(row: AssetRow) -> None:
    model = RecordModel(COLUMNS)
    model.answer(1000, {0: page(row, 0), 1: page(row, 1)})
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.answer(1000, {0: page(row, 0), 1: page(row, 1)})
    assert not told
    changed = page(row, 1)
    changed[3] = replace(changed[3], token_status=TokenStatus.ACTIVATED)
    changed[5] = replace(changed[5], id=1_000)
    model.answer(1000, {1: changed})
    assert sorted(told) == [(0, PAGE - 1), (PAGE + 3, PAGE + 5)]
    assert model.row_at(0) is None


def test_only_a_few_pages_are_kept_those_looked_at_last(row: AssetRow) -> None:
    model = RecordModel(COLUMNS)
    model.answer(1_000_000, {})
    for number in range(KEPT_PAGES):
        model.put(number, page(row, number))
    model.missing_pages(0, 1)
    model.put(500, page(row, 500))
    assert model.row_at(0) is not None
    assert model.row_at(PAGE) is None
    assert model.row_at(500 * PAGE) is not None


def test_an_asset_that_changed_is_told_where_it_stands(row: AssetRow) -> None:
    model = RecordModel(COLUMNS)
    model.answer(10, {0: page(row, 0)[:10]})
    told: list[int] = []
    model.dataChanged.connect(lambda first, last: told.append(first.row()))
    model.renew([replace(row, id=4, token_status=TokenStatus.ACTIVATED), replace(row, id=99)])
    assert told == [4]
    assert model.data(model.index(4, TOKEN_STATUS)).startswith("Activated")
    assert model.data(model.index(5, TOKEN_STATUS)).startswith("Redeemed")


def test_what_is_being_worked_on_says_so(row: AssetRow) -> None:
    model = RecordModel(COLUMNS)
    model.answer(10, {0: page(row, 0)[:10]})
    index = model.index(4, TOKEN_STATUS)
    before = model.data(index, SPOKEN)
    model.set_busy(4, True)
    assert model.data(index, SPOKEN) == f"{before}, working"
    assert model.busy_positions() == [4]
    model.set_busy(4, False)
    assert model.data(index, SPOKEN) == before


def test_numbers_stand_at_the_right(row: AssetRow) -> None:
    model = RecordModel(COLUMNS)
    model.answer(1, {0: [row]})
    for column, side in ((Column.PRICE, "AlignRight"), (Column.PRODUCT, "AlignLeft")):
        section = COLUMNS.place(column)
        wanted = Qt.AlignmentFlag[side] | Qt.AlignmentFlag.AlignVCenter
        role = Qt.ItemDataRole.TextAlignmentRole
        assert model.data(model.index(0, section), role) == wanted
        assert model.headerData(section, Qt.Orientation.Horizontal, role) == wanted


def test_only_headers_that_say_another_sort_are_told_of() -> None:
    model = RecordModel(COLUMNS)
    told: list[int] = []
    model.headerDataChanged.connect(lambda _, first, last: told.extend(range(first, last + 1)))
    model.tell_sort(AssetSort.PRICE, True)
    assert told == [COLUMNS.place(Column.PRICE)]
    model.tell_sort(AssetSort.PRICE, True)
    model.tell_sort(AssetSort.STATUS, False)
    assert sorted(told[1:]) == sorted([COLUMNS.place(Column.PRICE), COLUMNS.place(Column.STATUS)])


def test_a_header_says_how_the_list_is_sorted() -> None:
    model = RecordModel(COLUMNS)
    model.tell_sort(AssetSort.PRICE, True)
    section = COLUMNS.place(Column.PRICE)
    spoken = model.headerData(section, Qt.Orientation.Horizontal, SPOKEN)
    assert spoken == "Price, sorted descending"
    assert model.headerData(0, Qt.Orientation.Horizontal, SPOKEN) == "Customer"


def test_pages_of_positions() -> None:
    assert list(pages_of(0, 0)) == [0]
    assert list(pages_of(PAGE - 1, PAGE)) == [0, 1]
    assert list(pages_of(0, -1)) == []
