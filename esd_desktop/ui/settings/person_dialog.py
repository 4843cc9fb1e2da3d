"""One of the people: the login and the name, and a tick for each role beside what it may do."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from esd_desktop.models.meanwhile import Sides
from esd_desktop.models.operator_rows import PersonRow, Standing, listed_roles
from esd_desktop.models.rights import ROLE_WORDS, Role
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.edit_people import PersonForm, add_person, change_person, find_person
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.form_dialog import FormDialog
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, SPACE_12, theme
from esd_desktop.ui.meanwhile import Choice
from esd_desktop.ui.settings.form import add_line, form_layout, give_size
from esd_desktop.ui.widgets.wrapped import wrapped_label

_SIZE = (560, 700)
_TOUCHED = Changes(settings=True)
_LOGIN_HINT = "The account of the computer, or the database login"
_FIRST = (
    "The first person is yourself, as an administrator. That role alone sees no licence key: keep "
    "manager for as long as you do the daily work too."
)
# Who names nobody but himself goes on with everything that he did before.
_FIRST_ROLES = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


class _Typed(Struct, frozen=True):
    """What is typed and ticked."""

    login: str
    person: PersonForm


class PersonDialog(FormDialog):
    """Adds somebody, or changes ``row``. ``first`` is who works here, where nobody has been named
    yet. ``saved`` is what came of it, or None."""

    label_ends = " "

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        row: PersonRow | None,
        *,
        first: Standing | None = None,
    ) -> None:
        super().__init__(
            desk,
            parent,
            what="person",
            title=f"Edit {row.name}" if row else "Add a person",
            save="Save" if row else "Add person",
            task=f"save person {row.id if row else 'new'}",
        )
        self._row = row
        self._now = row
        self.saved: Outcome | None = None
        self._roles = {role: QCheckBox(role.capitalize()) for role in Role}
        fields = QScrollArea()
        fields.setFrameShape(QFrame.Shape.NoFrame)
        fields.setWidgetResizable(True)
        fields.setWidget(self._fields(is_first=first is not None))
        if row is not None:
            self.lines["login"].setReadOnly(True)
            self._fill(row.login, row.name, row.roles)
        elif first is not None:
            self._fill(first.login, first.login, _FIRST_ROLES)
        self.begin(fields)
        self.lines["name" if row or first else "login"].setFocus()
        give_size(self, *_SIZE)

    def form(self) -> _Typed:
        """What is typed and ticked."""
        ticked = frozenset(role for role, box in self._roles.items() if box.isChecked())
        return _Typed(self.lines["login"].text(), PersonForm(self.lines["name"].text(), ticked))

    async def keep(self) -> bool:
        typed, row = self.form(), self._row
        if row is None:
            self.saved = await self.desk.do(_TOUCHED, add_person, typed.login, typed.person)
        else:
            self.saved = await self.desk.do(
                _TOUCHED, change_person, row.id, row.version, typed.person
            )
        return True

    async def sides(self) -> Sides:
        opened = self._row
        assert opened is not None
        self._now = now = await self.desk.read(find_person, opened.login)
        return Sides(_texts(opened), _texts(self.form().person), _texts(now))

    def go_on(self, texts: Mapping[str, str], choice: Choice) -> None:
        self._row = self._now
        roles = frozenset(Role(word) for word in texts["roles"].split(", ") if word)
        self._fill(self.lines["login"].text(), texts["name"], roles)

    def _fill(self, login: str, name: str, roles: frozenset[Role]) -> None:
        self.lines["login"].setText(login)
        self.lines["name"].setText(name)
        for role, box in self._roles.items():
            box.setChecked(role in roles)

    def _fields(self, *, is_first: bool) -> QWidget:
        form = form_layout()
        for name, label, hint in (("login", "Login", _LOGIN_HINT), ("name", "Name", "")):
            self.lines[name] = add_line(form, label, placeholder=hint)
            self.labels[name] = label
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE_8, 0)
        column.setSpacing(SPACE_12)
        if is_first:
            column.addWidget(_explained(_FIRST))
        column.addLayout(form)
        column.addWidget(self._role_choice())
        return inner

    def _role_choice(self) -> QWidget:
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(0, SPACE_4, 0, 0)
        column.setSpacing(SPACE_4)
        heading = QLabel("Roles")
        write_as(heading, Text.SECTION)
        column.addWidget(heading)
        for role, box in self._roles.items():
            words = _explained(ROLE_WORDS[role])
            # In line with the words of the tick box.
            words.setContentsMargins(round(1.6 * theme().px()), 0, 0, SPACE_4)
            box.setAccessibleDescription(ROLE_WORDS[role])
            column.addWidget(box)
            column.addWidget(words)
        column.addStretch(1)
        return panel


def _texts(person: PersonRow | PersonForm) -> dict[str, str]:
    return {"name": person.name, "roles": listed_roles(person.roles)}


def _explained(words: str) -> QLabel:
    label = wrapped_label()
    write_as(label, Text.MUTED)
    label.setText(words)
    return label
