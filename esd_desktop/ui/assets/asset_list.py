"""The list of assets: the table, what fills it, who is told of its selection, its empty states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.rows import AssetCounts, AssetQuery, AssetView
from esd_desktop.models.values import looks_like_whole_key
from esd_desktop.ui.actions.action import task_key
from esd_desktop.ui.assets.columns import Column
from esd_desktop.ui.assets.feed import AssetFeed
from esd_desktop.ui.assets.header import AssetHeader
from esd_desktop.ui.assets.model import AssetModel
from esd_desktop.ui.assets.row_actions import RowActions
from esd_desktop.ui.assets.selection import Selection
from esd_desktop.ui.assets.table import AssetTable
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.widgets.empty_state import Action, EmptyState
from esd_desktop.ui.widgets.progress_line import ProgressLine

# A list that is there sooner needs no word that it is being read.
_PATIENCE_MS = 250


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An asset to be selected: whether to scroll to it, and whether a person asked for it."""

    asset_id: int
    scroll: bool
    by_person: bool


class AssetList(QWidget):
    """Shows the assets of a query, sorted as the person sorts them.

    ``counted`` carries AssetCounts whenever they were counted, ``not_loaded`` comes where nothing
    could be; ``clear_wanted`` asks the owner to lift filter and search, ``selection_counted`` says
    how many rows are selected, ``not_shown`` that the asset to be selected is not in the list. The
    navigator is told which asset is selected while the list is on the screen, and when it comes
    there.
    """

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
        columns: Sequence[Column],
        name: str,
        accessible_name: str = "Assets",
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._name = name
        self._counts: AssetCounts | None = None
        self._wanted = _recalled(desk.memory.recall(f"{name} selected", 0))
        self._from_top = False
        self._in_view = False
        self._nothing_yet: tuple[str, str, Action | None] = (
            "No assets yet",
            "Licences appear here once they are ordered or imported.",
            None,
        )
        self.model = AssetModel(self)
        self.header = AssetHeader(desk, name, columns, self)
        self.table = AssetTable(desk, self.model, self.header, accessible_name, self)
        self.header.begin()
        self._feed = AssetFeed(desk, self.model, name, self)
        self.selection = Selection(self.table, self.model)
        RowActions(desk, self.table, self.model, self._feed, self.selection)
        self._empty = EmptyState("asset", "", "")
        self._progress = ProgressLine("Reading the list")
        self._patience = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self._pages = QStackedWidget()
        self._lay_out()
        self._follow()

    @property
    def selected_id(self) -> int | None:
        """The selected asset; None where there is none."""
        return self.selection.selected_id

    @property
    def query(self) -> AssetQuery | None:
        """What is shown, or being read."""
        return self._feed.query

    def show_query(self, query: AssetQuery) -> None:
        """Show these assets; the sort stays the list's own."""
        sort, descending = self.header.sort
        wanted = replace(query, sort=sort, descending=descending)
        self.model.tell_sort(sort, descending)
        self._from_top = self._from_top or wanted != self.query
        self._feed.ask(wanted)

    def refresh(self) -> None:
        """Read the list again; selection and place stay."""
        self._feed.refresh()

    def select(self, asset_id: int) -> None:
        """Select an asset and scroll to it, as soon as the list is there; ``not_shown`` where the
        list does not show it."""
        self._want(_Wanted(asset_id, scroll=True, by_person=True))

    def set_nothing_yet(self, title: str, sentence: str, action: Action | None = None) -> None:
        """What is said where there is no asset at all, and what creates one."""
        self._nothing_yet = (title, sentence, action)
        if self._counts is not None:
            self._show_state(self._counts)

    def remember(self) -> None:
        """Keep columns, sort and selection for the next start."""
        self.header.remember()
        self._desk.memory.keep(f"{self._name} selected", self.selected_id or 0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes to the list: to its rows, or to the button that stands in for them."""
        super().focusInEvent(event)
        shown = self._pages.currentWidget()
        (self.table if shown is self.table else self._empty.button).setFocus(event.reason())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._desk.navigator.asset_selected.emit(self.selected_id)

    def _lay_out(self) -> None:
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._progress)
        column.addWidget(self._pages)

    def _follow(self) -> None:
        feed, selection = self._feed, self.selection
        self.header.sorted.connect(self._sorted)
        self.table.looked_at.connect(feed.look)
        feed.answering.connect(self._answering)
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

    def _answering(self) -> None:
        self._in_view = self._selected_is_in_view()
        self.selection.hold()

    def _answered(self, counts: AssetCounts) -> None:
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

    def _counted(self, counts: AssetCounts) -> None:
        self._counts = counts
        self._show_state(counts)
        self.counted.emit(counts)

    def _show_state(self, counts: AssetCounts) -> None:
        query = self.query
        if counts.found or query is None:
            self._turn_to(self.table)
            return
        if counts.all == 0 and query.view is AssetView.EVERYTHING:
            self._empty.tell_nothing_yet("asset", *self._nothing_yet)
        else:
            self._empty.tell_all_hidden(nothing_found(query), self.clear_wanted.emit)
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
        if self._wanted is not None and self.query is not None and self._feed.is_settled:
            work = partial(self._select, self._wanted, self.query)
            self._desk.tasks.run(f"{self._name} place", work, owner=self, latest=True)

    async def _select(self, wanted: _Wanted, query: AssetQuery) -> None:
        position = self.model.position_of(wanted.asset_id)
        if position is None:
            position = await self._feed.position(wanted.asset_id)
        if wanted is not self._wanted or query != self.query:
            return
        self._wanted = None
        if position is None or position >= self.model.rowCount():
            self.selection.clear()
            if wanted.by_person:
                self.not_shown.emit(wanted.asset_id)
            return
        self.selection.select_at(position)
        if wanted.scroll:
            self.table.bring_into_view(position)

    def _selected_is_in_view(self) -> bool:
        selected = self.selection.selected_id
        position = None if selected is None else self.model.position_of(selected)
        return position is not None and self.table.position_shown(position)

    def _bring_into_view(self) -> None:
        selected = self.selection.selected_id
        position = None if selected is None else self.model.position_of(selected)
        if position is not None:
            self.table.bring_into_view(position)

    def _tell_selected(self, asset_id: int | None) -> None:
        self._wanted = None
        if self.isVisible():
            self._desk.navigator.asset_selected.emit(asset_id)

    def _selection_counted(self, count: int) -> None:
        self._feed.want_too(self.selection.positions())
        self.selection_counted.emit(count)

    def _task_changed(self, key: str) -> None:
        asset_id = _asset_of(key)
        if asset_id is not None:
            self.model.set_busy(asset_id, self._desk.tasks.is_busy(key))
        elif key == self._feed.task:
            if self._desk.tasks.is_busy(key):
                self._patience.start()
            else:
                self._patience.stop()
                self._progress.stop()


def nothing_found(query: AssetQuery) -> str:
    """What is said where filter and search hide every asset."""
    if looks_like_whole_key(query.search):
        return "No asset has this key"
    if query.search.strip():
        return f"Nothing found for “{query.search.strip()}”"
    of_view = {
        AssetView.FAILED: "failed asset",
        AssetView.UNSYNCHRONISED: "unsynchronised asset",
        AssetView.DISCREPANCIES: "asset with a discrepancy",
    }
    what = of_view.get(query.view, "asset")
    status = "" if query.status == "all" else f"{query.status} "
    return f"There is no {status}{what}"


def _recalled(asset_id: int) -> _Wanted | None:
    """What was selected when the program was left."""
    return _Wanted(asset_id, scroll=True, by_person=False) if asset_id else None


def _asset_of(key: str) -> int | None:
    """The asset that a task works on, told by its key."""
    number = key.rpartition(":")[2]
    return int(number) if number.isdecimal() and task_key(int(number)) == key else None
