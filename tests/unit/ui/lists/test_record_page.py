from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QRadioButton

from esd_desktop.models.listing import ListCounts, ListKind
from esd_desktop.services.changes import Changes
from esd_desktop.settings import Folders
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.record_page import RecordPage
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.lists.conftest import COLUMNS, Catalogue, offer, put_away, rename


def segments(catalogue: Catalogue) -> list[str]:
    assert catalogue.page.bar.filter is not None
    return [one.text() for one in catalogue.page.bar.filter.findChildren(QRadioButton)]


def line(catalogue: Catalogue) -> str:
    return catalogue.page.counts_line.text()


def test_what_a_screen_reader_calls_the_parts(catalogue: Catalogue) -> None:
    page = catalogue.page
    assert page.list.table.accessibleName() == "Offerings"
    assert page.bar.search.accessibleName() == "Search offerings"
    assert page.bar.filter is not None
    assert page.bar.filter.accessibleName() == "Offerings filter"
    assert page.view.accessibleName() == "View, columns and sort"


def test_a_page_that_nobody_looked_at_reads_nothing(
    run: Run, offered: list[int], catalogue: Catalogue, desk: Desk
) -> None:
    counted: list[ListCounts] = []
    begun: list[str] = []
    catalogue.page.counted.connect(counted.append)
    desk.tasks.changed.connect(begun.append)

    async def scenario() -> None:
        catalogue.page.show_account(None)
        catalogue.page.choose_filter("new")
        catalogue.page.refresh()
        desk.bus.announce(Changes(everything=True))
        await catalogue.settled()
        assert catalogue.page.list.query is None
        await catalogue.open()
        assert counted
        assert catalogue.ids() == [offered[0], offered[3]]

    run(scenario())


def test_segments_filter_and_have_their_counts(
    run: Run, offered: list[int], catalogue: Catalogue
) -> None:
    counted: list[ListCounts] = []
    catalogue.page.counted.connect(counted.append)

    async def scenario() -> None:
        await catalogue.open()
        assert segments(catalogue) == ["All 6", "New 2", "Active 4"]
        assert catalogue.ids() == offered
        assert line(catalogue) == "6 of 6 shown"
        assert counted[-1].by_filter["all"] == 6
        assert catalogue.page.bar.filter is not None
        catalogue.page.bar.filter.findChildren(QRadioButton)[1].click()
        await catalogue.settled()
        assert catalogue.ids() == [offered[0], offered[3]]
        assert catalogue.page.query.filter == "new"
        assert line(catalogue) == "2 of 6 shown"
        catalogue.click(offered[3])
        assert line(catalogue) == "2 of 6 shown · 1 selected"

    run(scenario())


def test_searching_as_one_types_and_esc_clears(
    run: Run, offered: list[int], catalogue: Catalogue
) -> None:
    async def scenario() -> None:
        await catalogue.open()
        catalogue.page.focus_search()
        field = catalogue.page.bar.search
        assert field.hasFocus()
        QTest.keyClicks(field, "00004")
        await until(lambda: catalogue.ids() == [offered[4]])
        await until(lambda: line(catalogue) == "1 of 6 shown")
        QTest.keyClick(field, Qt.Key.Key_Escape)
        await until(lambda: catalogue.ids() == offered)
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert catalogue.page.list.table.hasFocus()

    run(scenario())


def test_it_follows_the_store_and_the_selection_stays(
    run: Run, sown: Sown, offered: list[int], catalogue: Catalogue
) -> None:
    async def scenario() -> None:
        await catalogue.open()
        catalogue.click(offered[2])
        await catalogue.desk.backend.call(rename, offered[2], "Zebra")
        catalogue.desk.bus.announce(Changes(offerings=frozenset({offered[2]})))
        await until(lambda: catalogue.ids()[-1] == offered[2])
        assert catalogue.page.list.selected_id == offered[2]
        (added,) = await catalogue.desk.backend.call(offer, sown.connection, 1, first=6)
        catalogue.desk.bus.announce(Changes(offerings=frozenset({added})))
        await until(lambda: added in catalogue.ids())
        assert line(catalogue) == "7 of 7 shown · 1 selected"
        assert catalogue.page.list.selected_id == offered[2]

    run(scenario())


def test_a_record_that_the_filter_hides_is_shown_when_somebody_goes_to_it(
    run: Run, offered: list[int], catalogue: Catalogue
) -> None:
    async def scenario() -> None:
        await catalogue.open()
        catalogue.page.choose_filter("new")
        await catalogue.search("00003")
        catalogue.page.select(offered[1])
        await until(lambda: catalogue.page.list.selected_id == offered[1])
        assert catalogue.page.query.filter == "all"
        assert catalogue.page.bar.search.text() == ""
        assert catalogue.page.bar.filter is not None
        assert catalogue.page.bar.filter.current == "all"

    run(scenario())


def test_going_to_a_record_before_the_page_was_shown(
    run: Run, many_offered: list[int], catalogue: Catalogue
) -> None:
    async def scenario() -> None:
        catalogue.page.select(many_offered[700])
        await catalogue.open()
        await until(lambda: catalogue.page.list.selected_id == many_offered[700])

    run(scenario())


def test_only_the_records_of_a_connection_or_an_account(
    run: Run, sown: Sown, offered: list[int], catalogue: Catalogue
) -> None:
    async def scenario() -> None:
        await catalogue.open()
        catalogue.page.show_connection(sown.connection)
        await catalogue.settled()
        assert catalogue.ids() == offered
        catalogue.page.show_connection(sown.connection + 1)
        await catalogue.settled()
        assert catalogue.ids() == []
        catalogue.page.show_connection(None)
        catalogue.page.show_account(sown.customer)
        await catalogue.settled()
        # Offerings are nobody's.
        assert catalogue.ids() == []
        assert catalogue.page.query.account_id == sown.customer

    run(scenario())


def test_nothing_at_all_and_all_of_it_hidden_are_told_apart(
    run: Run, sown: Sown, catalogue: Catalogue
) -> None:
    def title() -> str:
        state = catalogue.empty_state()
        return "" if state is None else state.accessibleName()

    async def scenario() -> None:
        await catalogue.open()
        assert title() == "No offerings yet"
        assert line(catalogue) == ""
        catalogue.page.list.set_nothing_yet("Nothing is sold yet", "Read the catalogue.")
        assert title() == "Nothing is sold yet"
        await catalogue.desk.backend.call(offer, sown.connection, 2)
        catalogue.page.choose_filter("active")
        await catalogue.search("zzz")
        assert title() == "Nothing found for “zzz”"
        assert line(catalogue) == "0 of 2 shown"
        state = catalogue.empty_state()
        assert state is not None
        state.button.click()
        await catalogue.settled()
        assert len(catalogue.ids()) == 2
        assert catalogue.page.query.filter == "all"

    run(scenario())


def test_an_empty_filter_is_named(run: Run, sown: Sown, catalogue: Catalogue) -> None:
    async def scenario() -> None:
        await catalogue.desk.backend.call(offer, sown.connection, 1)
        catalogue.page.choose_filter("active")
        await catalogue.open()
        state = catalogue.empty_state()
        assert state is not None
        assert state.accessibleName() == "Nothing is under “Active”"

    run(scenario())


def test_what_cannot_be_loaded_has_no_counts(
    run: Run, desk: Desk, catalogue: Catalogue, places: Folders
) -> None:
    async def broken() -> object:
        raise OSError

    async def scenario() -> None:
        with pytest.raises(OSError):  # noqa: PT011
            await desk.backend.open(broken)  # type: ignore[arg-type]
        catalogue.page.show()
        await until(catalogue.empty_state)
        state = catalogue.empty_state()
        assert state is not None
        assert state.accessibleName() == "This could not be loaded"
        assert segments(catalogue) == ["All", "New", "Active"]

    run(scenario())


def test_filter_columns_and_selection_survive_a_restart_and_the_search_does_not(
    run: Run, desk: Desk, offered: list[int], catalogue: Catalogue
) -> None:
    async def scenario() -> None:
        await catalogue.open()
        catalogue.page.choose_filter("new")
        catalogue.page.list.header.show_column("sku", True)
        catalogue.page.list.header.sort_by("price", True)
        await catalogue.settled()
        catalogue.click(offered[3])
        await catalogue.search("product")
        catalogue.page.remember()
        again = Catalogue(desk)
        await again.open()
        await until(lambda: again.page.list.selected_id == offered[3])
        assert again.page.bar.search.text() == ""
        assert again.ids() == [offered[3], offered[0]]
        assert again.page.list.header.shown == ["name", "price", "sku"]
        again.close()

    run(scenario())


def test_a_filter_that_is_no_more_is_forgotten(run: Run, desk: Desk, offered: list[int]) -> None:
    desk.memory.keep("catalogue filter", "odd")
    page = Catalogue(desk)

    async def scenario() -> None:
        await page.open()
        assert page.ids() == offered
        page.close()

    run(scenario())


def test_columns_and_sort_are_reached_without_a_mouse(
    run: Run, offered: list[int], catalogue: Catalogue
) -> None:
    async def scenario() -> None:
        await catalogue.open()
        columns, sorts = catalogue.page.view.menu().findChildren(QMenu)
        for menu in (columns, sorts):
            menu.aboutToShow.emit()
        assert [one.text() for one in sorts.actions() if one.text()] == [
            "Product",
            "Price",
            "Ascending",
            "Descending",
        ]
        next(one for one in sorts.actions() if one.text() == "Price").trigger()
        await catalogue.settled()
        assert catalogue.ids() == offered[::-1]
        next(one for one in columns.actions() if one.text() == "SKU").trigger()
        assert catalogue.page.list.header.shown == ["name", "price", "sku"]

    run(scenario())


def test_details_share_the_room_and_the_shares_are_kept(
    run: Run, desk: Desk, offered: list[int], catalogue: Catalogue
) -> None:
    async def scenario() -> None:
        details = QLabel("All about it")
        catalogue.page.set_details(details, Qt.Orientation.Vertical)
        await catalogue.open()
        assert details.isVisible()
        assert details.mapTo(catalogue.page, details.rect().topLeft()).y() > 200
        catalogue.page.remember()
        again = Catalogue(desk)
        again.page.set_details(other := QLabel("All about it"), Qt.Orientation.Vertical)
        await again.open()
        assert other.height() == details.height()
        again.close()

    run(scenario())


def test_a_page_without_filters_begins_with_the_search(run: Run, desk: Desk) -> None:
    page = RecordPage(
        desk,
        kind=ListKind.OFFERINGS,
        columns=COLUMNS,
        name="plain",
        title="Offerings",
        search_hint="Search",
    )
    button = QPushButton("Export…")
    page.bar.addWidget(button)
    page.resize(900, 400)

    async def scenario() -> None:
        page.show()
        await until(lambda: not desk.tasks.is_busy("plain list"))
        search = page.bar.search
        assert search.mapTo(page, search.rect().topLeft()).x() == 0
        assert button.mapTo(page, button.rect().topRight()).x() == page.width() - 1
        assert search.width() < page.width() / 2
        put_away(page)

    run(scenario())
