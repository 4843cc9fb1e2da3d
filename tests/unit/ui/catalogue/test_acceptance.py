"""The table of all that changes where many products are accepted at once."""

from __future__ import annotations

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.ui.catalogue.acceptance import difference_table
from esd_desktop.ui.look.theme import Theme
from tests.unit.models.test_offering_rows import ACTIVE, CHANGED

LONG = "Office Home & Business 2024 for one person on several devices, download licence"


def test_a_line_for_each_difference_and_one_of_a_new_product(look: Theme, qtbot: QtBot) -> None:
    table = difference_table([CHANGED, replace(ACTIVE, status=CatalogueStatus.NEW)])
    qtbot.addWidget(table)
    model = table.model()
    lines = [[model.index(row, at).data() for at in range(4)] for row in range(model.rowCount())]
    assert lines == [
        ["Office (EP2-06606)", "Unit type", "licence", "seat"],
        ["Office (EP2-06606)", "Price", "299.00 EUR", "311.00 EUR"],
        ["Office (EP2-06606)", "New", "—", "299.00 EUR per licence"],
    ]


def test_a_long_name_is_shown_in_full(look: Theme, qtbot: QtBot) -> None:
    renamed = replace(CHANGED, offered_name=LONG, offered_unit_type="licence")
    table = difference_table([renamed])
    qtbot.addWidget(table)
    table.resize(600, 300)
    table.show()
    qtbot.waitUntil(lambda: table.rowHeight(0) > table.rowHeight(1))
    assert table.rowHeight(0) >= 3 * table.fontMetrics().height()


def test_of_thousands_all_are_there(look: Theme, qtbot: QtBot) -> None:
    rows = [
        replace(ACTIVE, id=at, sku=f"S-{at}", status=CatalogueStatus.NEW) for at in range(3_000)
    ]
    table = difference_table(rows)
    qtbot.addWidget(table)
    assert table.model().rowCount() == 3_000
    assert table.model().index(2_999, 0).data() == "Office (S-2999)"
