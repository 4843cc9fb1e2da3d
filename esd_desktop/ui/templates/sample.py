"""The licence that a template is previewed on: one of the real ones, found by words."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.rows import AssetQuery
from esd_desktop.services.browse import asset_page
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import SPACE_8
from esd_desktop.ui.widgets.search_field import SearchField

_MOST = 30
_LEAST_LETTERS = 10


class SampleChoice(QWidget):
    """``chosen`` comes when another licence is to be shown; ``asset_id`` is None where there is
    none."""

    chosen = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._choice = QComboBox()
        self._choice.setAccessibleName("Preview on this licence")
        self._choice.setToolTip("The licence that the preview is written for")
        self._choice.setMinimumContentsLength(_LEAST_LETTERS)
        self._choice.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._search = SearchField("Customer, product", "Find a licence to preview on")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_8)
        row.addWidget(self._search, 1)
        row.addWidget(self._choice, 2)
        self._search.searched.connect(self._find)
        self._choice.activated.connect(lambda _: self.chosen.emit())
        self._find("")

    @property
    def asset_id(self) -> int | None:
        """The licence's id."""
        chosen = self._choice.currentData()
        return chosen if isinstance(chosen, int) else None

    def _find(self, text: str) -> None:
        self._desk.tasks.run("template sample", partial(self._read, text), owner=self, latest=True)

    async def _read(self, text: str) -> None:
        try:
            rows = await self._desk.read(asset_page, AssetQuery(search=text), 0, _MOST)
        except EsdError as fault:
            self._desk.messages.fault(fault)
            return
        self._choice.clear()
        for row in rows:
            self._choice.addItem(f"{row.customer} · {row.product} · {row.order_number}", row.id)
        self._choice.setEnabled(bool(rows))
        self._choice.setPlaceholderText("" if rows else "No licence found")
        self.chosen.emit()
