"""One invoice in a window of its own, for whoever comes from an asset or an order."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from esd_desktop.ui.ask import opened
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.invoices.invoice_view import InvoiceView
from esd_desktop.ui.look.theme import SPACE_12, SPACE_20
from esd_desktop.ui.settings.form import give_size

_SIZE = (720, 820)


async def show_invoice(desk: Desk, parent: QWidget, invoice_id: int) -> None:
    """Show an invoice until its window is closed."""
    await opened(InvoiceDialog(desk, parent, invoice_id))


class InvoiceDialog(QDialog):
    """Going to the order or the account closes it."""

    def __init__(self, desk: Desk, parent: QWidget, invoice_id: int) -> None:
        super().__init__(parent)
        self.setWindowTitle("Invoice")
        self.view = InvoiceView(desk, self)
        close = QPushButton("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_12, SPACE_20, SPACE_20, SPACE_20)
        column.setSpacing(SPACE_12)
        column.addWidget(self.view, 1)
        column.addLayout(buttons)
        give_size(self, *_SIZE)
        for signal in (desk.navigator.order_wanted, desk.navigator.account_wanted):
            signal.connect(self.accept)
        self.view.show_invoice(invoice_id)
