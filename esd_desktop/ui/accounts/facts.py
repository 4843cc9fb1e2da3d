"""What is known of an account."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from esd_desktop.models.rows import AccountRow
from esd_desktop.ui.accounts.wording import country_of, language_of
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.widgets.facts import Fact, FactButton, FactGroup, FactList

_NONE = "—"


class AccountFacts(FactList):
    """Values change in place, so that reading is not disturbed by a refresh."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("Details of the account", parent)
        self._desk = desk

    def show_account(self, account: AccountRow) -> None:
        """Show an account."""
        facts = [
            Fact("Name", account.name),
            Fact("Kind", account.kind.value),
            Fact("Reference", account.reference or _NONE),
            Fact("E-Mail", account.email or _NONE),
            Fact("Country", country_of(account) or _NONE),
            Fact("Language", language_of(account) or _NONE),
            self._billed_to(account),
            Fact("Assets", as_count(account.asset_count)),
        ]
        self.show_groups([FactGroup("Details", facts)])

    def _billed_to(self, account: AccountRow) -> Fact:
        if account.reseller_id is None or account.reseller is None:
            return Fact("Billed To", account.name)
        go = partial(self._desk.navigator.account_wanted.emit, account.reseller_id)
        opener = FactButton("chevron-right", f"Open the account {account.reseller}", go)
        return Fact("Billed To", account.reseller, (opener,))
