"""The details of the record that is selected in a list: read when it is, and again when it may have
changed; beside the list, scrolled where there is no room."""

from __future__ import annotations

from functools import partial
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.services.changes import Changes
from esd_desktop.ui.actions.action import task_key
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Ground, Text, lay_on, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_12, SPACE_16, SPACE_20
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.facts import FactButton, FactList
from esd_desktop.ui.widgets.group import Group
from esd_desktop.ui.widgets.notice import Notice
from esd_desktop.ui.widgets.progress_line import ProgressLine
from esd_desktop.ui.widgets.wrapped import wrapped_label


class OfAsset(Protocol):
    """A record about a licence."""

    @property
    def id(self) -> int:
        """Its own id."""

    @property
    def asset_id(self) -> int:
        """The licence's id."""

    @property
    def customer_id(self) -> int:
        """Whose licence it is."""

    @property
    def customer(self) -> str:
        """The customer's name."""


RowT = TypeVar("RowT", bound=OfAsset)
LoadedT = TypeVar("LoadedT")


class RecordDetails(Group, Generic[RowT, LoadedT]):
    """A heading, whose it is, a notice with what can be done, and facts; a subclass reads a record
    (``read``), writes it into them (``present``) and says what concerns it (``concerns``). It may
    append to ``parts``."""

    def __init__(self, desk: Desk, parent: QWidget | None, *, noun: str, icon: str, hint: str):
        super().__init__(f"{noun.capitalize()} details", parent)
        self._desk = desk
        self._noun, self._icon, self._hint_of_none = noun, icon, hint
        self._task = f"{noun} details"
        self._record_id: int | None = None
        self.shown: RowT | None = None
        self.heading = wrapped_label()
        self.whose = QLabel()
        self.notice = Notice(Tone.NEUTRAL, "")
        self.facts = FactList(noun.capitalize())
        self.content = QWidget()
        self.parts = QVBoxLayout(self.content)
        self.scrolled = QScrollArea()
        self._empty = EmptyState(icon, "", "")
        self._progress = ProgressLine(f"Working on this {noun}")
        self._pages = QStackedWidget()
        self._lay_out()
        self.show_record(None)
        desk.bus.store_changed.connect(self._store_changed)
        desk.tasks.changed.connect(self._task_changed)

    async def read(self, record_id: int) -> LoadedT:
        """All that is shown of a record. May raise EsdError."""
        raise NotImplementedError

    def present(self, loaded: LoadedT) -> RowT:
        """Write it into the widgets; answers the record's row."""
        raise NotImplementedError

    def concerns(self, changes: Changes, shown: RowT, record_id: int) -> bool:
        """Whether these changes may have changed what is shown, besides its licence's."""
        raise NotImplementedError

    def show_record(self, record_id: int | None) -> None:
        """Show a record, or with None that none is selected."""
        self._record_id = record_id
        if record_id is not None:
            self._load()
            return
        self._desk.tasks.cancel(self._task)
        self.shown = None
        self._progress.stop()
        self._empty.tell(self._icon, f"No {self._noun} selected", self._hint_of_none)
        self._pages.setCurrentWidget(self._empty)

    def links(self, row: RowT) -> tuple[FactButton, FactButton]:
        """Buttons that lead to the licence, and to its customer."""
        go = self._desk.navigator
        asset = partial(go.asset_wanted.emit, row.asset_id)
        customer = partial(go.account_wanted.emit, row.customer_id)
        return (
            FactButton("chevron-right", "Show the asset", asset),
            FactButton("chevron-right", f"Open the account {row.customer}", customer),
        )

    def _load(self) -> None:
        if self._record_id is not None:
            work = partial(self._read, self._record_id)
            self._desk.tasks.run(self._task, work, owner=self, latest=True)

    async def _read(self, record_id: int) -> None:
        try:
            loaded = await self.read(record_id)
        except EsdError as fault:
            self.shown = None
            self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), self._load)
            self._pages.setCurrentWidget(self._empty)
            return
        if record_id != self._record_id:
            return
        before, self.shown = self.shown, self.present(loaded)
        if before is None or before.id != self.shown.id:
            self.scrolled.verticalScrollBar().setValue(0)
        self._pages.setCurrentWidget(self.scrolled)
        self._task_changed(task_key(self.shown.asset_id))

    def _lay_out(self) -> None:
        lay_on(self, Ground.SURFACE)
        write_as(self.heading, Text.HEADING)
        self.whose.setTextFormat(Qt.TextFormat.PlainText)
        self.whose.setWordWrap(True)
        write_as(self.whose, Text.MUTED)
        self.parts.setContentsMargins(SPACE_20, SPACE_16, SPACE_20, SPACE_20)
        self.parts.setSpacing(SPACE_4)
        self.parts.addWidget(self.heading)
        self.parts.addWidget(self.whose)
        self.parts.addSpacing(SPACE_12)
        self.parts.addWidget(self.notice)
        self.parts.addSpacing(SPACE_16)
        self.parts.addWidget(self.facts)
        self.scrolled.setWidget(self.content)
        self.scrolled.setWidgetResizable(True)
        self.scrolled.setFrameShape(QFrame.Shape.NoFrame)
        self.scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.scrolled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._progress)
        column.addWidget(self._pages)

    def _store_changed(self, changes: Changes) -> None:
        if self._record_id is None:
            return
        shown = self.shown
        if (
            changes.everything
            or shown is None
            or shown.asset_id in changes.assets
            or shown.customer_id in changes.accounts
            or self.concerns(changes, shown, self._record_id)
        ):
            self._load()

    def _task_changed(self, key: str) -> None:
        if self.shown is None or key != task_key(self.shown.asset_id):
            return
        if self._desk.tasks.is_busy(key):
            self._progress.run()
        else:
            self._progress.stop()
