"""The import dialog: the file is checked first, and nothing is written before the person has seen
what would come of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from esd_desktop.errors import EsdError
from esd_desktop.services.browse import connection_list
from esd_desktop.services.changes import Changes
from esd_desktop.services.import_assets import import_assets
from esd_desktop.services.importing.report import ImportProgress, ImportReport, Phase
from esd_desktop.ui.ask import ask_file, opened
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.importing.connection_choice import ConnectionChoice
from esd_desktop.ui.importing.remarks import RemarkList
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Kind, Text, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_12, SPACE_20
from esd_desktop.ui.messages import Message
from esd_desktop.ui.settings.form import give_size
from esd_desktop.ui.widgets.announce import announce
from esd_desktop.ui.widgets.elided import ElidedLabel
from esd_desktop.ui.widgets.notice import Notice
from esd_desktop.ui.widgets.progress_line import ProgressLine
from esd_desktop.ui.widgets.wrapped import wrapped_label

_KINDS = "Tables (*.csv *.txt *.tsv *.xlsx);;All files (*)"
_SIZE = (760, 560)
_KEY = "import file"


async def import_file(desk: Desk, parent: QWidget) -> None:
    """Let the person choose a file, and show what importing it would do."""
    path = await ask_file(parent, "Import accounts and assets", _KINDS)
    if path is not None:
        connections = await desk.read(connection_list)
        names = [row.name for row in connections]
        await opened(ImportDialog(desk, parent, path, names))


class ImportDialog(QDialog):
    """Closing it stops what runs, and then nothing of the file is in the store. Only while it is
    saving, a moment at the end, it cannot be closed. ``connections`` are the names of all."""

    def __init__(self, desk: Desk, parent: QWidget, path: Path, connections: list[str]) -> None:
        super().__init__(parent)
        self._desk = desk
        self._path = path
        self._phase: Phase | None = None
        self.setWindowTitle("Import accounts and assets")
        give_size(self, *_SIZE)
        self._heading = ElidedLabel(parent=self)
        self._heading.say(path.name, str(path))
        self._choice = ConnectionChoice(connections, self)
        self._step = wrapped_label()
        self._line = ProgressLine("Import", self)
        self._notice = Notice(Tone.NEUTRAL, "", parent=self)
        self._remarks = RemarkList(self)
        self._again = QPushButton("Check again", self)
        self._close = QPushButton("Cancel", self)
        self._import = QPushButton("Import", self)
        self._lay_out()
        self._choice.changed.connect(self._check)
        self._again.clicked.connect(self._check)
        self._import.clicked.connect(self._apply)
        self._close.clicked.connect(self.reject)
        self._check()

    def reject(self) -> None:
        if self._phase is not Phase.SAVING:
            self._desk.tasks.cancel(_KEY)
            super().reject()

    def _check(self) -> None:
        self._run(dry_run=True, words=f"Checking {self._path.name}")

    def _apply(self) -> None:
        self._run(dry_run=False, words=f"Importing {self._path.name}")

    def _run(self, *, dry_run: bool, words: str) -> None:
        work = partial(self._carried_out, dry_run=dry_run)
        self._desk.tasks.run(_KEY, work, owner=self, words=words, latest=True)

    async def _carried_out(self, *, dry_run: bool) -> None:
        self._begin(checking=dry_run)
        try:
            report = await self._desk.worker.call(
                import_assets,
                self._path,
                dry_run=dry_run,
                connection=self._choice.name,
                progress=self._progress(),
            )
        except EsdError as fault:
            self._end()
            self._tell(Tone.BAD, fault.sentence, fault.advice)
            return
        except asyncio.CancelledError:
            # It may have been saved in the very moment when it was given up.
            self._desk.bus.announce(Changes(everything=not dry_run))
            raise
        self._end()
        self._desk.bus.announce(report.changes)
        if report.applied:
            self._desk.messages.post(Message(Tone.GOOD, report.sentence))
            self.accept()
        else:
            self._show_report(report)

    def _begin(self, *, checking: bool) -> None:
        self._notice.hide()
        self._remarks.hide()
        self._step.setText("Opening the file…")
        self._line.run()
        self._close.setText("Cancel")
        self._again.setEnabled(False)
        self._import.setEnabled(False)
        self._choice.setEnabled(checking)

    def _end(self) -> None:
        self._phase = None
        self._step.clear()
        self._line.stop()
        self._close.setText("Close")
        self._close.setEnabled(True)
        self._again.setEnabled(True)
        self._choice.setEnabled(True)

    def _progress(self) -> partial[None]:
        """To be called from the worker's thread, also when this dialog is gone."""
        loop = asyncio.get_running_loop()
        return partial(_call_soon, loop, self._show_progress)

    def _show_progress(self, progress: ImportProgress) -> None:
        if not isValid(self) or not self._line.running:
            return
        self._phase = progress.phase
        self._line.run(progress.done / progress.total if progress.total else None)
        bad = f", {as_count(progress.bad)} bad" if progress.bad else ""
        self._step.setText(f"{progress.phase}… {as_count(progress.lines)} lines{bad}")
        # From here on it is all or nothing in the store's own hands.
        self._close.setEnabled(progress.phase is not Phase.SAVING)

    def _show_report(self, report: ImportReport) -> None:
        is_new = bool(report.assets_new or report.accounts_new)
        tone = Tone.BAD if report.bad else Tone.GOOD if is_new else Tone.NEUTRAL
        mend = ["Mend these lines in the file and check it again."] if report.bad else []
        self._step.setText(_columns_in_words(report))
        self._remarks.show_remarks(report.bad_lines, report.warnings)
        self._import.setEnabled(is_new and not report.bad)
        lines = "line" if report.lines == 1 else "lines"
        self._import.setText(f"Import {as_count(report.lines)} {lines}")
        main = self._import if self._import.isEnabled() else self._again
        main.setDefault(True)
        main.setFocus()
        self._tell(tone, report.sentence, " ".join([*mend, *report.notices]))

    def _tell(self, tone: Tone, sentence: str, advice: str) -> None:
        self._notice.tell(tone, sentence, advice)
        self._notice.show()
        announce(self, f"{sentence} {advice}".strip(), at_once=tone is Tone.BAD)

    def _lay_out(self) -> None:
        write_as(self._heading, Text.HEADING)
        write_as(self._step, Text.MUTED)
        make_kind(self._import, Kind.PRIMARY)
        for button in (self._again, self._close, self._import):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_8)
        buttons.addWidget(self._again)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        buttons.addWidget(self._import)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_20, SPACE_20, SPACE_20, SPACE_20)
        layout.setSpacing(SPACE_12)
        for part in (self._heading, self._choice, self._line, self._step, self._notice):
            layout.addWidget(part)
        layout.addWidget(self._remarks, 1)
        layout.addStretch(0)
        layout.addLayout(buttons)


def _call_soon(
    loop: asyncio.AbstractEventLoop,
    tell: Callable[[ImportProgress], None],
    progress: ImportProgress,
) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(tell, progress)


def _columns_in_words(report: ImportReport) -> str:
    """How the header was understood: what bears another name here, and what is not used."""
    known = len(report.columns)
    words = "1 column is understood" if known == 1 else f"{known} columns are understood"
    renamed = ", ".join(
        f"“{match.header}” as {match.field}"
        for match in report.columns
        if match.header.casefold() != match.field.casefold()
    )
    words = f"{words}, {renamed}." if renamed else f"{words}."
    ignored = ", ".join(f"“{name}”" for name in report.ignored_columns)
    return f"{words} Not used: {ignored}." if ignored else words
