"""An order that has been placed: its licences one by one, Stop, and another try for the rest."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.services.changes import Outcome, Result
from esd_desktop.services.provision_order import LicenceResult
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_12
from esd_desktop.ui.messages import TONES, tone_of
from esd_desktop.ui.orders.results import ResultList
from esd_desktop.ui.orders.token_run import TokenRun, begin_run
from esd_desktop.ui.widgets.announce import announce
from esd_desktop.ui.widgets.notice import Notice
from esd_desktop.ui.widgets.progress_line import ProgressLine


class OrderProgress(QWidget):
    """``changed`` comes when it begins, is asked to stop, or ends."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._order: tuple[int, str] | None = None
        self._run: TokenRun | None = None
        self._outcome: Outcome | None = None
        self._left: int | None = None
        self._step = QLabel()
        self._line = ProgressLine("Getting the tokens", self)
        self._notice = Notice(Tone.NEUTRAL, "")
        self._notice.hide()
        self._results = ResultList(self)
        write_as(self._step, Text.MUTED)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_12)
        for part in (self._step, self._line, self._notice):
            column.addWidget(part)
        column.addWidget(self._results, 1)

    @property
    def running(self) -> bool:
        """Whether licences are being asked for."""
        return self._run is not None

    @property
    def stopping(self) -> bool:
        """Whether only what is under way is still waited for."""
        return self._run is not None and self._run.stopping

    @property
    def incomplete(self) -> bool:
        """Whether it ended and a licence is still without its token."""
        return not self.running and self._outcome is not None and bool(self._outcome.advice)

    @property
    def has_rest(self) -> bool:
        """Whether it ended before every licence was asked for, as far as was told."""
        return self._left != 0

    def begin(self, order_id: int, number: str) -> None:
        """Get the tokens of an order."""
        self._order = (order_id, number)
        self._outcome = None
        self._left = None
        self._results.begin_again()
        self._notice.hide()
        self._step.setText("Asking Microsoft for the first licences…")
        self._step.show()
        self._line.run()
        run = begin_run(self._desk, self, order_id, number)
        run.told.connect(self._show)
        run.ended.connect(self._ended)
        run.failed.connect(self._failed)
        self._run = run
        self.changed.emit()

    def again(self) -> None:
        """Try those once more that are without a token."""
        if self._order is not None and not self.running:
            self.begin(*self._order)

    def stop(self) -> None:
        """Begin no further licence."""
        if self._run is not None:
            self._run.stop()
            self._step.setText("Stopping; what is under way is finished first…")
            self.changed.emit()

    def _show(self, result: LicenceResult) -> None:
        if not self.running:
            return  # it was on its way when the run was cut off
        self._results.add(result)
        self._left = result.total - result.done
        self._line.run(result.done / result.total)
        if not self.stopping:
            failed = self._results.failed
            not_issued = f", {as_count(failed)} not issued" if failed else ""
            done, total = as_count(result.done), as_count(result.total)
            self._step.setText(f"{done} of {total} licences asked for{not_issued}")

    def _ended(self, outcome: Outcome) -> None:
        self._outcome = outcome
        tone = Tone.GOOD if outcome.result is Result.DONE else TONES[outcome.result]
        self._finish(tone, outcome.sentence, outcome.advice)

    def _failed(self, fault: EsdError) -> None:
        self._finish(tone_of(fault), fault.sentence, fault.advice)

    def _finish(self, tone: Tone, sentence: str, advice: str) -> None:
        self._run = None
        self._line.stop()
        self._step.hide()
        self._notice.tell(tone, sentence, advice)
        self._notice.show()
        announce(self, f"{sentence} {advice}".strip())
        self.changed.emit()
