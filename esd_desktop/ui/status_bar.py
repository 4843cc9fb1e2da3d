"""The status bar: whether Microsoft answers and when it last did, where the data lives, what runs."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStatusBar, QWidget

from esd_desktop.models.values import utc_now
from esd_desktop.services.browse import ServiceState, service_states, store_name
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import ago
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.theme import SPACE_8
from esd_desktop.ui.widgets.progress_line import ProgressLine

_LOOK_EVERY_MS = 5_000


class StatusBar(QStatusBar):
    """Looks again whenever a task ends, and every few seconds for the "ago"."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Status")
        self._desk = desk
        self._states: list[ServiceState] = []
        self._service_icon, self._service = QLabel(self), QLabel(self)
        self._store = QLabel(self)
        self._running = _RunningTask(desk, self)
        self.addWidget(self._service_icon)
        self.addWidget(self._service)
        self.addWidget(self._store)
        self.addPermanentWidget(self._running)
        desk.tasks.changed.connect(self._task_changed)
        desk.theme.changed.connect(self._show_service)
        clock = QTimer(self)
        clock.timeout.connect(self.look)
        clock.start(_LOOK_EVERY_MS)

    def look(self) -> None:
        """Read the state anew."""
        self._desk.tasks.run("status bar", self._read, owner=self)

    async def _read(self) -> None:
        self._store.setText(f"Store: {await self._desk.read(store_name)}")
        self._states = await self._desk.read(service_states)
        self._show_service()

    def _task_changed(self, key: str) -> None:
        self._running.show_what_runs()
        if key.startswith("asset:"):
            self.look()

    def _show_service(self) -> None:
        tone, words = service_words(self._states)
        shape = {Tone.GOOD: "check", Tone.BAD: "error"}.get(tone, "info")
        self._service_icon.setPixmap(icon(shape).pixmap(14, 14))
        self._service.setText(words)
        details = "\n".join(_one(state) for state in self._states)
        self._service.setToolTip(details)


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
    if state.fault:
        return f"{state.connection}: {state.fault}"
    if state.last_answer_at is None:
        return f"{state.connection}: not asked yet"
    return f"{state.connection}: answered {ago(state.last_answer_at, utc_now())}"


class _RunningTask(QWidget):
    """The eldest task that has words, how many more there are, and Cancel."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._words = QLabel(self)
        self._line = ProgressLine("Something is running", self)
        self._line.setFixedWidth(80)
        self._cancel = QPushButton("Cancel", self)
        self._cancel.setFlat(True)
        self._cancel.setToolTip("Stop waiting. What Microsoft may have done is found out later.")
        self._cancel.clicked.connect(self._stop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        for part in (self._words, self._line, self._cancel):
            layout.addWidget(part)
        self.show_what_runs()

    def show_what_runs(self) -> None:
        running = self._desk.tasks.running()
        self.setVisible(bool(running))
        if not running:
            self._line.stop()
        else:
            self._line.run()
            more = f" (+{len(running) - 1})" if len(running) > 1 else ""
            self._words.setText(running[0].words + more)

    def _stop(self) -> None:
        running = self._desk.tasks.running()
        if running:
            self._desk.tasks.cancel(running[0].key)
