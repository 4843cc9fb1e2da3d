"""The mass work that its list has selected: how far it is, and what came of each asset."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.listing import ListKind
from esd_desktop.models.mass_rows import MassItemRow, MassState, MassWorkRow
from esd_desktop.services.changes import Changes
from esd_desktop.services.mass_work import work
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.record_page import RecordPage
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.roles import Ground, lay_on
from esd_desktop.ui.look.theme import SPACE_8, SPACE_16
from esd_desktop.ui.mass.columns import RESULTS
from esd_desktop.ui.mass.progress import WorkProgress
from esd_desktop.ui.mass.wording import RESULT_FILTERS, item_state
from esd_desktop.ui.paced import Paced
from esd_desktop.ui.widgets.announce import announce
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.group import Group
from esd_desktop.ui.widgets.notice import Notice

_TASK = "mass work details"
# What comes in ten times a second is read three times, its results once.
_EVERY_MS = 300
_RESULTS_EVERY_MS = 1_000
_LEAST_LINES = 9
_NONE = "How far it is and what came of each asset is shown here."


class WorkDetails(Group):
    """Follows the work while it runs, in this program or in another."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("Mass work details", parent)
        self._desk = desk
        self._work_id: int | None = None
        self._shown: MassWorkRow | None = None
        self.progress = WorkProgress(desk)
        self.results = RecordPage(
            desk,
            kind=ListKind.RESULTS,
            columns=RESULTS,
            name="mass results",
            title="Results",
            filters=RESULT_FILTERS,
            search_hint="Search customer, order, result",
        )
        self.said = Notice(Tone.NEUTRAL, "")
        self._empty = EmptyState("activity", "", "")
        self._scrolled = QScrollArea()
        self._pages = QStackedWidget()
        self._paced = Paced(self, _EVERY_MS, self._load)
        self._paced_results = Paced(self, _RESULTS_EVERY_MS, self.results.refresh)
        self._lay_out()
        self._follow()
        self.show_work(None)

    @property
    def work_id(self) -> int | None:
        """The work that is shown."""
        return self._work_id

    def show_work(self, work_id: int | None) -> None:
        """Show a work, or with None that none is selected."""
        if work_id is not None and work_id == self._work_id:
            return
        self._work_id = work_id
        self._shown = None
        self.said.hide()
        if work_id is None:
            self._desk.tasks.cancel(_TASK)
            self._empty.tell("activity", "No work selected", _NONE)
            self._pages.setCurrentWidget(self._empty)
        else:
            self.results.show_work(work_id)
            self._load()

    def _follow(self) -> None:
        results = self.results.list
        results.set_nothing_yet("No results any more", "They are kept for a while after the end.")
        results.selected.connect(self._tell_result)
        results.feed.arrived.connect(self._tell_result)
        results.opened.connect(self._desk.navigator.asset_wanted)
        results.menu_wanted.connect(self._open_menu)
        self.results.counted.connect(self._tell_result)
        self._desk.bus.store_changed.connect(self._store_changed)

    def _store_changed(self, changes: Changes) -> None:
        if changes.everything or self._work_id in changes.works:
            self._paced.ask()

    def _load(self) -> None:
        if self._work_id is not None:
            read = partial(self._read, self._work_id)
            self._desk.tasks.run(_TASK, read, owner=self, latest=True)

    async def _read(self, work_id: int) -> None:
        try:
            row = await self._desk.read(work, work_id)
        except EsdError as fault:
            if self._shown is not None:
                raise
            self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), self._load)
            self._pages.setCurrentWidget(self._empty)
            return
        if work_id == self._work_id:
            self._show(row)

    def _show(self, row: MassWorkRow) -> None:
        before, self._shown = self._shown, row
        self.progress.show_work(row)
        self._pages.setCurrentWidget(self._scrolled)
        if before is not None and before != row:
            self._paced_results.ask()
            if before.state is MassState.RUNNING and row.state is not MassState.RUNNING:
                announce(self, self.progress.notice.accessibleName())

    def _tell_result(self) -> None:
        row = self._result()
        self.said.setVisible(row is not None and bool(row.sentence))
        if row is not None and row.sentence:
            about = f"{row.customer}, {row.order_number}"
            advice = f"{about}. {row.advice}".strip()
            self.said.tell(item_state(row.state).tone, row.sentence, advice)

    def _result(self) -> MassItemRow | None:
        selected = self.results.list.selected_id
        return None if selected is None else self.results.list.row(selected)

    def _open_menu(self, at: QPoint) -> None:
        row = self.results.list.selection.single_row()
        if row is None and not self.results.list.selection.count:
            return
        actions = []
        if row is not None:
            show = QAction(icon("asset"), "Show Asset", self)
            show.triggered.connect(lambda: self._desk.navigator.asset_wanted.emit(row.asset_id))
            actions.append(show)
        self.results.list.open_menu(at, actions)

    def _lay_out(self) -> None:
        lay_on(self, Ground.SURFACE)
        content = QWidget()
        inside = QVBoxLayout(content)
        inside.setContentsMargins(SPACE_16, SPACE_16, SPACE_16, SPACE_8)
        inside.setSpacing(SPACE_8)
        inside.addWidget(self.progress)
        inside.addWidget(self.results, 1)
        inside.addWidget(self.said)
        self.said.hide()
        self._pages.addWidget(self._empty)
        self._scrolled.setWidget(content)
        self._scrolled.setWidgetResizable(True)
        self._scrolled.setFrameShape(QFrame.Shape.NoFrame)
        self._pages.addWidget(self._scrolled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self._desk.theme.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        """Where there is no room for as much, all of it scrolls."""
        self.results.setMinimumHeight(_LEAST_LINES * self._desk.theme.row_height())
