"""The status bar: whether Microsoft answers, and when it last did; where the data is; what runs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStatusBar, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.values import utc_now
from esd_desktop.services.browse import ServiceState, service_states, store_name
from esd_desktop.services.changes import Changes
from esd_desktop.services.verify_audit import AuditBroken, witness_audit
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import ago
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_12
from esd_desktop.ui.mass.status_line import MassLine
from esd_desktop.ui.messages import Message
from esd_desktop.ui.update_line import UpdateLine
from esd_desktop.ui.widgets.elided import ElidedLabel
from esd_desktop.ui.widgets.notice import ToneMark
from esd_desktop.ui.widgets.progress_line import ProgressLine

_TASK = "status bar"
_AGO_EVERY_MS = 5_000
_LOOK_EVERY_MS = 30_000
_BACKUPS_ADVICE = "Settings, Backups shows how they are made, and makes one now."
# What may have asked Microsoft.
_CALLS = ("asset:", "connection:", "tokens of order ", "settle all discrepancies")


class StatusBar(QStatusBar):
    """Looks again whenever a call to Microsoft or a change ends, and now and then by itself, since
    the journal calls too."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Status")
        self._desk = desk
        self._states: list[ServiceState] | None = None
        self._is_away = False
        self._mark = ToneMark(Tone.NEUTRAL, self)
        self._service = ElidedLabel(parent=self)
        self._store = ElidedLabel(Qt.TextElideMode.ElideMiddle, self)
        self._warning = ToneMark(Tone.WARNING, self)
        self._trouble_words = ElidedLabel(parent=self)
        self._running = _RunningTask(desk, self)
        self.mass = MassLine(desk, self)
        for label in (self._service, self._store, self._trouble_words):
            write_as(label, Text.SMALL)
        left = _left(self._mark, self._service, self._store, self._warning, self._trouble_words)
        self.addWidget(left, 1)
        self.addPermanentWidget(UpdateLine(desk, self))
        self.addPermanentWidget(self.mass)
        self.addPermanentWidget(self._running)
        desk.tasks.changed.connect(self._task_changed)
        desk.bus.store_changed.connect(self._store_changed)
        desk.bus.store_reach.connect(self._store_reach)
        self._every(_AGO_EVERY_MS, self._show_service)
        self._every(_LOOK_EVERY_MS, self.look)
        self.tell_opening()

    def look(self) -> None:
        """Read the state anew."""
        self._desk.tasks.run(_TASK, self._read, owner=self, latest=True)
        self.mass.look()

    def tell_opening(self) -> None:
        """A store is being opened."""
        self._states, self._is_away = None, False
        self._store.say("Opening the store…")
        self.mass.forget()
        self._warn()
        self._show_service()

    def _tell_away(self, fault: EsdError) -> None:
        self._states, self._is_away = None, True
        self._mark.set_tone(Tone.BAD)
        self._store.say(fault.sentence, fault.advice)

    def _store_reach(self, fault: EsdError | None) -> None:
        if fault is None:
            self.look()
            return
        self._desk.tasks.cancel(_TASK)
        self._tell_away(fault)
        self._show_service()

    async def _read(self) -> None:
        try:
            name = await self._desk.read(store_name)
            self._states = await self._desk.read(service_states)
            self._is_away = False
        except EsdError as fault:
            self._tell_away(fault)
        else:
            self._store.say(f"Store: {name}", f"The accounts and assets are kept in {name}.")
        self._show_service()
        try:
            self._warn(*await self._trouble())
        except EsdError:  # the store is away, or not for who works here: that is told elsewhere
            self._warn()

    async def _trouble(self) -> tuple[str, str]:
        """What somebody has to see to, the worst first, and what to do; two empty texts where there
        is nothing."""
        from esd_desktop.services.browse_backups import backup_state

        try:
            await self._desk.read(witness_audit)
        except AuditBroken as broken:
            return broken.sentence, broken.advice
        backups = await self._desk.read(backup_state)
        return backups.trouble or "", _BACKUPS_ADVICE

    def _warn(self, trouble: str = "", advice: str = "") -> None:
        for part in (self._warning, self._trouble_words):
            part.setVisible(bool(trouble))
        self._trouble_words.say(trouble, advice)

    def _task_changed(self, key: str) -> None:
        self._running.show_what_runs()
        if key.startswith(_CALLS) and not self._desk.tasks.is_busy(key):
            self.look()

    def _store_changed(self, changes: Changes) -> None:
        if changes.connections or changes.settings or changes.everything:
            self.look()

    def _show_service(self) -> None:
        known = self._states is not None
        self._mark.setVisible(known or self._is_away)
        self._service.setVisible(known)
        if self._states is not None:
            tone, words = service_words(self._states)
            self._mark.set_tone(tone)
            self._service.say(words, "\n".join(_one(state) for state in self._states))

    def _every(self, milliseconds: int, do: Callable[[], None]) -> None:
        clock = QTimer(self)
        clock.timeout.connect(do)
        clock.start(milliseconds)


def service_words(states: list[ServiceState]) -> tuple[Tone, str]:
    """What the status bar says of Microsoft, and how it looks."""
    if not states:
        return Tone.NEUTRAL, "Microsoft ESD: no connection is set up"
    troubled = [state for state in states if state.fault]
    if troubled:
        return Tone.BAD, _one(troubled[0])
    answers = [state.last_answer_at for state in states if state.last_answer_at]
    if not answers:
        return Tone.NEUTRAL, "Microsoft ESD: not asked yet"
    return Tone.GOOD, f"Microsoft ESD: answered {ago(max(answers), utc_now())}"


def _one(state: ServiceState) -> str:
    answered = f"answered {ago(state.last_answer_at, utc_now())}" if state.last_answer_at else ""
    if state.fault:
        last = f" It last {answered}." if answered else ""
        return f"{state.connection}: {state.fault}{last}"
    return f"{state.connection}: {answered or 'not asked yet'}"


def _left(
    mark: QWidget, service: QWidget, store: QWidget, warning: QWidget, trouble: QWidget
) -> QWidget:
    panel = QWidget()
    row = QHBoxLayout(panel)
    row.setContentsMargins(SPACE_8, 0, SPACE_12, 0)
    row.setSpacing(SPACE_8)
    row.addWidget(mark)
    row.addWidget(service)
    row.addSpacing(SPACE_12)
    row.addWidget(store)
    row.addSpacing(SPACE_12)
    row.addWidget(warning)
    row.addWidget(trouble)
    row.addStretch(1)
    return panel


class _RunningTask(QWidget):
    """The eldest task that has words, how many more there are, and Stop."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._words = ElidedLabel(parent=self)
        write_as(self._words, Text.SMALL)
        self._line = ProgressLine("Something is running", self)
        self._line.setFixedWidth(80)
        self._stop_button = QPushButton("Stop", self)
        make_kind(self._stop_button, Kind.QUIET)
        # A click leaves the keyboard where it was: the button goes away with what it stopped.
        self._stop_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._stop_button.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, SPACE_8, 0)
        row.setSpacing(SPACE_8)
        for part in (self._words, self._line, self._stop_button):
            row.addWidget(part)
        self.show_what_runs()

    def show_what_runs(self) -> None:
        """Follow the tasks."""
        running = self._desk.tasks.running()
        self.setVisible(bool(running))
        if not running:
            self._line.stop()
            return
        self._line.run()
        more = f" (+{len(running) - 1})" if len(running) > 1 else ""
        self._words.say(running[0].words + more, "\n".join(task.words for task in running))
        self._stop_button.setAccessibleName(f"Stop: {running[0].words}")
        self._stop_button.setToolTip(f"Stop “{running[0].words}”")

    def _stop(self) -> None:
        running = self._desk.tasks.running()
        if not running:
            return
        self._desk.tasks.cancel(running[0].key)
        self._desk.messages.post(
            Message(
                Tone.NEUTRAL,
                f"Stopped: {running[0].words}.",
                "What Microsoft may have done by then is found out and written down by itself.",
            )
        )
