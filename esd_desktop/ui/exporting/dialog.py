"""The export dialog: which rows, what kind of file, keys masked or in full; then how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from esd_desktop.errors import EsdError
from esd_desktop.services.changes import Outcome
from esd_desktop.ui.ask import ask_new_file
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_12, SPACE_16, SPACE_20
from esd_desktop.ui.messages import Message
from esd_desktop.ui.settings.form import give_size
from esd_desktop.ui.widgets.announce import announce
from esd_desktop.ui.widgets.elided import ElidedLabel
from esd_desktop.ui.widgets.group import Group
from esd_desktop.ui.widgets.notice import Notice
from esd_desktop.ui.widgets.progress_line import ProgressLine
from esd_desktop.ui.widgets.wrapped import wrapped_label

_SIZE = (520, 340)
_KEY = "export file"
_KINDS = {
    ".xlsx": ("Workbook (.xlsx)", "Workbooks (*.xlsx)"),
    ".csv": ("Text (.csv)", "Text files of values (*.csv)"),
}
_WARNING = "Whoever has the file can use the licences. It is noted with each of them."


class Choice(Struct, frozen=True):
    """What the person chose: only the selected rows, keys in full, and how far it is to be told."""

    path: Path
    only_selected: bool
    keys: bool
    progress: Callable[[int, int], None]


class Exportable(Struct, frozen=True):
    """A list as it is shown. ``noun`` is what its rows are ("assets"), ``found`` how many there
    are. Where it has keys, ``no_keys`` says why they cannot be had in full; None where they can.
    ``export`` does it."""

    noun: str
    found: int
    selected: int
    has_keys: bool
    no_keys: str | None
    export: Callable[[Choice], Coroutine[Any, Any, Outcome]]


class ExportDialog(QDialog):
    """Closing it stops what runs, and then there is no file."""

    def __init__(self, desk: Desk, parent: QWidget, what: Exportable) -> None:
        super().__init__(parent)
        self._desk = desk
        self._what = what
        self.setWindowTitle(f"Export {what.noun}")
        give_size(self, *_SIZE)
        self._all = QRadioButton(f"All {as_count(what.found)} shown", self)
        self._selected = QRadioButton(f"{as_count(what.selected)} selected", self)
        self._kinds = {end: QRadioButton(words, self) for end, (words, _) in _KINDS.items()}
        self._keys = QCheckBox("Licence keys in full", self)
        self._warning = Notice(Tone.WARNING, _WARNING, parent=self)
        self._options = Group("What is exported", self)
        self._step = wrapped_label()
        self._line = ProgressLine("Export", self)
        self._notice = Notice(Tone.NEUTRAL, "", parent=self)
        self._close = QPushButton("Cancel", self)
        self._folder = QPushButton("Open folder", self)
        self._export = QPushButton("Export…", self)
        self._path: Path | None = None
        self._lay_out()
        self._export.clicked.connect(self._choose_file)
        self._folder.clicked.connect(self._open_folder)
        self._close.clicked.connect(self.reject)
        self._keys.toggled.connect(self._warn)
        self._begin_with(desk.memory.recall("export kind", ".xlsx"))

    def reject(self) -> None:
        self._desk.tasks.cancel(_KEY)
        super().reject()

    def _begin_with(self, kind: str) -> None:
        what = self._what
        self._kinds.get(kind, self._kinds[".xlsx"]).setChecked(True)
        rows = self._selected if what.selected > 1 else self._all
        rows.setChecked(True)
        rows.setFocus()
        self._selected.setVisible(what.selected > 0)
        self._keys.setVisible(what.has_keys)
        self._keys.setEnabled(what.no_keys is None)
        self._keys.setToolTip(what.no_keys or "")
        for hidden in (self._warning, self._step, self._notice, self._folder):
            hidden.hide()
        self._export.setEnabled(what.found > 0)

    def _choose_file(self) -> None:
        self._desk.tasks.run(_KEY, self._chosen, owner=self, words=f"Export {self._what.noun}")

    async def _chosen(self) -> None:
        end = next(end for end, button in self._kinds.items() if button.isChecked())
        name = f"{self._what.noun.replace(' ', '-')}{end}"
        path = await ask_new_file(self, f"Export {self._what.noun}", _KINDS[end][1], name)
        if path is None:
            return
        self._desk.memory.keep("export kind", end)
        self._begin(path)
        choice = Choice(path, self._selected.isChecked(), self._keys.isChecked(), self._progress())
        try:
            outcome = await self._exported(choice)
        except EsdError as fault:
            self._tell(Tone.BAD, fault.sentence, fault.advice)
        else:
            self._done(outcome)

    async def _exported(self, choice: Choice) -> Outcome:
        try:
            return await self._what.export(choice)
        finally:
            if isValid(self):
                self._end()

    def _begin(self, path: Path) -> None:
        self._path = path
        self._notice.hide()
        self._options.setEnabled(False)
        self._export.setEnabled(False)
        self._close.setText("Stop")
        self._step.setText("Beginning…")
        self._step.show()
        self._line.run()

    def _end(self) -> None:
        self._line.stop()
        self._step.hide()
        self._options.setEnabled(True)
        self._export.setEnabled(True)
        self._close.setText("Cancel")

    def _done(self, outcome: Outcome) -> None:
        self._close.setText("Close")
        self._export.setText("Export again…")
        self._folder.show()
        self._folder.setFocus()
        self._tell(Tone.GOOD, outcome.sentence, "")
        self._desk.messages.post(Message(Tone.GOOD, outcome.sentence, quiet=True))

    def _progress(self) -> Callable[[int, int], None]:
        """To be called from the worker's thread, also when this dialog is gone."""
        loop = asyncio.get_running_loop()

        def tell(done: int, total: int) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(partial(self._show_progress, done, total))

        return tell

    def _show_progress(self, done: int, total: int) -> None:
        if isValid(self) and self._line.running:
            self._line.run(done / total if total else None)
            self._step.setText(f"{as_count(done)} of {as_count(total)} rows are written.")

    def _tell(self, tone: Tone, sentence: str, advice: str) -> None:
        self._notice.tell(tone, sentence, advice)
        self._notice.show()
        self._grow()
        announce(self, f"{sentence} {advice}".strip(), at_once=tone is Tone.BAD)

    def _warn(self, warned: bool) -> None:
        self._warning.setVisible(warned)
        self._grow()

    def _grow(self) -> None:
        """By itself a window is not given the room that wrapped words need."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        needed = layout.totalHeightForWidth(self.width())
        self.resize(self.width(), max(self.height(), needed))

    def _open_folder(self) -> None:
        if self._path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent)))

    def _lay_out(self) -> None:
        heading = ElidedLabel(parent=self)
        heading.say(f"Export {self._what.noun}")
        write_as(heading, Text.HEADING)
        write_as(self._step, Text.MUTED)
        make_kind(self._export, Kind.PRIMARY)
        self._export.setDefault(True)
        form = QFormLayout(self._options)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(SPACE_16)
        form.setVerticalSpacing(SPACE_12)
        form.addRow("Rows", _beside(self, "Rows", self._all, self._selected))
        form.addRow("File", _beside(self, "Kind of file", *self._kinds.values()))
        if self._what.has_keys:
            form.addRow("Keys", self._keys)
        if self._what.no_keys is not None:
            reason = wrapped_label()
            reason.setText(self._what.no_keys)
            write_as(reason, Text.MUTED)
            form.addRow("", reason)
        # What is told below them makes the window higher, not these lower.
        form.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_8)
        buttons.addWidget(self._folder)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        buttons.addWidget(self._export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_20, SPACE_20, SPACE_20, SPACE_20)
        layout.setSpacing(SPACE_12)
        for part in (heading, self._options, self._warning, self._line, self._step, self._notice):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addLayout(buttons)


def _beside(parent: QWidget, name: str, *buttons: QRadioButton) -> QWidget:
    """Choices of which one holds, side by side."""
    group = Group(name, parent)
    exclusive = QButtonGroup(group)
    row = QHBoxLayout(group)
    row.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_16)
    for button in buttons:
        exclusive.addButton(button)
        row.addWidget(button)
    row.addStretch(1)
    return group
