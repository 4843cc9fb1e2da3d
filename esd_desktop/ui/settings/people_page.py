"""The people who share the store: listed, added, given roles, dismissed and taken back."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.operator_rows import PersonRow
from esd_desktop.models.rights import Right
from esd_desktop.services.changes import Changes
from esd_desktop.services.edit_people import dismiss_person, people_list, readmit_person
from esd_desktop.ui.ask import Question, ask, opened
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.roles import Kind
from esd_desktop.ui.look.theme import SPACE_16
from esd_desktop.ui.settings.form import button_row
from esd_desktop.ui.settings.page import SettingsPage
from esd_desktop.ui.settings.people_list import PeopleList
from esd_desktop.ui.settings.person_dialog import PersonDialog
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.wrapped import wrapped_label

_EXPLANATION = (
    "Who works with this store, and in which roles. Somebody has the rights of all of their roles; "
    "a change holds at once, on every desktop."
)
_NOBODY = (
    "Everybody who can open this store may do everything in it. Once you have named yourself, only "
    "the people of this list get in, each with the rights of their roles."
)
_SELECT = "Select somebody first."
_TASK = "change person"
_TOUCHED = Changes(settings=True)


class PeoplePage(SettingsPage):
    """The list and its buttons; a double-click edits."""

    fills = True

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(desk, parent, "People", _EXPLANATION, Right.PEOPLE)
        self._you = wrapped_label()
        self._empty = EmptyState("account", "", "")
        self._list = PeopleList()
        self._add = BusyButton("Add…")
        self._change = BusyButton("Edit…", kind=Kind.PRIMARY)
        self._active = BusyButton("Dismiss…", kind=Kind.DANGER)
        self._add.clicked.connect(lambda: self._open(None))
        self._change.clicked.connect(self._edit)
        self._active.clicked.connect(self._dismiss_or_readmit)
        self._list.doubleClicked.connect(self._edit)
        self._list.selectionModel().currentChanged.connect(lambda *_: self._fit_buttons())
        for button in (self._add, self._change, self._active):
            desk.rights.guard(button, Right.PEOPLE)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._listed())
        self.body.addWidget(self._pages, 1)
        desk.bus.store_changed.connect(self._store_changed)
        desk.rights.changed.connect(self._tell_you)
        self._load()

    def _listed(self) -> QWidget:
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_16)
        column.addWidget(self._you)
        column.addWidget(self._list, 1)
        column.addWidget(button_row("Person", self._change, self._add, self._active))
        return panel

    def _store_changed(self, changes: Changes) -> None:
        if changes.settings or changes.everything:
            self._load()

    def _load(self) -> None:
        self.desk.tasks.run("people", self._read, owner=self, latest=True)

    async def _read(self) -> None:
        try:
            rows = await self.desk.read(people_list)
            await self.desk.rights.read()
        except EsdError as fault:
            self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), self._load)
            self._pages.setCurrentIndex(0)
            return
        self._list.show_people(rows)
        add = ("Add yourself…", partial(self._open, None))
        self._empty.tell("account", "Nobody is named yet", _NOBODY, add)
        self._pages.setCurrentIndex(1 if rows else 0)
        self._tell_you()
        self._fit_buttons()

    def _tell_you(self) -> None:
        standing = self.desk.rights.standing
        self._you.setText(f"You are {standing.words}." if standing else "")

    def _fit_buttons(self) -> None:
        row = self._list.selected
        self._change.set_refusal(None if row else _SELECT)
        self._active.set_refusal(None if row else _SELECT)
        self._active.setText("Take back" if row and not row.active else "Dismiss…")

    def _edit(self) -> None:
        row = self._list.selected
        if row is not None and self.refusal is None:
            self._open(row)

    def _open(self, row: PersonRow | None) -> None:
        self.desk.tasks.run("edit person", partial(self._edited, row), owner=self)

    async def _edited(self, row: PersonRow | None) -> None:
        is_first = not self._list.people
        standing = self.desk.rights.standing if is_first else None
        dialog = PersonDialog(self.desk, self, row, first=standing)
        await opened(dialog)
        if dialog.saved is not None:
            await self._read()
            self.tell(dialog.saved)

    def _dismiss_or_readmit(self) -> None:
        row = self._list.selected
        if row is not None:
            work = self._asked_to_dismiss if row.active else self._readmitted
            self.desk.tasks.run("ask about person", partial(work, row), owner=self)

    async def _asked_to_dismiss(self, row: PersonRow) -> None:
        question = Question(
            title=f"Dismiss {row.name}?",
            body="They may do nothing in this store from now on, and see nothing of it. What they "
            "did stays in the history, and they can be taken back.",
            yes="Dismiss",
            no="Keep",
            dangerous=True,
        )
        if (await ask(self, question)).yes:
            work = partial(self.desk.do, _TOUCHED, dismiss_person, row.id, row.version)
            self.carry_out(_TASK, work)

    async def _readmitted(self, row: PersonRow) -> None:
        work = partial(self.desk.do, _TOUCHED, readmit_person, row.id, row.version)
        self.carry_out(_TASK, work)
