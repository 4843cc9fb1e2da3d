"""C2: the fields of a customer, new or to be corrected. What is typed stays until it is saved."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace
from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from esd_desktop.models.meanwhile import Sides
from esd_desktop.models.rows import AccountRow
from esd_desktop.services.add_account import AccountForm, LooksTheSame, add_account
from esd_desktop.services.browse import reseller_list
from esd_desktop.services.changes import Changes
from esd_desktop.services.edit_account import EditableAccount, account_for_edit, edit_account
from esd_desktop.ui.ask import opened
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.form_dialog import FormDialog
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.meanwhile import Choice
from esd_desktop.ui.settings.form import add_line, form_layout, give_size

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


class AccountDialog(FormDialog):
    """Adds a customer, or changes ``account``. ``saved_id`` is the account's id once it is saved.

    Whom an account is billed through is chosen among ``resellers`` when it is added."""

    label_ends = " "

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        *,
        account: EditableAccount | None = None,
        resellers: list[AccountRow] | None = None,
        name: str = "",
    ) -> None:
        super().__init__(
            desk,
            parent,
            what="account",
            title="Edit account" if account else "New customer",
            save="Save account" if account else "Add customer",
            task=f"save account {account.id if account else 'new'}",
        )
        self._account = account
        self._now = account
        self._although_alike = False
        self.saved_id: int | None = None
        self._reseller = QComboBox()
        fields = self._fields(resellers)
        self.lines["name"].setText(name)
        if account is not None:
            self._show(_texts(account.form))
        self.begin(fields)
        give_size(self, *_SIZE)

    def form(self) -> AccountForm:
        """What is typed."""
        texts = {name: line.text() for name, line in self.lines.items()}
        if self._account is not None:
            return replace(self._account.form, **texts)
        return AccountForm(**texts, reseller_id=self._reseller.currentData())

    async def keep(self) -> bool:
        if self._account is None:
            return await self._add()
        account = self._account
        touched = Changes(accounts=frozenset({account.id}))
        outcome = await self.desk.do(
            touched, edit_account, account.id, account.version, self.form()
        )
        self.saved_id = account.id
        self.desk.messages.outcome(outcome)
        return True

    async def sides(self) -> Sides:
        opened = self._account
        assert opened is not None
        self._now = now = await self.desk.read(account_for_edit, opened.id)
        return Sides(_texts(opened.form), _texts(self.form()), _texts(now.form))

    def go_on(self, texts: Mapping[str, str], choice: Choice) -> None:
        self._account = self._now
        self._show(texts)

    async def _add(self) -> bool:
        although, self._although_alike = self._although_alike, False
        try:
            added = await self.desk.read(add_account, self.form(), although_alike=although)
        except LooksTheSame as alike:
            add = ("Add it all the same", self._add_all_the_same)
            self.say(Tone.WARNING, alike.sentence, alike.advice, [add])
            return False
        self.saved_id = added.id
        self.desk.bus.announce(added.outcome.changes)
        self.desk.messages.outcome(added.outcome)
        return True

    def _add_all_the_same(self) -> None:
        self._although_alike = True
        self.begin_to_save()

    def _fields(self, resellers: list[AccountRow] | None) -> QFormLayout:
        form = form_layout()
        for name, label, placeholder in _LINES:
            self.lines[name] = add_line(form, label, placeholder=placeholder)
            self.labels[name] = label
        if resellers is not None:
            self._reseller.setAccessibleName("Billed through")
            self._reseller.addItem(_DIRECTLY, None)
            for row in resellers:
                self._reseller.addItem(row.name, row.id)
            form.addRow("Billed through", self._reseller)
        return form

    def _show(self, texts: Mapping[str, str]) -> None:
        for field, line in self.lines.items():
            line.setText(texts[field])


def _texts(form: AccountForm) -> dict[str, str]:
    """What of it is typed here; whom the account is billed through is not."""
    return {name: getattr(form, name) for name, _, _ in _LINES}
