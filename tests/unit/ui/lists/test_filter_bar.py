from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.filter_bar import FilterBar
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.lists.conftest import put_away

FILTERS = (("all", "All"), ("new", "New"), ("changed", "Changed"), ("gone", "Discontinued"))
HINT = "Search name or code…"


@pytest.fixture
def bar(desk: Desk) -> Iterator[FilterBar]:
    """In a window as wide as it likes."""
    window = QWidget()
    made = FilterBar(
        desk,
        window,
        filters=FILTERS,
        filter_name="Offerings filter",
        search_hint=HINT,
        search_name="Search offerings",
    )
    made.addWidget(QPushButton("View"))
    made.addWidget(QPushButton("Export…"))
    column = QVBoxLayout(window)
    column.addWidget(made)
    column.addStretch(1)
    window.resize(1200, 200)
    window.show()
    window.activateWindow()
    yield made
    put_away(window)


def is_one_row(bar: FilterBar) -> bool:
    assert bar.filter is not None
    return bar.search.mapTo(bar, bar.search.rect().topLeft()).y() < bar.filter.height() // 2


def test_the_search_gives_way_before_it_takes_a_row_of_its_own(run: Run, bar: FilterBar) -> None:
    async def scenario() -> None:
        await until(lambda: is_one_row(bar))
        usual, words = bar.search.width(), bar.search.fontMetrics().horizontalAdvance(HINT)
        assert bar.filter is not None
        buttons = sum(button.width() for button in bar.findChildren(QPushButton))
        bar.window().resize(bar.filter.width() + buttons + words + 150, 200)
        await until(lambda: is_one_row(bar) and bar.search.width() < usual)
        assert bar.search.width() > words
        bar.window().resize(bar.filter.width() + buttons, 200)
        await until(lambda: not is_one_row(bar))
        bar.window().resize(1200, 200)
        await until(lambda: is_one_row(bar) and bar.search.width() == usual)

    run(scenario())


def test_the_keyboard_goes_from_the_filter_over_the_search_to_the_buttons(bar: FilterBar) -> None:
    assert bar.filter is not None
    chosen = bar.filter.findChildren(QWidget)[0]
    chosen.setFocus()
    for expected in (bar.search, *bar.findChildren(QPushButton)):
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is expected
