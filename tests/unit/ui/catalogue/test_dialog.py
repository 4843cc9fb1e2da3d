"""The catalogue in a window: read it, be led to what was found, accept it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QTableView, QWidget
from shiboken6 import isValid

from esd_desktop.demo.connecting import form_for
from esd_desktop.models.rows import ConnectionRow, OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.accept_offering import accept_offerings
from esd_desktop.services.browse import connection_list, offering_list
from esd_desktop.services.context import Services
from esd_desktop.services.edit_connection import add_connection
from esd_desktop.services.refresh_catalogue import refresh_catalogue
from esd_desktop.ui.catalogue.dialog import CatalogueDialog
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.widgets.segments import Segments
from tests.support.connecting import SKU
from tests.support.stores import Template
from tests.support.waiting import until
from tests.support.widgets import button, line, notice, press, told, window, words
from tests.support.window import Run

Open = Callable[..., CatalogueDialog]
GET = "Get Services Definition"


@pytest.fixture
def open_dialog(qapp: QApplication, desk: Desk) -> Iterator[Open]:
    """Opens the dialog over a window."""
    parent = QWidget()
    parent.show()

    def opened(connection: int | None = None, filter_name: str = "all") -> CatalogueDialog:
        dialog = CatalogueDialog(desk, parent, connection, filter_name)
        dialog.open()
        return dialog

    yield opened
    parent.close()
    parent.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def connection(
    connected_desk: Desk, sandbox: SandboxControl, connected_store: Template[int]
) -> int:
    """A connection whose catalogue is read and in use; since then Microsoft changed a product's
    price, sells a new one and no longer sells a third."""
    sandbox.change_product(SKU, price="311.00")
    sandbox.change_product("NEW-1", name="Something new", price="5.00")
    sandbox.change_product("KW9-00664", status="Discontinued")
    return connected_store.held


@pytest.fixture
def found(run: Run, desk: Desk, connection: int) -> int:
    """The same, and that was read."""
    run(desk.backend.call(refresh_catalogue, connection))
    return connection


def shown(dialog: CatalogueDialog) -> list[str]:
    """The SKUs in the list, in order."""
    model = dialog._page.list.model
    rows = [model.row_at(position) for position in range(model.rowCount())]
    return [row.sku for row in rows if row is not None]


async def closed(dialog: CatalogueDialog) -> None:
    """Close it, and wait until it is gone with all that it was waiting for."""
    dialog.reject()
    dialog.deleteLater()
    await until(lambda: not isValid(dialog))


async def listed(dialog: CatalogueDialog, count: int) -> None:
    await until(lambda: len(shown(dialog)) == count)


def counts(dialog: CatalogueDialog) -> list[str]:
    """The filters with their numbers."""
    segments = dialog.findChild(Segments)
    assert segments is not None
    return [one.text() for one in segments.findChildren(QWidget) if hasattr(one, "text")]


async def catalogue(desk: Desk, connection: int) -> dict[str, OfferingRow]:
    return {row.sku: row for row in await desk.read(offering_list, connection)}


async def select(desk: Desk, dialog: CatalogueDialog, connection: int, sku: str) -> OfferingRow:
    """Select a product and wait until it is told about at the side."""
    row = (await catalogue(desk, connection))[sku]
    dialog._page.select(row.id)
    await until(lambda: sku in words(dialog._panel))
    return row


def test_without_a_connection_it_leads_to_the_settings(
    run: Run, desk: Desk, open_dialog: Open
) -> None:
    async def scenario() -> None:
        wanted: list[str] = []
        desk.navigator.settings_wanted.connect(wanted.append)
        dialog = open_dialog()
        await until(lambda: "No connection yet" in words(dialog))
        press(dialog, "Connections…")
        assert wanted == ["connections"]
        assert not dialog.isVisible()
        await closed(dialog)

    run(scenario())


def test_a_catalogue_that_was_never_read_says_what_reads_it(
    run: Run, desk: Desk, sandbox: SandboxControl, open_dialog: Open
) -> None:
    async def scenario() -> None:
        await desk.backend.call(add_connection, form_for(sandbox.addresses))
        dialog = open_dialog()
        await until(lambda: "This catalogue was not read yet" in words(dialog))
        dialog._page.list.setFocus()
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Space)
        assert (await told(dialog)).startswith("The catalogue was read: 12 new")
        await listed(dialog, 13)
        assert "No product selected" in words(dialog)
        await closed(dialog)

    run(scenario())


def test_a_reading_leads_to_what_it_found(
    run: Run, desk: Desk, connection: int, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog()
        await listed(dialog, 13)
        press(dialog, GET)
        assert "1 new, 1 changed, 1 discontinued" in await told(dialog)
        await listed(dialog, 14)
        assert counts(dialog) == ["All 14", "New 1", "Changed 1", "Active 10", "Discontinued 2"]
        for link, sku in (("New (1)", "NEW-1"), ("Changed (1)", SKU)):
            press(dialog, link)
            await until(partial(_shows_only, dialog, sku))
        press(dialog, "Discontinued (1)")
        await until(lambda: set(shown(dialog)) == {"79G-05412", "KW9-00664"})
        await closed(dialog)

    run(scenario())


def test_the_message_of_a_reading_keeps_three_links(
    run: Run, desk: Desk, connection: int, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog()
        await listed(dialog, 13)
        press(dialog, GET)
        await told(dialog)
        wanted: list[tuple[object, str]] = []
        desk.navigator.catalogue_wanted.connect(lambda *where: wanted.append(where))
        message = desk.messages.kept[-1]
        assert message.quiet
        assert [text for text, _ in message.links] == [
            *("New products", "Changed products", "Discontinued products")
        ]
        for _, go in message.links:
            go()
        assert wanted == [(connection, name) for name in ("new", "changed", "discontinued")]
        await closed(dialog)

    run(scenario())


def test_it_opens_where_it_was_led_to(run: Run, found: int, open_dialog: Open) -> None:
    async def scenario() -> None:
        dialog = open_dialog(found, "changed")
        await until(lambda: shown(dialog) == [SKU])
        await closed(dialog)

    run(scenario())


def test_a_reading_says_how_far_it_is_and_can_be_stopped(
    run: Run, desk: Desk, connection: int, sandbox: SandboxControl, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog()
        await listed(dialog, 13)
        before = await catalogue(desk, connection)
        sandbox.set_fault("products", "delay", seconds=0.2)
        press(dialog, GET)
        sandbox.set_fault("products", "hang", times=None)
        await until(lambda: button(dialog, "Stop").isVisible())
        press(dialog, "Stop")
        await until(lambda: notice(dialog) is not None)
        assert notice(dialog) == "The reading was stopped."
        assert button(dialog, GET).toolTip() != "Working…"
        assert not [one for one in words(dialog) if "read…" in one]
        assert await catalogue(desk, connection) == before
        await closed(dialog)

    run(scenario())


def test_each_page_is_counted(
    run: Run, connection: int, sandbox: SandboxControl, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog()
        await listed(dialog, 13)
        sandbox.set_fault("products", "delay", seconds=0.3, times=3)
        press(dialog, GET)
        await until(lambda: "1 page, 5 products read…" in words(dialog))
        await until(lambda: "2 pages, 10 products read…" in words(dialog))
        await told(dialog)
        await closed(dialog)

    run(scenario())


def test_nothing_is_shown_before_it_is_known_whose_catalogue_it_is(
    run: Run,
    desk: Desk,
    connection: int,
    open_dialog: Open,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = threading.Event()

    async def connections_at_last(services: Services) -> list[ConnectionRow]:
        await asyncio.to_thread(known.wait)
        return await connection_list(services)

    monkeypatch.setattr("esd_desktop.ui.catalogue.dialog.connection_list", connections_at_last)

    async def scenario() -> None:
        dialog = open_dialog()
        # Long enough for a list to be read, where it were asked for.
        await desk.read(offering_list, connection)
        await until(lambda: desk.tasks.count == 1)
        assert words(dialog) == ["Opening the catalogue…"]
        assert shown(dialog) == []
        known.set()
        await listed(dialog, 13)
        assert button(dialog, GET).isVisible()
        await closed(dialog)

    run(scenario())


def test_a_connection_that_is_away_is_told_and_nothing_changes(
    run: Run, desk: Desk, connection: int, sandbox: SandboxControl, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog()
        await listed(dialog, 13)
        sandbox.set_fault("products", "error", status=400, times=None)
        press(dialog, GET)
        assert await told(dialog)
        assert len(shown(dialog)) == 13
        sandbox.clear_faults()
        press(dialog, GET)
        await until(lambda: "1 new" in (notice(dialog) or ""), 20)
        await closed(dialog)

    run(scenario())


def test_what_differs_is_seen_before_it_is_accepted(
    run: Run, desk: Desk, found: int, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog()
        await listed(dialog, 14)
        await select(desk, dialog, found, SKU)
        assert "Price differs" in words(dialog._panel)
        assert {"In use", "At Microsoft"} <= set(words(dialog._panel))
        assert "Name differs" not in words(dialog._panel)
        press(dialog, "Accept this change")
        assert "was accepted" in await told(dialog)
        await until(lambda: "Price differs" not in words(dialog._panel))
        row = (await catalogue(desk, found))[SKU]
        assert (row.status, str(row.price)) == (CatalogueStatus.ACTIVE, "311.00 GBP")
        assert "Price history" in words(dialog._panel)
        assert not [one for one in words(dialog) if one.startswith("Accept this")]
        await closed(dialog)

    run(scenario())


def test_one_that_was_read_again_meanwhile_is_shown_as_it_is_now_and_asked_about(
    run: Run, desk: Desk, found: int, sandbox: SandboxControl, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog()
        await listed(dialog, 14)
        await select(desk, dialog, found, SKU)
        sandbox.change_product(SKU, price="312.00")
        await desk.backend.call(refresh_catalogue, found)
        press(dialog, "Accept this change")
        question = await window("Accept 1 product?")
        assert any("changed meanwhile by a new reading of" in text for text in words(question))
        press(question, "Accept 1 product")
        await until(lambda: f"({SKU}) was accepted." in (notice(dialog) or ""))
        assert str((await catalogue(desk, found))[SKU].price) == "312.00 GBP"
        await closed(dialog)

    run(scenario())


def test_one_that_somebody_accepted_meanwhile_is_told(
    run: Run, desk: Desk, found: int, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog()
        await listed(dialog, 14)
        row = await select(desk, dialog, found, "NEW-1")
        await desk.backend.call(accept_offerings, {row.id: row.version})
        press(dialog, "Accept this product")
        assert "nothing left to accept; it was accepted last by" in await told(dialog)
        # What is shown is as it is now.
        await until(lambda: "Accept this product" not in _buttons(dialog))
        await closed(dialog)

    run(scenario())


def test_all_shown_are_accepted_after_a_look_at_what_changes(
    run: Run, desk: Desk, found: int, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog()
        await listed(dialog, 14)
        press(dialog, "Accept all shown…")
        question = await window("Accept 2 products?")
        assert _lines(question) == [
            ["Something new (NEW-1)", "New", "—", "5.00 GBP per licence"],
            [f"{_NAME} ({SKU})", "Price", "249.99 GBP", "311.00 GBP"],
        ]
        press(question, "Accept 2 products")
        assert "were accepted" in await told(dialog)
        statuses = {row.status for row in (await catalogue(desk, found)).values()}
        assert statuses == {CatalogueStatus.ACTIVE, CatalogueStatus.DISCONTINUED}
        await closed(dialog)

    run(scenario())


def test_only_those_that_are_shown_are_accepted(
    run: Run, desk: Desk, found: int, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog()
        await listed(dialog, 14)
        QTest.keyClicks(line(dialog, "Search products"), "something")
        await until(lambda: shown(dialog) == ["NEW-1"])
        press(dialog, "Accept all shown…")
        press(await window("Accept 1 product?"), "Leave as it is")
        await until(lambda: not desk.tasks.is_busy("accept offerings"))
        assert (await catalogue(desk, found))["NEW-1"].status is CatalogueStatus.NEW
        press(dialog, "Accept all shown…")
        press(await window("Accept 1 product?"), "Accept 1 product")
        await told(dialog)
        now = await catalogue(desk, found)
        assert now["NEW-1"].status is CatalogueStatus.ACTIVE
        assert now[SKU].status is CatalogueStatus.CHANGED
        press(dialog, "Accept all shown…")
        await until(lambda: "None of the products shown" in (notice(dialog) or ""))
        await closed(dialog)

    run(scenario())


def test_the_connection_that_was_looked_at_last_comes_first_again(
    run: Run, desk: Desk, found: int, sandbox: SandboxControl, open_dialog: Open
) -> None:
    async def scenario() -> None:
        form = form_for(sandbox.addresses, "A second one")
        saved = await desk.backend.call(add_connection, form)
        dialog = open_dialog(found)
        await listed(dialog, 14)
        choice = dialog.findChild(QComboBox)
        assert choice is not None
        assert choice.currentText() == "Sandbox"
        QTest.keyClick(choice, Qt.Key.Key_Up)
        await until(lambda: "This catalogue was not read yet" in words(dialog))
        await closed(dialog)
        again = open_dialog()
        await until(lambda: "This catalogue was not read yet" in words(again))
        assert again._connection is not None
        assert again._connection.id == saved.id
        await closed(again)

    run(scenario())


def test_closing_it_stops_a_reading(
    run: Run, desk: Desk, connection: int, sandbox: SandboxControl, open_dialog: Open
) -> None:
    async def scenario() -> None:
        dialog = open_dialog()
        await listed(dialog, 13)
        before = await catalogue(desk, connection)
        sandbox.set_fault("products", "hang", times=None)
        press(dialog, GET)
        await until(lambda: bool(desk.tasks.running()))
        dialog.reject()
        await until(lambda: not desk.tasks.running())
        assert await catalogue(desk, connection) == before
        await closed(dialog)

    run(scenario())


_NAME = "Office Home & Business 2024, download licence"


def _shows_only(dialog: CatalogueDialog, sku: str) -> bool:
    return shown(dialog) == [sku]


def _lines(question: QWidget) -> list[list[str]]:
    table = question.findChild(QTableView)
    assert table is not None
    model = table.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def _buttons(dialog: CatalogueDialog) -> list[str]:
    accept = dialog._panel._accept
    return [accept.text()] if accept.isVisibleTo(dialog) else []
