"""How far a mass work is: the bar, how fast it goes, how long it still takes, and what can be done
with it as a whole."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from esd_desktop.models.mass_rows import MassState, MassWorkRow
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.mass_work import go_on, pause, retry, stop
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count, as_moment
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, SPACE_12
from esd_desktop.ui.mass.wording import ACTIONS, how_far, pace, standing, title_of
from esd_desktop.ui.widgets.elided import ElidedLabel
from esd_desktop.ui.widgets.notice import Button, Notice
from esd_desktop.ui.widgets.progress_line import ProgressLine
from esd_desktop.ui.widgets.wrapped import wrapped_label

_Verb = Callable[[Services, int], Coroutine[Any, Any, Outcome]]


class WorkProgress(QWidget):
    """``show_work`` again with the same work changes numbers in place: a button that the keyboard
    is on stays."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._told: object = None
        self._heading = wrapped_label()
        self._about = wrapped_label()
        self.notice = Notice(Tone.NEUTRAL, "")
        self._line = ProgressLine("Progress of this work", self)
        self._far = QLabel()
        self._pace = ElidedLabel(parent=self)
        self._lay_out()

    def show_work(self, row: MassWorkRow) -> None:
        """Say how a work stands."""
        self._heading.setText(title_of(row))
        self._about.setText(_about(row))
        self._tell(row)
        far = f"{how_far(row)} have their result"
        self._far.setText(far)
        self._pace.say(pace(row))
        self._line.run(row.ended / row.total if row.total else 1.0)
        self._line.setAccessibleDescription(f"{far} {pace(row)}".strip())

    def _tell(self, row: MassWorkRow) -> None:
        words, offered = standing(row), _offered(row)
        told = (row.id, words, [text for text, _ in offered])
        if told == self._told:
            return
        self._told = told
        buttons: list[Button] = [(text, partial(self._do, verb, row)) for text, verb in offered]
        self.notice.tell(*words, buttons)
        for button in self.notice.buttons():
            self._desk.rights.guard(button, *ACTIONS[row.kind].needs)

    def _do(self, verb: _Verb, row: MassWorkRow) -> None:
        async def work() -> None:
            self._desk.messages.outcome(await self._desk.work(verb, row.id), quiet=True)

        self._desk.tasks.run(f"mass work {row.id}", work, owner=self)

    def _lay_out(self) -> None:
        write_as(self._heading, Text.HEADING)
        write_as(self._about, Text.MUTED)
        write_as(self._far, Text.STRONG)
        write_as(self._pace, Text.MUTED)
        numbers = QHBoxLayout()
        numbers.setSpacing(SPACE_12)
        numbers.addWidget(self._far)
        numbers.addStretch(1)
        numbers.addWidget(self._pace)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_4)
        column.addWidget(self._heading)
        column.addWidget(self._about)
        column.addSpacing(SPACE_8)
        column.addWidget(self.notice)
        column.addSpacing(SPACE_8)
        column.addLayout(numbers)
        column.addWidget(self._line)


def _offered(row: MassWorkRow) -> list[tuple[str, _Verb]]:
    """What can be done with it now."""
    match row.state:
        case MassState.RUNNING:
            return [("Pause", pause), ("Stop for Good", stop)]
        case MassState.PAUSED:
            return [("Go On", go_on), ("Stop for Good", stop)]
        case _ if row.failed:
            return [(f"Retry {as_count(row.failed)} Failed", retry)]
        case _:
            return []


def _about(row: MassWorkRow) -> str:
    lines = [f"{row.scope} ({as_count(row.total)})"]
    lines.append(f"Asked for by {row.asked_by}, {as_moment(row.asked_at)}")
    if row.run_by != row.asked_by:
        lines[-1] += f"; goes on for {row.run_by}"
    if row.comment:
        lines.append(f"Comment: {row.comment}")
    return "\n".join(lines)
