"""The Discrepancies tab: everything that disagrees with Microsoft or with itself, and what settles
it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from esd_desktop.models.discrepancy_rows import DiscrepancyKind, DiscrepancyRow
from esd_desktop.models.listing import ListCounts, ListKind
from esd_desktop.models.rights import Right
from esd_desktop.ui.actions.action import task_key
from esd_desktop.ui.actions.registry import start
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.discrepancies.columns import COLUMNS
from esd_desktop.ui.discrepancies.details import DiscrepancyDetails
from esd_desktop.ui.discrepancies.settling import Settling
from esd_desktop.ui.discrepancies.wording import FILTERS, action_of
from esd_desktop.ui.lists.record_page import RecordPage
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.widgets.busy_button import BusyButton

_BY_ASKING = (DiscrepancyKind.IN_DOUBT, DiscrepancyKind.FAILED, DiscrepancyKind.UNANSWERED)
_NOTHING_TO_ASK = "There is nothing that asking Microsoft would settle."
_SETTLE_TIP = (
    "Settle every lost answer and retry every overdue licence. Nothing is bought or returned twice."
)


class DiscrepanciesPage(RecordPage):
    """Enter or a double-click leads to the asset; its details follow the selection."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            parent,
            kind=ListKind.DISCREPANCIES,
            columns=COLUMNS,
            name="discrepancies",
            title="Discrepancies",
            filters=FILTERS,
            search_hint="Search customer, order, product",
        )
        self.settle_all = BusyButton("Settle All", icon=icon("retry", before_words=True))
        self.settling = Settling(desk)
        self._numbers: Mapping[str, int] = {}
        self.details = DiscrepancyDetails(desk)
        self.list.set_nothing_yet(
            "Nothing disagrees",
            "Every record agrees with Microsoft and with itself, and every licence that was "
            "ordered has its token.",
        )
        self._add_parts()
        self.list.selected.connect(self._selected)
        self.list.opened.connect(desk.navigator.asset_wanted)
        self.list.menu_wanted.connect(self._open_menu)
        self.list.feed.arrived.connect(self._tell_details)
        self.counted.connect(self._counted)
        desk.tasks.changed.connect(self._task_changed)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._desk.navigator.asset_selected.emit(self.list.selected_id)

    def _add_parts(self) -> None:
        self.settle_all.set_tip(_SETTLE_TIP)
        self.settle_all.set_refusal(_NOTHING_TO_ASK)
        self.settle_all.clicked.connect(self._settle_all)
        self._desk.rights.guard(self.settle_all, Right.SETTLE)
        self.bar.addWidget(self.settle_all)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.indexOf(self.bar) + 1, self.settling)
        column.insertWidget(column.indexOf(self.counts_line), self.details)
        self.details.hide()

    def _settle_all(self) -> None:
        lost = self._numbers.get(DiscrepancyKind.IN_DOUBT.value, 0)
        overdue = sum(
            self._numbers.get(kind.value, 0)
            for kind in _BY_ASKING
            if kind is not DiscrepancyKind.IN_DOUBT
        )
        self.settling.begin(self.query.account_id, lost, overdue)

    def _selected(self, asset_id: int | None) -> None:
        self._tell_details()
        if self.isVisible():
            self._desk.navigator.asset_selected.emit(asset_id)

    def _tell_details(self) -> None:
        self.details.show_row(self._row())

    def _row(self) -> DiscrepancyRow | None:
        selected = self.list.selected_id
        return None if selected is None else self.list.row(selected)

    def _open_menu(self, at: QPoint) -> None:
        row = self.list.selection.single_row()
        actions = [] if row is None else self._actions(row)
        if actions or self.list.selection.count:
            self.list.open_menu(at, actions)

    def _actions(self, row: DiscrepancyRow) -> list[QAction]:
        made = []
        for one in map(action_of, row.remedies):
            entry = QAction(icon(one.icon), one.text, self)
            entry.setObjectName(one.name)
            forbidden = self._desk.rights.refusal(*one.needs)
            entry.setEnabled(forbidden is None)
            entry.setToolTip(forbidden or one.hint)
            entry.setStatusTip(forbidden or one.hint)
            entry.triggered.connect(
                lambda _=False, one=one: start(self._desk, one, self.window(), row.id)
            )
            made.append(entry)
        show = QAction(icon("asset"), "Show Asset", self)
        show.triggered.connect(lambda: self._desk.navigator.asset_wanted.emit(row.id))
        return [*made, show]

    def _counted(self, counts: ListCounts) -> None:
        self._numbers = counts.by_filter
        can = any(counts.by_filter.get(kind.value) for kind in _BY_ASKING)
        self.settle_all.set_refusal(None if can else _NOTHING_TO_ASK)
        self.details.setVisible(counts.found > 0)

    def _task_changed(self, key: str) -> None:
        if key == self.settling.key:
            self.settle_all.set_busy(self._desk.tasks.is_busy(key))
        for asset_id in self.list.selected_ids():
            if key == task_key(asset_id):
                self.list.set_busy(asset_id, self._desk.tasks.is_busy(key))
