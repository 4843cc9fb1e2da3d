"""The frame of a form for one record: its fields, what came of saving them, Cancel and Save.

What is typed stays until it could be saved, also where somebody else was quicker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.errors import ChangedMeanwhile, EsdError
from esd_desktop.models.meanwhile import Sides
from esd_desktop.ui.ask import Question, ask, ask_file
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_16, SPACE_20
from esd_desktop.ui.meanwhile import IS_THEIRS, STILL_TYPED, Choice, choose_side
from esd_desktop.ui.messages import tone_of
from esd_desktop.ui.widgets.announce import announce
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.notice import Button, Notice


class FormDialog(QDialog):
    """A subclass puts its fields into ``lines`` and ``labels`` under their names, calls ``begin``
    with what they stand in, and says how they are read and kept. ``what`` is what it is a form of,
    ``task`` the key under which it is saved."""

    # Where a label ends that a service's sentence names.
    label_ends = " ("

    def __init__(
        self, desk: Desk, parent: QWidget, *, what: str, title: str, save: str, task: str
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.lines: dict[str, QLineEdit] = {}
        self.labels: dict[str, str] = {}
        self._what = what
        self._task = task
        self._at_first: object = None
        self._notice = Notice(Tone.BAD, "")
        self._notice.hide()
        self._save = BusyButton(save, kind=Kind.PRIMARY)
        self._cancel = QPushButton("Cancel")
        self.setWindowTitle(title)

    def form(self) -> object:
        """What is typed."""
        raise NotImplementedError

    async def keep(self) -> bool:
        """Save what is typed; whether that is all. Raises EsdError."""
        raise NotImplementedError

    async def sides(self) -> Sides:
        """Read the record that somebody else changed. Raises EsdError."""
        raise NotImplementedError

    def go_on(self, texts: Mapping[str, str], choice: Choice) -> None:
        """From now on it is a form of the record as ``sides`` has read it, with these texts."""
        raise NotImplementedError

    def begin(self, fields: QWidget | QLayout) -> None:
        """Lay it out; what the fields hold now is what may be left without a question."""
        self._lay_out(fields)
        self._at_first = self.form()
        next(iter(self.lines.values())).setFocus()
        self.desk.tasks.changed.connect(self._task_changed)

    def reject(self) -> None:
        """Stop the saving, if it is under way; otherwise close, after asking where something that
        was typed would be lost."""
        if self.desk.tasks.is_busy(self._task):
            self.desk.tasks.cancel(self._task)
            self.say(Tone.WARNING, "Saving was stopped.", "")
        elif self.form() != self._at_first:
            self.desk.tasks.run(f"leave {self._what}", self._asked_to_leave, owner=self)
        else:
            super().reject()

    def begin_to_save(self) -> None:
        """Save and close; what cannot be saved is said beside what was typed."""
        self._notice.hide()
        self.desk.tasks.run(self._task, self._write, owner=self)

    def say(self, tone: Tone, sentence: str, advice: str, buttons: Sequence[Button] = ()) -> None:
        """Say something below the fields."""
        self._notice.tell(tone, sentence, advice, buttons)
        self._notice.show()
        announce(self, f"{sentence} {advice}".strip(), at_once=tone is Tone.BAD)

    def choose_file(self, kinds: str, line: QLineEdit) -> None:
        """Ask for a file of these kinds, whose path goes into the line."""

        async def chosen() -> None:
            path = await ask_file(self, "Choose a file", kinds)
            if path is not None:
                line.setText(str(path))

        self.desk.tasks.run("choose file", chosen, owner=self)

    async def _asked_to_leave(self) -> None:
        question = Question(
            title="Close without saving?",
            body=f"What you typed about this {self._what} has not been saved.",
            yes="Close without saving",
            no="Go on editing",
            dangerous=True,
        )
        if (await ask(self, question)).yes:
            super().reject()

    async def _write(self) -> None:
        try:
            if await self.keep():
                self.accept()
        except ChangedMeanwhile as fault:
            await self._choose_side(fault)
        except EsdError as fault:
            self._tell_fault(fault)

    async def _choose_side(self, fault: ChangedMeanwhile) -> None:
        """Somebody else saved the record since it was opened here: whose is it to be?"""
        try:
            sides = await self.sides()
        except EsdError as other:
            self._tell_fault(other)
            return
        choice = await choose_side(self, fault, sides, self.labels)
        if choice is Choice.BACK:
            self.say(Tone.WARNING, fault.sentence, STILL_TYPED)
        elif choice is Choice.THEIRS:
            self.go_on(sides.now, choice)
            self._at_first = self.form()
            self.say(Tone.NEUTRAL, IS_THEIRS, "")
        else:
            self.go_on(sides.merged, choice)
            await self._write()

    def _tell_fault(self, fault: EsdError) -> None:
        self.say(tone_of(fault), fault.sentence, fault.advice)
        self._go_to_field(fault.sentence)

    def _go_to_field(self, sentence: str) -> None:
        """The keyboard goes to the field that the sentence names."""
        said = sentence.casefold()
        for name, label in self.labels.items():
            if label.partition(self.label_ends)[0].casefold() in said:
                self.lines[name].setFocus()
                self.lines[name].selectAll()
                return

    def _lay_out(self, fields: QWidget | QLayout) -> None:
        heading = QLabel(self.windowTitle())
        write_as(heading, Text.HEADING)
        make_kind(self._cancel, Kind.PLAIN)
        self._cancel.setAutoDefault(False)
        self._save.setDefault(True)
        self._cancel.clicked.connect(self.reject)
        self._save.clicked.connect(lambda: self.begin_to_save())
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_8)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_20, SPACE_20, SPACE_20, SPACE_20)
        column.setSpacing(SPACE_16)
        column.addWidget(heading)
        if isinstance(fields, QWidget):
            column.addWidget(fields, 1)
        else:
            column.addLayout(fields)
            column.addStretch(1)
        column.addWidget(self._notice)
        column.addLayout(buttons)

    def _task_changed(self, key: str) -> None:
        if key == self._task:
            self._save.set_busy(self.desk.tasks.is_busy(key))
