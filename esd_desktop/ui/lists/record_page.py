"""A tab or a window's content that is one simple list: filtered, searched and counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from esd_desktop.models.listing import ListCounts, ListKind, ListQuery
from esd_desktop.models.rights import Right
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.columns import Columns
from esd_desktop.ui.lists.counts_line import CountsLine
from esd_desktop.ui.lists.filter_bar import FilterBar
from esd_desktop.ui.lists.record_list import RecordList, nothing_found
from esd_desktop.ui.lists.source import KindSource
from esd_desktop.ui.lists.view_button import ViewButton
from esd_desktop.ui.look.theme import SPACE_8, SPACE_12
from esd_desktop.ui.widgets.announce import announce
from esd_desktop.ui.widgets.busy_button import BusyButton

_EVERYTHING = "all"
_ICONS = {
    ListKind.ORDERS: "order",
    ListKind.INVOICES: "invoice",
    ListKind.REQUESTS: "cancel",
    ListKind.MAILS: "mail",
    ListKind.OFFERINGS: "catalogue",
    ListKind.DISCREPANCIES: "check",
    ListKind.WORKS: "activity",
    ListKind.RESULTS: "check",
}


class RecordPage(QWidget):
    """``filters`` are the list's filters with the words of each, "all" first; there may be none.
    ``title`` is what the records are called: "Orders". ``counted`` carries ListCounts.

    Nothing is read before it is shown for the first time; from then on it follows the store. The
    filter is remembered, the search is not. ``bar.addWidget`` adds buttons at the right.
    """

    counted = Signal(object)

    def __init__(  # noqa: PLR0913 - all that tells one list from another, said in one place
        self,
        desk: Desk,
        parent: QWidget | None = None,
        *,
        kind: ListKind,
        columns: Columns[Any],
        name: str,
        title: str,
        filters: Sequence[tuple[str, str]] = (),
        search_hint: str,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._name = name
        self._words = dict(filters)
        self._kind = kind
        self._found = 0
        self._begun = False
        self._sought = ""
        kept = desk.memory.recall(f"{name} filter", _EVERYTHING)
        self.query = ListQuery(filter=kept if kept in self._words else _EVERYTHING)
        self.list: RecordList[ListQuery, Any] = RecordList(
            desk,
            self,
            source=KindSource(desk, kind),
            columns=columns,
            name=name,
            accessible_name=title,
            icon=_ICONS[kind],
        )
        self.bar = FilterBar(
            desk,
            self,
            filters=filters,
            filter_name=f"{title} filter",
            search_hint=search_hint,
            search_name=f"Search {title.lower()}",
        )
        self.view = ViewButton(self.list.header)
        self.bar.addWidget(self.view)
        self._export = BusyButton("Export…")
        desk.rights.guard(self._export, Right.EXPORT)
        self.bar.addWidget(self._export)
        self.counts_line = CountsLine()
        self._parts = QSplitter()
        self.list.set_nothing_yet(f"No {title.lower()} yet", "")
        self.list.set_nothing_found(self._nothing_found)
        self._lay_out()
        self._follow()

    def show_account(self, account_id: int | None) -> None:
        """Show the records of an account, or with None those of all."""
        self._ask(replace(self.query, account_id=account_id))

    def show_connection(self, connection_id: int | None) -> None:
        """Show the records of a connection, or with None those of all."""
        self._ask(replace(self.query, connection_id=connection_id))

    def show_work(self, work_id: int) -> None:
        """Show the results of a mass work."""
        self._ask(replace(self.query, work_id=work_id))

    def choose_filter(self, name: str) -> None:
        """Show what passes a filter. Raises KeyError where the page has none of this name."""
        if self.bar.filter is not None:
            self.bar.filter.choose(name)
        self._ask(replace(self.query, filter=name))

    def set_details(
        self, details: QWidget, orientation: Qt.Orientation = Qt.Orientation.Horizontal
    ) -> None:
        """Give the list a neighbour, at its right or below it, which keeps its own distance from
        the line between them; how they share the room is remembered."""
        self._parts.setOrientation(orientation)
        self._parts.addWidget(details)
        # The line between the two stands free of the list's frame.
        beside = orientation == Qt.Orientation.Horizontal
        self.list.setContentsMargins(0, 0, SPACE_12 if beside else 0, 0 if beside else SPACE_12)
        sizes = self._desk.memory.recall(f"{self._name} parts", [])
        if len(sizes) == self._parts.count():
            self._parts.setSizes(sizes)

    def export(self) -> None:
        """Write what the list shows into a file that the person chooses."""
        from esd_desktop.ui.exporting.exports import export_shown_records

        query, columns = self.list.query or self.query, self.list.header.shown
        self._desk.tasks.run(
            "export",
            lambda: export_shown_records(self._desk, self, self._kind, query, columns, self._found),
            owner=self,
        )

    def focus_search(self) -> None:
        """The keyboard goes to the search field, what is in it ready to be typed over."""
        self.bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.search.selectAll()

    def refresh(self) -> None:
        """Read the list again; selection and place stay."""
        self.list.refresh()

    def select(self, row_id: int) -> None:
        """Select a record and scroll to it; what hides it is lifted."""
        self.list.select(row_id)

    def remember(self) -> None:
        """Keep the filter and what the list keeps for the next start."""
        self._desk.memory.keep(f"{self._name} filter", self.query.filter)
        if self._parts.count() > 1:
            self._desk.memory.keep(f"{self._name} parts", self._parts.sizes())
        self.list.remember()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes to the page: to the list."""
        super().focusInEvent(event)
        self.list.setFocus(event.reason())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._begun:
            self._begun = True
            self.list.show_query(self.query)

    def _lay_out(self) -> None:
        self._parts.setChildrenCollapsible(False)
        self._parts.addWidget(self.list)
        self._parts.setStretchFactor(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_12, 0, 0)
        column.setSpacing(SPACE_8)
        column.addWidget(self.bar)
        column.addWidget(self._parts, 1)
        column.addWidget(self.counts_line)
        if self.bar.filter is not None:
            self.bar.filter.choose(self.query.filter)

    def _follow(self) -> None:
        if self.bar.filter is not None:
            self.bar.filter.chosen.connect(self.choose_filter)
        self.bar.search.searched.connect(self._search)
        self.bar.search.left.connect(self.list.setFocus)
        self._export.clicked.connect(lambda: self.export())
        self.list.feed.begun.connect(self.counts_line.tell_nothing)
        self.list.counted.connect(self._show_counts)
        self.list.not_loaded.connect(self._show_no_counts)
        self.list.selection_counted.connect(self.counts_line.tell_selected)
        self.list.clear_wanted.connect(self._clear)
        self.list.not_shown.connect(self._lift_for)

    def _ask(self, query: ListQuery) -> None:
        self.query = query
        if self._begun:
            self.list.show_query(query)

    def _search(self, text: str) -> None:
        self._ask(replace(self.query, search=text))

    def _clear(self) -> None:
        """Lift filter and search."""
        if self.bar.filter is not None:
            self.bar.filter.choose(_EVERYTHING)
        self._ask(replace(self.query, filter=_EVERYTHING, search=""))
        self.bar.search.reset()

    def _lift_for(self, row_id: int) -> None:
        if self.query.search or self.query.filter != _EVERYTHING:
            self._clear()
            self.list.select(row_id)

    def _show_counts(self, counts: ListCounts) -> None:
        numbers = counts.by_filter
        self._found = counts.found
        if self.bar.filter is not None:
            self.bar.filter.set_counts(
                {name: numbers[name] for name in self._words if name in numbers}
            )
        self.counts_line.tell_counts(counts.found, numbers.get(_EVERYTHING, counts.found))
        self.counted.emit(counts)
        if self.query.search != self._sought:
            self._sought = self.query.search
            announce(self, self.counts_line.text())

    def _show_no_counts(self) -> None:
        if self.bar.filter is not None:
            self.bar.filter.set_counts({})
        self.counts_line.tell_nothing()

    def _nothing_found(self, query: ListQuery) -> str:
        if query.search.strip() or query.filter not in self._words:
            return nothing_found(query)
        return f"Nothing is under “{self._words[query.filter]}”"
