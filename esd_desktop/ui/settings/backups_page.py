"""Backups of the store: where, how often, how many; one at once; and restoring one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QSpinBox, QWidget
from shiboken6 import isValid

from esd_desktop.errors import EsdError
from esd_desktop.models.backup_rows import Every
from esd_desktop.models.rights import Right
from esd_desktop.models.wording import as_size
from esd_desktop.services.back_up import back_up
from esd_desktop.services.browse_backups import BackupState, backup_state
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.verify_backup import verify_backup
from esd_desktop.settings import folders, save_setting
from esd_desktop.ui.ask import ask_file, ask_folder
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_moment
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Kind
from esd_desktop.ui.look.theme import SPACE_4
from esd_desktop.ui.restoring import BACKUPS, choose_backup, wants_to_restore
from esd_desktop.ui.settings.form import add_file, button_row, form_layout
from esd_desktop.ui.settings.page import SettingsPage
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.notice import Notice
from esd_desktop.ui.widgets.progress_panel import ProgressPanel
from esd_desktop.ui.widgets.wrapped import ValueText

_EXPLANATION = (
    "A backup is one file with everything that the store holds. Licence keys stay encrypted in it: "
    "what opens them is in the vault of this computer, so keep a copy of that as well. The plan is "
    "this computer's; it backs up while a window is open, and makes up for what it missed."
)
_NONE = "There is none in this folder"
_EVERY: tuple[tuple[Every, str], ...] = (
    ("off", "Only when asked for"),
    ("daily", "Every day"),
    ("weekly", "Every week"),
)
_BACK_UP, _LOOK = "back up", "look at backup"
_MOST = 1_000


class BackupsPage(SettingsPage):
    """``restore_wanted`` carries the backup that is to be restored."""

    restore_wanted = Signal(Path)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, "Backups", _EXPLANATION, Right.BACKUP)
        self._kept: tuple[str, Every, int] | None = None
        self._newest = ValueText("", "Newest backup")
        self._trouble = Notice(Tone.WARNING, "")
        self._trouble.hide()
        self._every, self._keep = QComboBox(), QSpinBox()
        form = form_layout()
        form.addRow("Newest backup", self._newest)
        self._folder = add_file(form, "Folder", self._choose_folder)
        form.addRow("Back up", self._every)
        form.addRow("Keep", self._keep)
        self._fill()
        self._save = BusyButton("Save")
        self._now = BusyButton("Back Up Now", kind=Kind.PRIMARY)
        self._verify = BusyButton("Verify a Backup…")
        self._restore = BusyButton("Restore from a Backup…")
        self._progress = ProgressPanel("Backup", self)
        self._save.clicked.connect(self._keep_plan)
        self._now.clicked.connect(self._back_up)
        self._verify.clicked.connect(self._choose_to_verify)
        self._restore.clicked.connect(self._choose_to_restore)
        self._progress.stopped.connect(self._stop)
        self.body.addWidget(self._trouble)
        self.body.addLayout(form)
        self.body.addWidget(button_row("Plan", self._save))
        self.body.addWidget(button_row("Backups", self._now, self._verify, self._restore))
        self.body.addWidget(self._progress)
        self._offer(False)
        desk.rights.guard(self._restore, Right.RESTORE)
        desk.tasks.changed.connect(self._task_changed)
        desk.bus.store_changed.connect(self._store_changed)
        self._look()

    @property
    def unsaved(self) -> bool:
        return self._kept is not None and self._typed() != self._kept

    def _fill(self) -> None:
        self._every.setAccessibleName("Back up")
        for value, words in _EVERY:
            self._every.addItem(words, value)
        self._keep.setAccessibleName("How many backups are kept")
        self._keep.setRange(1, _MOST)
        self._keep.setPrefix("the newest ")
        self._keep.lineEdit().setTextMargins(SPACE_4, 0, 0, 0)

    def _look(self) -> None:
        self.desk.tasks.run("backup settings", self._read, owner=self, latest=True)

    def _store_changed(self, changes: Changes) -> None:
        if changes.settings or changes.everything:
            self._look()

    async def _read(self) -> None:
        try:
            state = await self.desk.read(backup_state)
        except EsdError as fault:
            self._newest.set_value(fault.sentence)
            return
        self._show(state)

    def _show(self, state: BackupState) -> None:
        newest = state.newest
        self._newest.set_value(
            f"{as_moment(newest.made_at)}, {as_size(newest.size)}, verified when it was made"
            if newest
            else _NONE
        )
        self._trouble.setVisible(state.trouble is not None)
        if state.trouble is not None:
            self._trouble.tell(Tone.WARNING, state.trouble)
        if not self.unsaved:
            plan = state.plan
            self._folder.setText(str(plan.folder))
            self._every.setCurrentIndex(self._every.findData(plan.every))
            self._keep.setValue(plan.keep)
            self._kept = self._typed()
        self._offer(True)

    def _typed(self) -> tuple[str, Every, int]:
        every: Every = self._every.currentData()
        return self._folder.text().strip(), every, self._keep.value()

    def _choose_folder(self, line: QLineEdit) -> None:
        async def chosen() -> None:
            path = await ask_folder(self, "Folder for backups", Path(line.text()))
            if path is not None:
                line.setText(str(path))

        self.desk.tasks.run("choose folder", chosen, owner=self)

    def _keep_plan(self) -> None:
        """It is this computer's, so nothing has to be asked of the store."""
        self.answer.hide()
        folder, every, keep = self._typed()
        # The program may be started in another folder next time.
        path = str(Path(folder).expanduser().absolute()) if folder else ""
        try:
            for name, value in (("folder", path), ("every", every), ("keep", str(keep))):
                save_setting(folders(), f"backup_{name}", value)
        except EsdError as fault:
            self.tell_fault(fault)
            return
        self._kept = self._typed()
        self.tell(Outcome("The plan is saved."))
        self._look()

    def _back_up(self) -> None:
        progress = self._progress.begin()

        async def made() -> Outcome:
            return await self.desk.do(Changes(), back_up, progress=progress)

        self.carry_out(_BACK_UP, made, words="Backing up the store")

    def _choose_to_verify(self) -> None:
        async def chosen() -> None:
            file = await ask_file(self, "Verify a backup", BACKUPS)
            if file is None:
                return
            verdict = await self.desk.read(verify_backup, file, progress=self._progress.begin())
            self.tell(Outcome(verdict.sentence, advice=verdict.warning))

        self._begin_to_look(chosen)

    def _choose_to_restore(self) -> None:
        async def chosen() -> None:
            file = await choose_backup(self)
            if file is not None and await wants_to_restore(
                self.desk, self, file, self._progress.begin()
            ):
                self.restore_wanted.emit(file)

        self._begin_to_look(chosen)

    def _begin_to_look(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        async def told() -> None:
            try:
                await work()
            except EsdError as fault:
                self.tell_fault(fault)

        self.answer.hide()
        self.desk.tasks.run(_LOOK, told, owner=self)

    def _stop(self) -> None:
        for key in (_BACK_UP, _LOOK):
            self.desk.tasks.cancel(key)

    def _task_changed(self, key: str) -> None:
        if key not in (_BACK_UP, _LOOK) or not isValid(self):
            return
        busy = {each: self.desk.tasks.is_busy(each) for each in (_BACK_UP, _LOOK)}
        self._now.set_busy(busy[_BACK_UP])
        for button in (self._verify, self._restore):
            button.set_busy(busy[_LOOK])
        if not any(busy.values()):
            self._progress.end()

    def _offer(self, known: bool) -> None:
        fields = (self._folder, self._every, self._keep)
        self.offer(*fields, self._save, self._now, self._verify, known=known)
