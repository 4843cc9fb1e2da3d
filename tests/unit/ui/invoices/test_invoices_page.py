"""The list of invoices and the paper beside it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from esd_desktop.ui.desk import Desk
from esd_desktop.ui.invoices import invoice_view
from esd_desktop.ui.invoices.dialog import InvoiceDialog, show_invoice
from esd_desktop.ui.invoices.invoices_page import InvoicesPage
from tests.support.waiting import until
from tests.support.widgets import press, window, words
from tests.support.window import Run
from tests.unit.ui.invoices.conftest import Invoices


async def _shown(page: InvoicesPage, title: str) -> None:
    await until(lambda: page.paper.preview.accessibleName() == title)


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> InvoicesPage:
    made = InvoicesPage(desk)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    return made


def test_an_invoice_is_selected_and_stands_there_on_paper(
    run: Run, desk: Desk, invoices: Invoices, page: InvoicesPage
) -> None:
    async def scenario() -> None:
        page.show()
        await until(lambda: page.list.model.rowCount() == 2)
        assert "No invoice selected" in words(page)
        page.select(invoices.charged)
        await _shown(page, "Invoice INV-2026-00001")
        read_out = page.paper.preview.accessibleDescription()
        assert "Αιγαίο Ναυτιλιακή" in read_out
        page.select(invoices.credit)
        await _shown(page, "Credit invoice CRN-2026-00001")

    run(scenario())


def test_the_filter_leaves_one_kind(run: Run, invoices: Invoices, page: InvoicesPage) -> None:
    async def scenario() -> None:
        page.show()
        await until(lambda: page.list.model.rowCount() == 2)
        page.choose_filter("credits")
        await until(lambda: page.list.model.rowCount() == 1)
        row = page.list.model.row_at(0)
        assert row is not None
        assert row.id == invoices.credit

    run(scenario())


def test_it_leads_to_the_order_and_the_account(
    run: Run, desk: Desk, invoices: Invoices, page: InvoicesPage
) -> None:
    went: list[tuple[str, object]] = []
    desk.navigator.order_wanted.connect(lambda order: went.append(("order", order)))
    desk.navigator.account_wanted.connect(lambda account: went.append(("account", account)))

    async def scenario() -> None:
        page.show()
        page.select(invoices.charged)
        await _shown(page, "Invoice INV-2026-00001")
        press(page, "Order")
        press(page, "Account")
        billed = invoices.billed
        assert went == [("order", billed.order), ("account", billed.account)]

    run(scenario())


def test_it_is_saved_where_the_person_wants_it(
    run: Run, desk: Desk, invoices: Invoices, page: InvoicesPage, tmp_path: Path
) -> None:
    file = tmp_path / "mine.pdf"

    async def scenario() -> None:
        page.show()
        page.select(invoices.charged)
        await _shown(page, "Invoice INV-2026-00001")
        press(page, "Save PDF…")
        dialog = await window("Save the invoice as PDF")
        assert isinstance(dialog, QFileDialog)
        typed = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(typed, QLineEdit)
        assert typed.text() == "INV-2026-00001.pdf"
        typed.setText(str(file))
        dialog.accept()
        await until(file.exists)
        await until(lambda: desk.messages.kept)
        assert desk.messages.kept[0].sentence == (f"Invoice INV-2026-00001 was saved as {file}.")

    run(scenario())
    assert len(PdfReader(file).pages) == 3


def test_what_is_not_saved_is_told(
    run: Run,
    desk: Desk,
    invoices: Invoices,
    page: InvoicesPage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def nowhere(*_: object) -> Path:
        return tmp_path / "no folder" / "invoice.pdf"

    monkeypatch.setattr(invoice_view, "ask_new_file", nowhere)

    async def scenario() -> None:
        page.show()
        page.select(invoices.charged)
        await _shown(page, "Invoice INV-2026-00001")
        press(page, "Save PDF…")
        await until(lambda: desk.messages.kept)
        assert "could not be saved" in desk.messages.kept[0].sentence

    run(scenario())


def test_the_printers_dialog_is_opened_and_can_be_left(
    run: Run, invoices: Invoices, page: InvoicesPage
) -> None:
    def dialogs() -> list[QPrintDialog]:
        tops = QApplication.topLevelWidgets()
        return [one for one in tops if isinstance(one, QPrintDialog) and one.isVisible()]

    async def scenario() -> None:
        page.show()
        page.select(invoices.charged)
        await _shown(page, "Invoice INV-2026-00001")
        press(page, "Print…")
        await until(dialogs)
        assert dialogs()[0].maxPage() == 3
        dialogs()[0].reject()
        await until(lambda: not dialogs())

    run(scenario())


def test_one_comes_in_a_window_of_its_own(
    run: Run, desk: Desk, invoices: Invoices, page: InvoicesPage
) -> None:
    async def scenario() -> None:
        page.show()
        shown = asyncio.ensure_future(show_invoice(desk, page, invoices.charged))
        dialog = await window("Invoice")
        assert isinstance(dialog, InvoiceDialog)
        preview = dialog.view.preview
        await until(lambda: preview.accessibleName() == "Invoice INV-2026-00001")
        desk.navigator.order_wanted.emit(invoices.billed.order)
        await shown

    run(scenario())
