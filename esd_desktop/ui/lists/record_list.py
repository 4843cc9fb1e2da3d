"""A list of records: the table, what fills it, its selection, its menu, its empty states."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Generic

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QMetaMethod, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.columns import Columns
from esd_desktop.ui.lists.copying import Copying
from esd_desktop.ui.lists.feed import RecordFeed
from esd_desktop.ui.lists.header import RecordHeader
from esd_desktop.ui.lists.model import RecordModel
from esd_desktop.ui.lists.selection import Selection
from esd_desktop.ui.lists.source import Counts, QueryT, RowT, Source
from esd_desktop.ui.lists.table import RecordTable
from esd_desktop.ui.widgets.empty_state import Action, EmptyState
from esd_desktop.ui.widgets.progress_line import ProgressLine

# A list that is there sooner needs no word that it is being read.
_PATIENCE_MS = 250


class _Wanted(Struct, frozen=True):
    """A record to be selected: whether to scroll to it, and whether a person asked for it."""

    row_id: int
    scroll: bool
    by_person: bool


class RecordList(QWidget, Generic[QueryT, RowT]):
    """Shows the records of a query, sorted as the person sorts them. ``name`` is what columns, sort
    and selection are remembered under.

    ``selected`` carries the id of the record that is selected now, or None; ``opened`` the id of
    one that was double-clicked or entered. ``menu_wanted`` comes with the place on the screen;
    where nobody listens, the menu has copying only. ``delete_wanted`` is the Del key. ``counted``
    carries the source's counts whenever they were counted, ``not_loaded`` comes where nothing could
    be; ``clear_wanted`` asks the owner to lift filter and search, ``selection_counted`` says how
    many rows are selected, ``not_shown`` that the record to be selected is not in the list.
    """

    selected = Signal(object)
    opened = Signal(int)
    menu_wanted = Signal(QPoint)
    delete_wanted = Signal()
    counted = Signal(object)
    not_loaded = Signal()
    clear_wanted = Signal()
    selection_counted = Signal(int)
    not_shown = Signal(int)

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None,
        *,
        source: Source[QueryT, RowT],
        columns: Columns[RowT],
        name: str,
        accessible_name: str,
        icon: str = "details",
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._source = source
        self._name = name
        self._icon = icon
        self._counts: Counts | None = None
        self._wanted = _recalled(desk.memory.recall(f"{name} selected", 0))
        self._from_top = False
        self._in_view = False
        self._nothing_yet: tuple[str, str, Action | None] = ("Nothing here yet", "", None)
        self._nothing_found: Callable[[QueryT], str] = nothing_found
        self.model = RecordModel(columns, self)
        self.header = RecordHeader(desk, name, columns, self)
        self.table = RecordTable(desk, self.model, self.header, accessible_name, self)
        self.header.begin()
        self.feed = RecordFeed(desk, source, self.model, name, self)
        self.selection = Selection(self.table, self.model)
        self._copying = Copying(
            desk, self.table, self.model, self.header, self.feed, self.selection
        )
        self._empty = EmptyState(icon, "", "")
        self._progress = ProgressLine("Reading the list")
        self._patience = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self._pages = QStackedWidget()
        self._lay_out()
        self._follow()

    @property
    def selected_id(self) -> int | None:
        """The selected record; None where there is none."""
        return self.selection.selected_id

    @property
    def query(self) -> QueryT | None:
        """What is shown, or being read."""
        return self.feed.query

    def selected_ids(self) -> list[int]:
        """The selected records in order. Of more than a thousand, and of those that are not loaded,
        nothing is told."""
        return self.selection.ids()

    def row(self, row_id: int) -> RowT | None:
        """A record's row; None where it is not loaded."""
        position = self.model.position_of(row_id)
        return None if position is None else self.model.row_at(position)

    def show_query(self, query: QueryT) -> None:
        """Show these records; the sort stays the list's own."""
        sort, descending = self.header.sort
        wanted = replace(query, sort=sort, descending=descending)
        self.model.tell_sort(sort, descending)
        self._from_top = self._from_top or wanted != self.query
        self.feed.ask(wanted)

    def refresh(self) -> None:
        """Read the list again; selection and place stay."""
        self.feed.refresh()

    def select(self, row_id: int) -> None:
        """Select a record and scroll to it, as soon as the list is there; ``not_shown`` where the
        list does not show it."""
        self._want(_Wanted(row_id, scroll=True, by_person=True))

    def set_busy(self, row_id: int, busy: bool) -> None:
        """Say whether something is being done with a record; its row shows it."""
        self.model.set_busy(row_id, busy)

    def set_nothing_yet(self, title: str, sentence: str, action: Action | None = None) -> None:
        """What is said where there is no record at all, and what creates one."""
        self._nothing_yet = (title, sentence, action)
        if self._counts is not None:
            self._show_state(self._counts)

    def set_nothing_found(self, sentence_of: Callable[[QueryT], str]) -> None:
        """What is said of a query whose filter and search hide every record."""
        self._nothing_found = sentence_of
        if self._counts is not None:
            self._show_state(self._counts)

    def open_menu(self, at: QPoint, actions: Iterable[QAction] = ()) -> None:
        """Open a menu of the selected rows at a place on the screen: these actions, and copying."""
        menu = QMenu(self.table)
        menu.setAccessibleName(self.table.accessibleName())
        menu.addActions(list(actions))
        if not menu.isEmpty():
            menu.addSeparator()
        self.add_copying(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def add_copying(self, menu: QMenu) -> None:
        """Add to a menu what copies the selected rows or a cell."""
        self._copying.add_to(menu)

    def remember(self) -> None:
        """Keep columns, sort and selection for the next start."""
        self.header.remember()
        self._desk.memory.keep(f"{self._name} selected", self.selected_id or 0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes to the list: to its rows, or to the button that stands in for them."""
        super().focusInEvent(event)
        shown = self._pages.currentWidget()
        (self.table if shown is self.table else self._empty.button).setFocus(event.reason())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._progress)
        column.addWidget(self._pages)
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)

    def _follow(self) -> None:
        feed, selection, table = self.feed, self.selection, self.table
        self.header.sorted.connect(self._sorted)
        table.looked_at.connect(feed.look)
        table.open_wanted.connect(self._open_at)
        table.enter_pressed.connect(self._open_selected)
        table.menu_wanted.connect(self._menu)
        table.delete_wanted.connect(self.delete_wanted)
        feed.answering.connect(self._answering)
        feed.begun.connect(self._begun)
        feed.answered.connect(self._answered)
        feed.counted.connect(self._counted)
        feed.arrived.connect(selection.look_again)
        feed.failed.connect(self._failed)
        selection.changed.connect(self._tell_selected)
        selection.counted.connect(self._selection_counted)
        self._desk.tasks.changed.connect(self._task_changed)
        self._patience.timeout.connect(self._progress.run)

    def _sorted(self) -> None:
        if self.query is not None:
            self.show_query(self.query)

    def _open_at(self, position: int) -> None:
        row = self.model.row_at(position)
        if row is not None:
            self.opened.emit(row.id)

    def _open_selected(self) -> None:
        if self.selected_id is not None:
            self.opened.emit(self.selected_id)

    def _menu(self, at: QPoint) -> None:
        if self.isSignalConnected(QMetaMethod.fromSignal(self.menu_wanted)):
            self.menu_wanted.emit(at)
        elif self.selection.count:
            self.open_menu(at)

    def _answering(self) -> None:
        self._in_view = self._selected_is_in_view()
        self.selection.hold()

    def _begun(self) -> None:
        self.selection.restore()
        self.table.scrollToTop()
        self._turn_to(self.table)

    def _answered(self, counts: Counts) -> None:
        lost = self.selection.restore()
        from_top, self._from_top = self._from_top, False
        if from_top:
            self.table.scrollToTop()
        elif self._in_view and lost is None:
            self._bring_into_view()
        self._counted(counts)
        if self._wanted is not None:
            self._find()
        elif lost is not None:
            scroll = self._in_view and not from_top
            self._want(_Wanted(lost, scroll, by_person=False))

    def _counted(self, counts: Counts) -> None:
        self._counts = counts
        self._show_state(counts)
        self.counted.emit(counts)

    def _show_state(self, counts: Counts) -> None:
        query = self.query
        if counts.found or query is None:
            self._turn_to(self.table)
            return
        if self._source.nothing_yet(query, counts):
            self._empty.tell_nothing_yet(self._icon, *self._nothing_yet)
        else:
            self._empty.tell_all_hidden(self._nothing_found(query), self.clear_wanted.emit)
        self._turn_to(self._empty)

    def _failed(self, fault: EsdError) -> None:
        self._counts = None
        self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), self.refresh)
        self._turn_to(self._empty)
        self.not_loaded.emit()

    def _turn_to(self, shown: QWidget) -> None:
        if shown is not self._pages.currentWidget():
            focused = QApplication.focusWidget()
            had_focus = focused is not None and self._pages.isAncestorOf(focused)
            self._pages.setCurrentWidget(shown)
            if had_focus:
                self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _want(self, wanted: _Wanted) -> None:
        self._wanted = wanted
        self._find()

    def _find(self) -> None:
        """Select what is wanted; while the list is being read, the answer leads here again."""
        if self._wanted is not None and self.query is not None and self.feed.is_settled:
            work = partial(self._select, self._wanted, self.query)
            self._desk.tasks.run(f"{self._name} place", work, owner=self, latest=True)

    async def _select(self, wanted: _Wanted, query: QueryT) -> None:
        position = self.model.position_of(wanted.row_id)
        if position is None:
            position = await self.feed.position(wanted.row_id)
        if wanted is not self._wanted or query != self.query:
            return
        self._wanted = None
        if position is None or position >= self.model.rowCount():
            self.selection.clear()
            if wanted.by_person:
                self.not_shown.emit(wanted.row_id)
            return
        self.selection.select_at(position)
        if wanted.scroll:
            self.table.bring_into_view(position)

    def _selected_is_in_view(self) -> bool:
        position = self._selected_position()
        return position is not None and self.table.position_shown(position)

    def _bring_into_view(self) -> None:
        position = self._selected_position()
        if position is not None:
            self.table.bring_into_view(position)

    def _selected_position(self) -> int | None:
        selected = self.selected_id
        return None if selected is None else self.model.position_of(selected)

    def _tell_selected(self, row_id: int | None) -> None:
        self._wanted = None
        self.selected.emit(row_id)

    def _selection_counted(self, count: int) -> None:
        self.feed.want_too(self.selection.positions())
        self.selection_counted.emit(count)

    def _task_changed(self, key: str) -> None:
        if key != self.feed.task:
            return
        if self._desk.tasks.is_busy(key):
            self._patience.start()
        else:
            self._patience.stop()
            self._progress.stop()


def nothing_found(query: Any) -> str:
    """What is said where filter and search hide every record."""
    sought = query.search.strip()
    return f"Nothing found for “{sought}”" if sought else "Nothing passes this filter"


def _recalled(row_id: int) -> _Wanted | None:
    """What was selected when the program was left."""
    return _Wanted(row_id, scroll=True, by_person=False) if row_id else None
