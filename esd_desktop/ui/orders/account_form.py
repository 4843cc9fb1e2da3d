"""C2: the fields of a customer, new or to be corrected. What is typed stays until it is saved."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.errors import EsdError
from esd_desktop.models.rows import AccountRow
from esd_desktop.services.add_account import AccountForm, LooksTheSame, add_account
from esd_desktop.services.browse import reseller_list
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.edit_account import EditableAccount, account_for_edit, edit_account
from esd_desktop.ui.ask import Question, ask, opened
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Kind, Text, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_16, SPACE_20
from esd_desktop.ui.messages import tone_of
from esd_desktop.ui.settings.form import add_line, form_layout, give_size
from esd_desktop.ui.widgets.announce import announce
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.notice import Button, Notice

_LINES = (
    ("name", "Name", "Such as Aegean Shipping SA"),
    ("email", "E-mail address", "Where licences are mailed to"),
    ("country", "Country", "Two letters, such as GR"),
    ("language", "Language of its mails", "Such as en or el"),
    ("reference", "Reference (optional)", "Its number in another system"),
)
_DIRECTLY = "Nobody else: billed directly"
_SIZE = (520, 440)


async def show_new_account(desk: Desk, parent: QWidget, name: str = "") -> int | None:
    """Let the person add a customer; answers its id, or None where they would not."""
    dialog = AccountDialog(desk, parent, resellers=await desk.read(reseller_list), name=name)
    await opened(dialog)
    return dialog.saved_id


async def show_edit_account(desk: Desk, parent: QWidget, account_id: int) -> None:
    """Let the person correct an account. Raises NotFound."""
    await opened(AccountDialog(desk, parent, account=await desk.read(account_for_edit, account_id)))


class AccountDialog(QDialog):
    """Adds a customer, or changes ``account``. ``saved_id`` is the account's id once it is saved.

    Whom an account is billed through is chosen among ``resellers`` when it is added."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        *,
        account: EditableAccount | None = None,
        resellers: list[AccountRow] | None = None,
        name: str = "",
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._account = account
        self._task = f"save account {account.id if account else 'new'}"
        self.saved_id: int | None = None
        self.setWindowTitle("Edit account" if account else "New customer")
        self._lines: dict[str, QLineEdit] = {}
        self._labels: dict[str, str] = {}
        self._reseller = QComboBox()
        self._notice = Notice(Tone.BAD, "")
        self._notice.hide()
        self._save = BusyButton("Save account" if account else "Add customer", kind=Kind.PRIMARY)
        self._cancel = QPushButton("Cancel")
        self._lay_out(resellers)
        self._fill(name)
        self._at_first = self.form()
        self._lines["name"].setFocus()
        desk.tasks.changed.connect(self._task_changed)
        give_size(self, *_SIZE)

    def form(self) -> AccountForm:
        """What is typed."""
        texts = {name: line.text() for name, line in self._lines.items()}
        if self._account is not None:
            return replace(self._account.form, **texts)  # type: ignore[arg-type]
        return AccountForm(**texts, reseller_id=self._reseller.currentData())

    def reject(self) -> None:
        """Stop the saving, if it is under way; otherwise close, after asking where something that
        was typed would be lost."""
        if self._desk.tasks.is_busy(self._task):
            self._desk.tasks.cancel(self._task)
            self._say(Tone.WARNING, "Saving was stopped.", "")
        elif self.form() != self._at_first:
            self._desk.tasks.run("leave account", self._asked_to_leave, owner=self)
        else:
            super().reject()

    async def _asked_to_leave(self) -> None:
        question = Question(
            title="Close without saving?",
            body="What you typed about this account has not been saved.",
            yes="Close without saving",
            no="Go on editing",
            dangerous=True,
        )
        if (await ask(self, question)).yes:
            super().reject()

    def _lay_out(self, resellers: list[AccountRow] | None) -> None:
        heading = QLabel(self.windowTitle())
        write_as(heading, Text.HEADING)
        form = form_layout()
        for name, label, placeholder in _LINES:
            self._lines[name] = add_line(form, label, placeholder=placeholder)
            self._labels[name] = label
        if resellers is not None:
            self._reseller.setAccessibleName("Billed through")
            self._reseller.addItem(_DIRECTLY, None)
            for row in resellers:
                self._reseller.addItem(row.name, row.id)
            form.addRow("Billed through", self._reseller)
        self._cancel.setAutoDefault(False)
        self._save.setDefault(True)
        self._cancel.clicked.connect(self.reject)
        self._save.clicked.connect(lambda: self._begin_to_save())
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_8)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_20, SPACE_20, SPACE_20, SPACE_20)
        column.setSpacing(SPACE_16)
        column.addWidget(heading)
        column.addLayout(form)
        column.addStretch(1)
        column.addWidget(self._notice)
        column.addLayout(buttons)

    def _fill(self, name: str) -> None:
        self._lines["name"].setText(name)
        if self._account is not None:
            for field, line in self._lines.items():
                line.setText(getattr(self._account.form, field))

    def _begin_to_save(self, *, although_alike: bool = False) -> None:
        self._notice.hide()
        self._desk.tasks.run(self._task, lambda: self._write(although_alike), owner=self)

    async def _write(self, although_alike: bool) -> None:
        """Save and close; what cannot be saved is said here, beside what was typed."""
        try:
            outcome = await self._kept(although_alike)
        except LooksTheSame as alike:
            add = ("Add it all the same", lambda: self._begin_to_save(although_alike=True))
            self._say(Tone.WARNING, alike.sentence, alike.advice, [add])
            return
        except EsdError as fault:
            self._say(tone_of(fault), fault.sentence, fault.advice)
            self._go_to_field(fault.sentence)
            return
        self._desk.messages.outcome(outcome)
        self.accept()

    async def _kept(self, although_alike: bool) -> Outcome:
        if self._account is None:
            added = await self._desk.read(add_account, self.form(), although_alike=although_alike)
            self.saved_id = added.id
            self._desk.bus.announce(added.outcome.changes)
            return added.outcome
        account = self._account
        touched = Changes(accounts=frozenset({account.id}))
        outcome = await self._desk.do(
            touched, edit_account, account.id, account.version, self.form()
        )
        self.saved_id = account.id
        return outcome

    def _go_to_field(self, sentence: str) -> None:
        """The keyboard goes to the field that the sentence names."""
        said = sentence.casefold()
        for name, label in self._labels.items():
            if label.partition(" ")[0].casefold() in said:
                self._lines[name].setFocus()
                self._lines[name].selectAll()
                return

    def _say(
        self, tone: Tone, sentence: str, advice: str, buttons: list[Button] | None = None
    ) -> None:
        self._notice.tell(tone, sentence, advice, buttons or [])
        self._notice.show()
        announce(self, f"{sentence} {advice}".strip(), at_once=tone is Tone.BAD)

    def _task_changed(self, key: str) -> None:
        if key == self._task:
            self._save.set_busy(self._desk.tasks.is_busy(key))
