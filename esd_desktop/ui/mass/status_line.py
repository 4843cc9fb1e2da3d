"""The mass work that runs, as a line of the status bar, and a word when it ends or pauses."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.mass_rows import MassState, MassWorkRow
from esd_desktop.services.changes import Changes
from esd_desktop.services.lists import list_page, list_rows
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_8, theme
from esd_desktop.ui.mass.wording import how_far, pace, standing, title_of
from esd_desktop.ui.messages import Message
from esd_desktop.ui.rereading import Rereading
from esd_desktop.ui.widgets.elided import ElidedLabel
from esd_desktop.ui.widgets.progress_line import ProgressLine

_MOST = 20
_OPEN = ListQuery(filter="open")
_LINE_EMS = 5


class MassLine(QWidget):
    """Seen only while a work runs or is paused. Works of other desktops show too; told of are those
    that go on in the name of who works here."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        # How each stood when it was looked last; None before the first look at a store.
        self._stood: dict[int, MassState] | None = None
        self._touched: frozenset[int] = frozenset()
        self._words = ElidedLabel(parent=self)
        self._line = ProgressLine("Mass work", self)
        self._show = QPushButton("Show", self)
        self._shown: int | None = None
        self._reading = Rereading(desk, "mass work line", self, self._read)
        self._lay_out()
        self.hide()
        desk.bus.store_changed.connect(self._store_changed)

    def look(self) -> None:
        """Read it anew."""
        self._reading.ask()

    def forget(self) -> None:
        """Another store is being opened."""
        self._stood = None
        self.hide()

    def _store_changed(self, changes: Changes) -> None:
        if changes.works or changes.everything:
            self._touched |= changes.works
            self._reading.follow(changes)

    async def _read(self) -> None:
        touched, self._touched = self._touched, frozenset()
        try:
            rows = await self._desk.read(list_page, ListKind.WORKS, _OPEN, 0, _MOST)
            # One of few assets may have begun and ended since.
            ids = touched | _running(self._stood or {})
            others = await self._desk.read(list_rows, ListKind.WORKS, ids) if ids else []
        except EsdError:  # the store is away, or not for who works here: that is told elsewhere
            self.hide()
            return
        self._tell(rows)
        before, self._stood = self._stood, {row.id: row.state for row in [*rows, *others]}
        if before is None:
            self._tell_those_that_go_on(rows)
            return
        for row in others:
            if row.state is not before.get(row.id):
                self._tell_ended(row)

    def _tell(self, rows: list[MassWorkRow]) -> None:
        first = next((row for row in rows if row.state is MassState.RUNNING), None)
        first = first or next(iter(rows), None)
        self.setVisible(first is not None)
        self._shown = None if first is None else first.id
        if first is None:
            self._line.stop()
            return
        more = f" (+{as_count(len(rows) - 1)})" if len(rows) > 1 else ""
        is_paused = first.state is MassState.PAUSED
        how = "paused" if is_paused else pace(first)
        self._words.say(f"{title_of(first)}: {how_far(first)}{more}", how)
        self._line.run(first.ended / first.total if first.total else None)
        self._line.setAccessibleDescription(f"{how_far(first)} {how}".strip())
        self._show.setAccessibleName(f"Show the progress of {title_of(first)}")

    def _tell_those_that_go_on(self, rows: list[MassWorkRow]) -> None:
        for row in rows:
            if row.state is MassState.RUNNING and self._is_own(row):
                sentence = f"{title_of(row)} goes on where it was: {as_count(row.waiting)} left."
                self._post(row, Tone.NEUTRAL, sentence, row.scope)

    def _tell_ended(self, row: MassWorkRow) -> None:
        """Where a person paused or stopped it, nobody need be told."""
        by_itself = row.state is MassState.DONE or bool(row.reason)
        if by_itself and self._is_own(row):
            tone, sentence, advice = standing(row)
            self._post(row, tone, f"{title_of(row)}: {sentence}", advice)

    def _post(self, row: MassWorkRow, tone: Tone, sentence: str, advice: str) -> None:
        show = ("Show Results", partial(self._desk.navigator.work_wanted.emit, row.id))
        self._desk.messages.post(Message(tone, sentence, advice, links=(show,)))

    def _is_own(self, row: MassWorkRow) -> bool:
        standing = self._desk.rights.standing
        return standing is not None and row.run_by == standing.login

    def _open(self) -> None:
        if self._shown is not None:
            self._desk.navigator.work_wanted.emit(self._shown)

    def _lay_out(self) -> None:
        write_as(self._words, Text.SMALL)
        make_kind(self._show, Kind.LINK)
        self._show.clicked.connect(self._open)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, SPACE_8, 0)
        row.setSpacing(SPACE_8)
        for part in (self._words, self._line, self._show):
            row.addWidget(part)
        theme().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self._line.setFixedWidth(_LINE_EMS * theme().px())


def _running(stood: dict[int, MassState]) -> frozenset[int]:
    return frozenset(one for one, state in stood.items() if state is MassState.RUNNING)
