"""The lines of an order that is being put together: product, price, quantity, and what it comes
to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.values import Money
from esd_desktop.models.wording import counted
from esd_desktop.services.order_preview import OrderLine
from esd_desktop.ui.formats import as_money
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, SPACE_12, theme
from esd_desktop.ui.orders.suggest_field import SuggestField, Suggestion

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SUGGESTED = 30
_HEADERS = ("Product", "Price", "Quantity", "Net", "")
_PRODUCT_EMS, _QUANTITY_EMS, _AMOUNT_EMS = 12, 6, 7
_MOST_TYPED = 99_999_999
_ORDERABLE = (CatalogueStatus.ACTIVE, CatalogueStatus.CHANGED)


class LinesEditor(QWidget):
    """``changed`` comes with everything that the person changes. Enter in the last row's quantity
    adds a row."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offerings: list[OfferingRow] = []
        self._rows: list[LineRow] = []
        self._grid = QGridLayout()
        self._add = QPushButton("Add product")
        self._total = QLabel()
        self._lay_out()
        self.add_row()

    @property
    def lines(self) -> list[OrderLine]:
        """What is chosen so far; rows without a product are left out."""
        return [line for row in self._rows if (line := row.line) is not None]

    @property
    def unfinished(self) -> bool:
        """Whether something is typed as a product that is none."""
        return any(row.line is None and row.product.text().strip() for row in self._rows)

    def use(self, offerings: Sequence[OfferingRow]) -> None:
        """Offer these products; what was chosen stays where it is among them."""
        self._offerings = [row for row in offerings if row.status in _ORDERABLE]
        by_sku = {row.sku: row for row in self._offerings}
        for row in self._rows:
            row.replace(by_sku)
        self._tell()

    def add_row(self) -> None:
        """Add an empty row and go to it."""
        row = LineRow(self)
        row.product.sought.connect(lambda text, row=row: self._suggest(row, text))
        row.product.chosen.connect(lambda _: self._tell())
        row.quantity.valueChanged.connect(lambda _: self._tell())
        row.remove.clicked.connect(lambda _=False, row=row: self.remove_row(row))
        self._rows.append(row)
        self._place()
        row.product.setFocus()

    def remove_row(self, row: LineRow) -> None:
        """Take a row out; the last one is emptied instead."""
        if len(self._rows) == 1:
            row.clear()
            row.product.setFocus()
        else:
            place = self._rows.index(row)
            self._rows.remove(row)
            row.leave(self._grid)
            self._place()
            self._rows[min(place, len(self._rows) - 1)].product.setFocus()
        self._tell()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes to the lines: to the first that is without a product, or the last."""
        super().focusInEvent(event)
        empty = [row for row in self._rows if row.line is None]
        (empty or self._rows[-1:])[0].product.setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = self._rows[-1]
        if event.key() in _ENTER and self.window().focusWidget() is last.quantity:
            if last.line is not None:
                self.add_row()
            return
        super().keyPressEvent(event)

    def _suggest(self, row: LineRow, text: str) -> None:
        words = text.casefold().split()
        found = [
            offering
            for offering in self._offerings
            if all(word in f"{offering.name} {offering.sku}".casefold() for word in words)
        ]
        row.product.suggest([_suggestion(offering) for offering in found[:_SUGGESTED]])

    def _tell(self) -> None:
        for row in self._rows:
            row.tell_net()
        self._total.setText(_in_total([row for row in self._rows if row.line is not None]))
        self.changed.emit()

    def _place(self) -> None:
        for place, row in enumerate(self._rows, 1):
            row.place(self._grid, place)
        widgets = [widget for row in self._rows for widget in row.stops]
        for before, after in zip(widgets, [*widgets[1:], self._add], strict=True):
            self.setTabOrder(before, after)

    def _lay_out(self) -> None:
        self._grid.setContentsMargins(0, 0, SPACE_8, 0)
        self._grid.setHorizontalSpacing(SPACE_12)
        self._grid.setVerticalSpacing(SPACE_8)
        self._grid.setColumnStretch(0, 1)
        for place, words in enumerate(_HEADERS):
            header = QLabel(words)
            write_as(header, Text.SMALL)
            if place in (1, 3):
                header.setAlignment(_RIGHT)
            self._grid.addWidget(header, 0, place)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._grid)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        self._add.setIcon(icon("plus"))
        make_kind(self._add, Kind.QUIET)
        self._add.setAutoDefault(False)
        self._add.clicked.connect(self.add_row)
        write_as(self._total, Text.STRONG)
        self._total.setAlignment(_RIGHT)
        self._total.setAccessibleName("Total of the lines")
        foot = QGridLayout()
        foot.addWidget(self._add, 0, 0)
        foot.addWidget(self._total, 0, 1)
        foot.setColumnStretch(1, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(SPACE_8)
        outer.addWidget(scroll, 1)
        outer.addLayout(foot)


class LineRow:
    """The widgets of one line."""

    def __init__(self, parent: QWidget) -> None:
        self.product = SuggestField("Name or SKU", "Product", parent)
        self.quantity = QSpinBox(parent)
        self.remove = QToolButton(parent)
        self._price = QLabel(parent)
        self._net = QLabel(parent)
        self.product.setMinimumWidth(_PRODUCT_EMS * theme().px())
        # Also what cannot be ordered can be typed and is refused with a sentence: a field that
        # makes something else of it would have that ordered.
        self.quantity.setRange(0, _MOST_TYPED)
        self.quantity.setValue(1)
        self.quantity.setGroupSeparatorShown(True)
        self.quantity.setAccessibleName("Quantity")
        self.quantity.lineEdit().setTextMargins(SPACE_4, 0, 0, 0)
        self.quantity.setMinimumWidth(_QUANTITY_EMS * theme().px())
        self.remove.setIcon(icon("clear"))
        self.remove.setToolTip("Remove this line")
        self.remove.setAccessibleName("Remove this line")
        make_kind(self.remove, Kind.QUIET)
        for label in (self._price, self._net):
            label.setAlignment(_RIGHT)
            label.setMinimumWidth(_AMOUNT_EMS * theme().px())
        self._widgets = (self.product, self._price, self.quantity, self._net, self.remove)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in order."""
        return self.product, self.quantity, self.remove

    @property
    def offering(self) -> OfferingRow | None:
        """The product that is chosen."""
        chosen = self.product.value
        return chosen if isinstance(chosen, OfferingRow) else None

    @property
    def line(self) -> OrderLine | None:
        """The line, once a product is chosen."""
        if self.offering is None:
            return None
        return OrderLine(self.offering.sku, self.quantity.value())

    @property
    def net(self) -> Money | None:
        """What the line comes to before tax."""
        if self.offering is None:
            return None
        price = self.offering.price
        return Money(price.amount * self.quantity.value(), price.currency)

    def replace(self, known: dict[str, OfferingRow]) -> None:
        """Take the chosen product from another catalogue; not chosen any more where it has none."""
        if self.offering is None:
            return
        other = known.get(self.offering.sku)
        self.product.choose(_words(other) if other else self.product.text(), other)

    def clear(self) -> None:
        """Nothing is chosen."""
        self.product.choose("", None)
        self.quantity.setValue(1)

    def tell_net(self) -> None:
        """Say the price and what the line comes to."""
        self._price.setText(as_money(self.offering.price) if self.offering else "")
        self._net.setText(as_money(self.net) if self.net else "")

    def place(self, grid: QGridLayout, line: int) -> None:
        """Stand in a line of the grid."""
        for column, widget in enumerate(self._widgets):
            grid.removeWidget(widget)
            grid.addWidget(widget, line, column)

    def leave(self, grid: QGridLayout) -> None:
        """Go away."""
        for widget in self._widgets:
            grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()


def _suggestion(offering: OfferingRow) -> Suggestion:
    return _words(offering), as_money(offering.price), offering


def _words(offering: OfferingRow) -> str:
    return f"{offering.name} ({offering.sku})"


def _in_total(rows: Sequence[LineRow]) -> str:
    """So many licences, and what they come to before tax, in each of their currencies."""
    if not rows:
        return ""
    sums: dict[str, Decimal] = {}
    for row in rows:
        if row.net is not None:
            sums[row.net.currency] = sums.get(row.net.currency, Decimal(0)) + row.net.amount
    amounts = " and ".join(as_money(Money(amount, code)) for code, amount in sums.items())
    licences = counted(sum(row.quantity.value() for row in rows), "licence")
    return f"{licences}, {amounts} before tax"
