"""The list of invoices and credit invoices (D3, B3), with the selected one beside it as it looks on
paper."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from esd_desktop.models.listing import ListKind
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.invoices.columns import COLUMNS
from esd_desktop.ui.invoices.dialog import show_invoice
from esd_desktop.ui.invoices.invoice_view import InvoiceView
from esd_desktop.ui.lists.record_page import RecordPage

_FILTERS = (("all", "All"), ("invoices", "Invoices"), ("credits", "Credit invoices"))


class InvoicesPage(RecordPage):
    """Those of an account or of all; an opened one comes in a window of its own."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            parent,
            kind=ListKind.INVOICES,
            columns=COLUMNS,
            name="invoices",
            title="Invoices",
            filters=_FILTERS,
            search_hint="Number, account, order",
        )
        self.paper = InvoiceView(desk, self)
        self.set_details(self.paper)
        self.list.set_nothing_yet(
            "No invoices yet",
            "Each order makes an invoice, and each cancelled licence a credit invoice.",
        )
        self.list.selected.connect(self.paper.show_invoice)
        self.list.opened.connect(self._open)

    def _open(self, invoice_id: int) -> None:
        self._desk.tasks.run(
            "invoice", lambda: show_invoice(self._desk, self, invoice_id), owner=self
        )
