"""One invoice as it looks on paper, and what can be done with it: save, print, go where it came
from."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.invoice_rows import InvoiceDetail
from esd_desktop.services.browse_invoices import invoice_detail, invoice_sheet
from esd_desktop.services.changes import Changes
from esd_desktop.services.invoice_file import save_invoice
from esd_desktop.services.invoicing.marks import Sheet
from esd_desktop.ui.ask import ask_new_file, opened
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.invoices.paper import print_sheet
from esd_desktop.ui.invoices.preview import Preview
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.roles import Kind, make_kind
from esd_desktop.ui.look.theme import SPACE_8
from esd_desktop.ui.tasks import while_wanted
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.flow_toolbar import FlowToolbar
from esd_desktop.ui.widgets.group import Group

_KINDS = "PDF files (*.pdf)"


class InvoiceView(Group):
    """Shows nothing until it is told which."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("Invoice", parent)
        self._desk = desk
        self._invoice_id: int | None = None
        self._shown: tuple[InvoiceDetail, Sheet] | None = None
        self._task = f"invoice view {id(self)}"
        self.preview = Preview()
        self._save = BusyButton("Save PDF…", kind=Kind.PRIMARY)
        self._print = BusyButton("Print…")
        self._order = BusyButton("Order")
        self._account = BusyButton("Account")
        self._empty = EmptyState("invoice", "", "")
        self._pages = QStackedWidget()
        self._lay_out()
        self._follow()
        self.show_invoice(None)

    def show_invoice(self, invoice_id: int | None) -> None:
        """Show this invoice, or with None nothing."""
        if invoice_id is None:
            self._desk.tasks.cancel(self._task)
            self._show_nothing()
        elif invoice_id != self._invoice_id:
            self._invoice_id = invoice_id
            self._load()

    def _lay_out(self) -> None:
        self._order.set_tip("Show the order that it is for")
        self._account.set_tip("Open the account that is billed")
        larger = _tool("plus", "Larger", self.preview.zoom_in)
        smaller = _tool("minus", "Smaller", self.preview.zoom_out)
        bar = FlowToolbar("Invoice actions", fill=False)
        for item in (self._save, self._print, self._order, self._account, smaller, larger):
            bar.add(item)
        paper = QWidget()
        column = QVBoxLayout(paper)
        column.setContentsMargins(SPACE_8, 0, 0, 0)
        column.setSpacing(SPACE_8)
        column.addWidget(bar)
        column.addWidget(self.preview, 1)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(paper)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def _follow(self) -> None:
        self._save.clicked.connect(self._ask_where)
        self._print.clicked.connect(self._ask_printer)
        self._order.clicked.connect(self._open_order)
        self._account.clicked.connect(self._open_account)
        self._desk.tasks.changed.connect(self._task_changed)

    def _load(self) -> None:
        if self._invoice_id is not None:
            work = partial(self._read, self._invoice_id)
            self._desk.tasks.run(self._task, work, owner=self, latest=True)

    async def _read(self, invoice_id: int) -> None:
        try:
            with while_wanted():
                detail, sheet = await asyncio.gather(
                    self._desk.read(invoice_detail, invoice_id),
                    self._desk.read(invoice_sheet, invoice_id),
                )
        except EsdError as fault:
            self._shown = None
            self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), self._load)
            self._pages.setCurrentIndex(0)
            return
        self._shown = detail, sheet
        self._order.setVisible(detail.row.order_id is not None)
        self.preview.show_sheet(sheet)
        self._pages.setCurrentIndex(1)

    def _show_nothing(self) -> None:
        self._invoice_id = self._shown = None
        sentence = "Select an invoice in the list to see it here as it looks on paper."
        self._empty.tell("invoice", "No invoice selected", sentence)
        self._pages.setCurrentIndex(0)

    def _ask_where(self) -> None:
        if self._shown is not None:
            detail, _ = self._shown
            work = partial(self._saved, detail.row.id, detail.row.number)
            self._desk.tasks.run(_key("save", detail), work, owner=self)

    async def _saved(self, invoice_id: int, number: str) -> None:
        path = await ask_new_file(self, "Save the invoice as PDF", _KINDS, f"{number}.pdf")
        if path is None:
            return
        # The dialog has asked before it answers with a file that exists.
        outcome = await self._desk.do(Changes(), save_invoice, invoice_id, path, overwrite=True)
        self._desk.messages.outcome(outcome)

    def _ask_printer(self) -> None:
        if self._shown is not None:
            detail, sheet = self._shown
            self._desk.tasks.run(_key("print", detail), partial(self._printed, sheet), owner=self)

    async def _printed(self, sheet: Sheet) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setMinMax(1, len(sheet.pages))
        if await opened(dialog) == QDialog.DialogCode.Accepted:
            print_sheet(printer, sheet)

    def _open_order(self) -> None:
        if self._shown is not None and self._shown[0].row.order_id is not None:
            self._desk.navigator.order_wanted.emit(self._shown[0].row.order_id)

    def _open_account(self) -> None:
        if self._shown is not None:
            self._desk.navigator.account_wanted.emit(self._shown[0].row.account_id)

    def _task_changed(self, _: str) -> None:
        if self._shown is not None:
            detail, busy = self._shown[0], self._desk.tasks.is_busy
            self._save.set_busy(busy(_key("save", detail)))
            self._print.set_busy(busy(_key("print", detail)))


def _key(verb: str, detail: InvoiceDetail) -> str:
    return f"{verb} invoice {detail.row.id}"


def _tool(drawing: str, name: str, run: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    make_kind(button, Kind.QUIET)
    button.setIcon(icon(drawing))
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.clicked.connect(run)
    return button
