"""Settling all that asking Microsoft settles: how far it has come, and Stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from esd_desktop.models.wording import counted
from esd_desktop.services.changes import Changes
from esd_desktop.services.provision_order import LicenceResult, Stop
from esd_desktop.services.settle_all import settle_all
from esd_desktop.ui.ask import Question, ask
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8
from esd_desktop.ui.widgets.progress_line import ProgressLine


class Settling(QWidget):
    """Seen only while it runs. ``begin`` starts it; closing the window stops it as Stop does, and
    what is under way then is in doubt and settled by itself."""

    key = "settle all discrepancies"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._stop = Stop()
        self._words = QLabel()
        self._line = ProgressLine("Settling", self)
        self.stop = QPushButton("Stop")
        self._lay_out()
        self.stop.clicked.connect(self._ask_to_stop)
        self.hide()

    def begin(self, account_id: int | None, lost: int, overdue: int) -> None:
        """Settle those of an account, or with None of all, after asking: so many lost answers, and
        so many licences that are overdue."""
        work = partial(self._asked, account_id, lost, overdue)
        self._desk.tasks.run(self.key, work, owner=self, words="Settle discrepancies")

    async def _asked(self, account_id: int | None, lost: int, overdue: int) -> None:
        answer = await ask(self.window(), question(lost, overdue))
        if answer.yes:
            await self._carry_out(account_id)

    async def _carry_out(self, account_id: int | None) -> None:
        self._stop = Stop()
        self._words.setText("Asking Microsoft…")
        self.stop.setEnabled(True)
        self._line.run()
        self.show()
        tell = partial(_soon, asyncio.get_running_loop(), self._tell)
        try:
            outcome = await self._desk.do(
                Changes(), settle_all, account_id, tell=tell, stop=self._stop
            )
        finally:
            if isValid(self):
                self._line.stop()
                self.hide()
        self._desk.messages.outcome(outcome)

    def _tell(self, result: LicenceResult) -> None:
        if not isValid(self) or not self._line.running:
            return
        self._line.run(result.done / result.total)
        done = f"{as_count(result.done)} of {as_count(result.total)} asked for"
        self._words.setText(f"Stopping… {done}" if self._stop.asked else done)

    def _ask_to_stop(self) -> None:
        self._stop.ask()
        self.stop.setEnabled(False)
        self._words.setText("Stopping: what is under way is finished…")

    def _lay_out(self) -> None:
        write_as(self._words, Text.MUTED)
        row = QHBoxLayout()
        row.setSpacing(SPACE_8)
        row.addWidget(self._words, 1)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_4)
        column.addLayout(row)
        column.addWidget(self._line)


def question(lost: int, overdue: int) -> Question:
    """What is asked before Microsoft is."""
    return Question(
        title=f"Ask Microsoft about {counted(lost + overdue, 'licence')}?",
        body="Each is asked for under its own transaction, so nothing is bought or returned twice. "
        "What has no token yet is bought now where Microsoft sells it, and mailed to its customer.",
        yes="Ask Microsoft",
        no="Not now",
        facts=(("Lost answers", as_count(lost)), ("Without a token", as_count(overdue))),
    )


def _soon(
    loop: asyncio.AbstractEventLoop, tell: Callable[[LicenceResult], None], result: LicenceResult
) -> None:
    """From the worker's thread to the window's."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(tell, result)
