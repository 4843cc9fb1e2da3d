"""Somebody who may sign in at the portal: the address and the name."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QWidget

from esd_desktop.models.portal_rows import PortalUserRow
from esd_desktop.services.changes import Changes
from esd_desktop.services.edit_portal_users import add_portal_user
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.form_dialog import FormDialog
from esd_desktop.ui.settings.form import add_line, form_layout, give_size

_SIZE = (520, 260)
_HINT = "The address that a link to sign in is mailed to"


class PortalUserDialog(FormDialog):
    """Adds somebody to an account, or gives ``row`` another name."""

    def __init__(
        self, desk: Desk, parent: QWidget, account_id: int, row: PortalUserRow | None
    ) -> None:
        super().__init__(
            desk,
            parent,
            what="person",
            title="Edit person at the portal" if row else "Let somebody sign in",
            save="Save" if row else "Add person",
            task=f"save portal user {account_id}",
        )
        self._account_id = account_id
        fields = self._fields()
        if row is not None:
            self.lines["address"].setText(row.address)
            self.lines["address"].setReadOnly(True)
            self.lines["name"].setText(row.name)
        self.begin(fields)
        self.lines["name" if row else "address"].setFocus()
        give_size(self, *_SIZE)

    def form(self) -> tuple[str, str]:
        """The address and the name that are typed."""
        return self.lines["address"].text(), self.lines["name"].text()

    async def keep(self) -> bool:
        touched = Changes(accounts=frozenset({self._account_id}))
        outcome = await self.desk.do(touched, add_portal_user, self._account_id, *self.form())
        self.desk.messages.outcome(outcome)
        return True

    def _fields(self) -> QFormLayout:
        form = form_layout()
        self.labels = {"address": "E-mail address", "name": "Name (optional)"}
        self.lines["address"] = add_line(form, self.labels["address"], placeholder=_HINT)
        self.lines["name"] = add_line(form, self.labels["name"])
        return form
