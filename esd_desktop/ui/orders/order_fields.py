"""The first step of the order form: for whom, over which connection, and which products."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from esd_desktop.errors import InvalidInput
from esd_desktop.models.rows import AccountRow, ConnectionRow
from esd_desktop.services.browse import account, account_suggestions, offering_list
from esd_desktop.services.changes import Changes
from esd_desktop.services.mail.address import is_address
from esd_desktop.services.order_preview import OrderLine
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_16
from esd_desktop.ui.orders.account_form import show_edit_account, show_new_account
from esd_desktop.ui.orders.lines_editor import LinesEditor
from esd_desktop.ui.orders.suggest_field import SuggestField
from esd_desktop.ui.settings.form import form_layout
from esd_desktop.ui.widgets.notice import Notice

_LAST = "order connection"


class Draft(Struct, frozen=True):
    """An order as it is put together."""

    account_id: int
    connection_id: int
    lines: tuple[OrderLine, ...]


class OrderFields(QWidget):
    """``changed`` comes with everything that the person chooses."""

    changed = Signal()

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        connections: Sequence[ConnectionRow],
        chosen: AccountRow | None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._connections = list(connections)
        self._at_first = chosen.id if chosen else None
        self._customer = SuggestField("Name, reference or e-mail", "Customer", self)
        self._new = QPushButton("New customer…")
        self._who = QLabel()
        self._address = Notice(Tone.WARNING, "")
        self._connection = QComboBox()
        self._lines = LinesEditor(self)
        self._lay_out()
        self._follow()
        self._show_customer(chosen)
        self._read_catalogue()

    @property
    def connection(self) -> ConnectionRow:
        """What is ordered over."""
        return self._connections[max(0, self._connection.currentIndex())]

    @property
    def touched(self) -> bool:
        """Whether something would be lost."""
        customer = self._customer.value
        elsewhere = customer is not None and customer.id != self._at_first
        return bool(self._lines.lines) or elsewhere

    def draft(self) -> Draft:
        """The order so far. Raises InvalidInput where something is missing, and goes there."""
        customer = self._customer.value
        if customer is None:
            self._customer.setFocus()
            raise InvalidInput("Choose the customer who gets the licences.")
        if self._lines.unfinished:
            raise InvalidInput(
                "A product was typed that is not chosen from the catalogue.",
                advice="Choose it from the suggestions, or remove its line.",
            )
        lines = tuple(self._lines.lines)
        if not lines:
            raise InvalidInput("Choose at least one product.")
        return Draft(customer.id, self.connection.id, lines)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard goes to what is to be filled in first."""
        super().focusInEvent(event)
        (self._customer if self._customer.value is None else self._lines).setFocus(event.reason())

    def _show_customer(self, row: AccountRow | None) -> None:
        if row is not None:
            self._customer.choose(row.name, row)

    def _customer_chosen(self, row: AccountRow | None) -> None:
        self.changed.emit()
        self._who.setText(_described(row) if row else "")
        self._who.setVisible(row is not None)
        usable = row is None or (row.email is not None and is_address(row.email))
        if row is not None and not usable:
            edit = ("Edit account…", lambda: self._edit(row.id))
            self._address.tell(
                Tone.WARNING,
                f"{row.name} has no e-mail address that the licences can be sent to.",
                "",
                [edit],
            )
        self._address.setVisible(not usable)

    def _find_customers(self, text: str) -> None:
        async def found() -> None:
            rows = await self._desk.read(account_suggestions, text)
            if text in ("", self._customer.text().strip()):
                self._customer.suggest([(row.name, _described(row), row) for row in rows])

        self._desk.tasks.run("order customers", found, owner=self, latest=True)

    def _add_customer(self) -> None:
        async def added() -> None:
            typed = "" if self._customer.value else self._customer.text().strip()
            made = await show_new_account(self._desk, self, typed)
            if made is not None:
                self._show_customer(await self._desk.read(account, made))

        self._desk.tasks.run("order new customer", added, owner=self)

    def _edit(self, account_id: int) -> None:
        async def edited() -> None:
            await show_edit_account(self._desk, self, account_id)

        self._desk.tasks.run("order edit customer", edited, owner=self)

    def _read_catalogue(self) -> None:
        async def read() -> None:
            self._lines.use(await self._desk.read(offering_list, self.connection.id))

        self._desk.memory.keep(_LAST, self.connection.id)
        self._desk.tasks.run("order catalogue", read, owner=self, latest=True)

    def _store_changed(self, changes: Changes) -> None:
        if changes.offerings or changes.everything:
            self._read_catalogue()
        customer = self._customer.value
        if customer is not None and (customer.id in changes.accounts or changes.everything):

            async def again() -> None:
                row = await self._desk.read(account, customer.id)
                # Another may be chosen, or half typed, by now. Its number of assets is not shown,
                # and changed by the very order of which the form may just be telling.
                same = replace(row, asset_count=customer.asset_count) == customer
                if self._customer.value is customer and not same:
                    self._show_customer(row)

            self._desk.tasks.run("order customer", again, owner=self, latest=True)

    def _follow(self) -> None:
        self._customer.sought.connect(self._find_customers)
        self._customer.chosen.connect(self._customer_chosen)
        self._new.clicked.connect(self._add_customer)
        self._lines.changed.connect(self.changed)
        self._connection.currentIndexChanged.connect(lambda _: self._read_catalogue())
        self._desk.bus.store_changed.connect(self._store_changed)

    def _lay_out(self) -> None:
        self._connection.setAccessibleName("Connection")
        for row in self._connections:
            self._connection.addItem(row.name, row.id)
        last = self._connection.findData(self._desk.memory.recall(_LAST, 0))
        self._connection.setCurrentIndex(max(0, last))
        self._new.setAutoDefault(False)
        self._who.setTextFormat(Qt.TextFormat.PlainText)
        write_as(self._who, Text.MUTED)
        self._who.hide()
        self._address.hide()
        who = QHBoxLayout()
        who.setSpacing(SPACE_8)
        who.addWidget(self._customer, 1)
        who.addWidget(self._new)
        customer = QVBoxLayout()
        customer.setSpacing(SPACE_8)
        for part in (self._who, self._address):
            customer.addWidget(part)
        form = form_layout()
        label = QLabel("&Customer")
        label.setBuddy(self._customer)
        customer.insertLayout(0, who)
        form.addRow(label, customer)
        if len(self._connections) > 1:
            form.addRow("Co&nnection", self._connection)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_16)
        column.addLayout(form)
        column.addWidget(self._lines, 1)


def _described(row: AccountRow) -> str:
    """What tells accounts of one name apart."""
    billed = f"billed to {row.reseller}" if row.reseller else None
    parts = (row.email or "no e-mail address", row.reference, billed)
    return "  ·  ".join(part for part in parts if part)
