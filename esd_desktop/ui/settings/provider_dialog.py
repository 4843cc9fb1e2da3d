"""An organisation's own sign-in: for which account and domain, and where it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from msgspec import Struct
from PySide6.QtWidgets import QFormLayout, QWidget

from esd_desktop.errors import InvalidInput, NotFound
from esd_desktop.models.meanwhile import Sides
from esd_desktop.models.portal_rows import ProviderRow
from esd_desktop.models.values import Secret
from esd_desktop.services.browse import account_suggestions
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.edit_portal_providers import (
    ProviderForm,
    add_portal_provider,
    change_portal_provider,
    portal_provider_list,
)
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.form_dialog import FormDialog
from esd_desktop.ui.meanwhile import Choice
from esd_desktop.ui.orders.suggest_field import SuggestField
from esd_desktop.ui.settings.form import add_file, add_line, form_layout, give_size

_SIZE = (600, 430)
_TOUCHED = Changes(settings=True)
_PEM = "PEM files (*.pem *.crt *.cer);;All files (*)"
_LINES = (
    ("domain", "Domain", "Of its mail addresses, such as example.com"),
    ("issuer", "Issuer", "https://…, as the organisation publishes it"),
    ("client_id", "Client id", "What the organisation calls the portal"),
)
_KEPT = ("issuer", "client_id", "ca_file")


class _Typed(Struct, frozen=True):
    """What is typed and chosen."""

    account_id: int | None
    provider: ProviderForm


class ProviderDialog(FormDialog):
    """Adds an organisation, or changes ``row``, whose account and domain stay. ``saved`` is what
    came of it, or None."""

    def __init__(self, desk: Desk, parent: QWidget, row: ProviderRow | None) -> None:
        super().__init__(
            desk,
            parent,
            what="organisation",
            title=f"Edit the sign-in of {row.domain}" if row else "Add an organisation",
            save="Save" if row else "Add organisation",
            task=f"save provider {row.id if row else 'new'}",
        )
        self._row = row
        self._now: ProviderRow | None = row
        self.saved: Outcome | None = None
        self._account = SuggestField("Name, reference or e-mail", "Account", self)
        self._account.sought.connect(self._seek)
        fields = self._fields()
        if row is not None:
            self._account.choose(row.account, row.account_id)
            self.lines["domain"].setText(row.domain)
            for fixed in (self._account, self.lines["domain"]):
                fixed.setReadOnly(True)
            self._show(_texts(row))
            self.lines["secret"].setPlaceholderText("Kept; type to replace it")
        self.begin(fields)
        (self.lines["issuer"] if row else self._account).setFocus()
        give_size(self, *_SIZE)

    def form(self) -> _Typed:
        """What is typed and chosen."""
        texts = {name: line.text() for name, line in self.lines.items() if name != "account"}
        secret = Secret(texts.pop("secret"))
        return _Typed(self._account.value, ProviderForm(**texts, secret=secret))

    async def keep(self) -> bool:
        typed, row = self.form(), self._row
        if row is not None:
            self.saved = await self.desk.do(
                _TOUCHED, change_portal_provider, row.id, row.version, typed.provider
            )
            return True
        if typed.account_id is None:
            raise InvalidInput("Choose the account from the suggestions.")
        self.saved = await self.desk.do(
            _TOUCHED, add_portal_provider, typed.account_id, typed.provider
        )
        return True

    async def sides(self) -> Sides:
        opened = self._row
        assert opened is not None
        rows = await self.desk.read(portal_provider_list)
        self._now = now = next((row for row in rows if row.id == opened.id), None)
        if now is None:
            raise NotFound(f"Somebody else removed the sign-in of {opened.domain} meanwhile.")
        typed = {name: self.lines[name].text() for name in _KEPT}
        return Sides(_texts(opened), typed, _texts(now))

    def go_on(self, texts: Mapping[str, str], choice: Choice) -> None:
        self._row = self._now
        self._show(texts)
        if choice is Choice.THEIRS:
            self.lines["secret"].clear()

    def _show(self, texts: Mapping[str, str]) -> None:
        """All but the secret, which nobody reads back."""
        for name in _KEPT:
            self.lines[name].setText(texts[name])

    def _fields(self) -> QFormLayout:
        form = form_layout()
        form.addRow("Account", self._account)
        self.lines["account"], self.labels["account"] = self._account, "Account"
        for name, label, hint in _LINES:
            self.lines[name] = add_line(form, label, placeholder=hint)
            self.labels[name] = label
        self.lines["secret"] = add_line(form, "Client secret", secret=True)
        self.lines["ca_file"] = add_file(
            form,
            "CA file (optional)",
            partial(self.choose_file, _PEM),
            placeholder="Only for authorities of its own",
        )
        return form

    def _seek(self, text: str) -> None:
        async def work() -> None:
            rows = await self.desk.read(account_suggestions, text)
            self._account.suggest([(row.name, row.reference or "", row.id) for row in rows])

        self.desk.tasks.run("provider account", work, owner=self, latest=True)


def _texts(row: ProviderRow) -> dict[str, str]:
    return {name: getattr(row, name) or "" for name in _KEPT}
