"""One product of the catalogue: what differs, what can be done, what it cost over time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.errors import EsdError
from esd_desktop.models.listing import ListKind
from esd_desktop.models.offering_rows import (
    Difference,
    OfferingPriceRow,
    at_microsoft,
    can_be_accepted,
    differences,
)
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.values import Money
from esd_desktop.services.browse import offering_prices
from esd_desktop.services.changes import Changes
from esd_desktop.services.lists import list_rows
from esd_desktop.ui.catalogue.wording import status_text, what_to_do
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_date, as_moment, as_money
from esd_desktop.ui.look.roles import Kind, Text, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_12, SPACE_16, SPACE_20
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.facts import Fact, FactGroup, FactList
from esd_desktop.ui.widgets.status_badge import StatusBadge
from esd_desktop.ui.widgets.wrapped import wrapped_label

_TASK = "offering"


class OfferingPanel(QStackedWidget):
    """Follows the store while it shows a product. ``accept_wanted`` carries its row as it is shown
    here, which is what the person has seen."""

    accept_wanted = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._row: OfferingRow | None = None
        self._wanted: int | None = None
        self._name = wrapped_label()
        self._sku = QLabel()
        self._badge = StatusBadge()
        self._advice = wrapped_label()
        self._accept = BusyButton("Accept", kind=Kind.PRIMARY)
        self._facts = FactList("Product")
        self._empty = EmptyState("catalogue", "", "")
        self._lay_out()
        self._accept.clicked.connect(self._accept_shown)
        desk.rights.guard(self._accept, Right.CATALOGUE)
        desk.bus.store_changed.connect(self._store_changed)
        self.show_offering(None)

    def show_offering(self, offering_id: int | None) -> None:
        """Show this product, or with None that none is selected."""
        self._wanted = offering_id
        if offering_id is None:
            self._show_nothing()
        else:
            work = partial(self._read, offering_id)
            self._desk.tasks.run(_TASK, work, owner=self, latest=True)

    def set_busy(self, busy: bool) -> None:
        """Show that something is being accepted."""
        self._accept.set_busy(busy)

    async def _read(self, offering_id: int) -> None:
        try:
            rows = await self._desk.read(list_rows, ListKind.OFFERINGS, [offering_id])
            prices = await self._desk.read(offering_prices, offering_id)
        except EsdError as fault:
            retry = partial(self.show_offering, offering_id)
            self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), retry)
            self.setCurrentWidget(self._empty)
            return
        if rows:
            self._show(rows[0], prices)
        else:
            self._show_nothing()

    def _show_nothing(self) -> None:
        self._row = None
        self._empty.tell("catalogue", "No product selected", "Select one to see what can be done.")
        self.setCurrentWidget(self._empty)

    def _show(self, row: OfferingRow, prices: Sequence[OfferingPriceRow]) -> None:
        self._row = row
        told = status_text(row.status)
        self._name.setText(_name_of(row))
        self._sku.setText(row.sku)
        self._badge.tell(told.tone, told.word, told.explanation)
        self._advice.setText(what_to_do(row.status))
        self._accept.setText(
            "Accept this product" if row.status is CatalogueStatus.NEW else "Accept this change"
        )
        self._accept.setVisible(row.status in (CatalogueStatus.NEW, CatalogueStatus.CHANGED))
        self._accept.set_refusal(None if can_be_accepted(row) else _READ_AGAIN)
        self._facts.show_groups([*_what_differs(row), _as_it_is(row), *_history(prices)])
        self.setCurrentIndex(0)

    def _accept_shown(self) -> None:
        if self._row is not None:
            self.accept_wanted.emit(self._row)

    def _store_changed(self, changes: Changes) -> None:
        touched = self._wanted in changes.offerings or changes.connections or changes.everything
        if self._wanted is not None and touched:
            self.show_offering(self._wanted)

    def _lay_out(self) -> None:
        write_as(self._name, Text.HEADING)
        self._sku.setTextFormat(Qt.TextFormat.PlainText)
        write_as(self._sku, Text.MUTED)
        self._sku.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._sku.setAccessibleName("SKU")
        about = QHBoxLayout()
        about.setSpacing(SPACE_8)
        about.addWidget(self._badge)
        about.addWidget(self._sku)
        about.addStretch(1)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE_20, SPACE_12, SPACE_12, SPACE_12)
        column.setSpacing(SPACE_8)
        column.addWidget(self._name)
        column.addLayout(about)
        column.addWidget(self._advice)
        column.addWidget(self._accept, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(SPACE_16)
        column.addWidget(self._facts)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        self.addWidget(scroll)
        self.addWidget(self._empty)


def in_words(value: str | Money | None) -> str:
    """A value of a difference; nothing is in use yet of what is new."""
    if value is None:
        return "—"
    return as_money(value) if isinstance(value, Money) else value


def _name_of(row: OfferingRow) -> str:
    return at_microsoft(row)[0] if row.status is CatalogueStatus.NEW else row.name


def _what_differs(row: OfferingRow) -> list[FactGroup]:
    if row.status is CatalogueStatus.NEW:
        facts = [Fact(each.what, in_words(each.offered)) for each in differences(row)]
        return [FactGroup("At Microsoft", facts)]
    return [FactGroup(f"{each.what} differs", _pair(each)) for each in differences(row)]


def _pair(difference: Difference) -> list[Fact]:
    return [
        Fact("In use", in_words(difference.in_use)),
        Fact("At Microsoft", in_words(difference.offered)),
    ]


def _as_it_is(row: OfferingRow) -> FactGroup:
    read = as_moment(row.read_at) if row.read_at else "Not known"
    facts = [Fact("Catalogue read", read)]
    if row.status is not CatalogueStatus.NEW:
        facts = [Fact("Price", as_money(row.price)), Fact("Unit type", row.unit_type), *facts]
    return FactGroup(_TITLES.get(row.status, "In use"), facts)


def _history(prices: Sequence[OfferingPriceRow]) -> list[FactGroup]:
    """A line for each acceptance; the name and the unit where they became others with it."""
    facts = []
    renamed = len({each.name for each in prices}) > 1
    for now, before in pairwise([*prices, None]):
        assert now is not None
        told = [as_money(now.price)]
        if renamed and (before is None or before.name != now.name):
            told.append(now.name)
        if before is not None and before.unit_type != now.unit_type:
            told.append(now.unit_type)
        told.append(f"accepted by {now.accepted_by}")
        facts.append(Fact(as_date(now.valid_from), ", ".join(told)))
    return [FactGroup("Price history", facts)] if facts else []


_TITLES = {CatalogueStatus.NEW: "Reading", CatalogueStatus.DISCONTINUED: "As it was sold"}
_READ_AGAIN = "What changed is not known yet. Read the catalogue again first."
