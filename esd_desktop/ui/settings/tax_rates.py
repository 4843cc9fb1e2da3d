"""The tax rates by country: listed, set, removed."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.models.invoice_rows import TaxRateRow
from esd_desktop.services.edit_tax_rate import USUAL_NAME, rate_text
from esd_desktop.ui.look.theme import SPACE_8, theme
from esd_desktop.ui.settings.form import add_line, button_row, form_layout
from esd_desktop.ui.widgets.busy_button import BusyButton

_HEADERS = ("Country", "Name", "Rate")
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_LINES = 4


class TaxRates(QWidget):
    """The table, and below it the fields of one rate. ``set_wanted`` and ``remove_wanted`` tell
    that a button was pressed."""

    set_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[TaxRateRow] = []
        self._table = QTableWidget(0, len(_HEADERS))
        form = form_layout()
        self._country = add_line(form, "Country", placeholder="Two letters, such as DE")
        self._name = add_line(form, "Name of the tax", placeholder=USUAL_NAME)
        self._rate = add_line(form, "Rate in per cent", placeholder="19")
        self._set = BusyButton("Set rate")
        self._remove = BusyButton("Remove rate")
        self._set.clicked.connect(self.set_wanted)
        self._remove.clicked.connect(self.remove_wanted)
        self._table.itemSelectionChanged.connect(self._take_over)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_8)
        column.addWidget(self._table)
        column.addLayout(form)
        column.addWidget(button_row("Tax rate", self._set, self._remove))
        self._prepare()
        self.show_rows([])
        theme().changed.connect(self._fit)

    @property
    def changeable(self) -> tuple[QWidget, ...]:
        """The fields and the buttons; the table can be read in any case."""
        return self._country, self._name, self._rate, self._set, self._remove

    @property
    def country(self) -> str:
        """What is typed as the country, in capitals."""
        return self._country.text().strip().upper()

    @property
    def name(self) -> str:
        """What is typed as the tax's name, or the usual one."""
        return self._name.text().strip() or USUAL_NAME

    @property
    def rate(self) -> str:
        """What is typed as the rate."""
        return self._rate.text()

    @property
    def listed(self) -> TaxRateRow | None:
        """The typed country's rate as it is listed; None where none is."""
        return next((row for row in self._rows if row.country == self.country), None)

    @property
    def unsaved(self) -> bool:
        """Whether a rate is typed that is not in the table."""
        typed = self.country, self.name, self.rate.strip()
        listed = {(row.country, row.name, _figures(row.rate)) for row in self._rows}
        return bool(self.rate.strip()) and typed not in listed

    def show_rows(self, rows: list[TaxRateRow]) -> None:
        """Show these; what is typed stays."""
        self._rows = rows
        self._table.blockSignals(True)
        self._table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            for column, text in enumerate((row.country, row.name, rate_text(row.rate))):
                self._table.setItem(place, column, QTableWidgetItem(text))
        self._table.clearSelection()
        self._table.blockSignals(False)
        self._table.setVisible(bool(rows))
        self._fit()

    def clear(self) -> None:
        """Empty the fields, for the next rate."""
        for line in (self._country, self._name, self._rate):
            line.clear()
        self._country.setFocus()

    def set_busy(self, *, setting: bool, removing: bool) -> None:
        """Say what runs."""
        self._set.set_busy(setting)
        self._remove.set_busy(removing)

    def _take_over(self) -> None:
        """The selected rate comes into the fields, to be changed or removed."""
        selected = self._table.selectionModel().selectedRows()
        if selected:
            row = self._rows[selected[0].row()]
            self._country.setText(row.country)
            self._name.setText(row.name)
            self._rate.setText(_figures(row.rate))

    def _prepare(self) -> None:
        table = self._table
        table.setAccessibleName("Tax rates")
        table.setHorizontalHeaderLabels(_HEADERS)
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(_LEFT)

    def _fit(self) -> None:
        """As high as a few rates need."""
        height = theme().row_height(compact=True)
        self._table.verticalHeader().setDefaultSectionSize(height)
        shown = min(max(self._table.rowCount(), 1), _LINES)
        head = self._table.horizontalHeader().sizeHint().height()
        self._table.setFixedHeight(head + shown * height + 2 * self._table.frameWidth())


def texts_of(row: TaxRateRow | None) -> dict[str, str]:
    """A rate as it would be typed; without one, nothing is."""
    if row is None:
        return {"name": "", "rate": ""}
    return {"name": row.name, "rate": _figures(row.rate)}


def _figures(rate: Decimal) -> str:
    return rate_text(rate).removesuffix(" %")
