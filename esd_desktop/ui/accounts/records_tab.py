"""A tab of the account page that holds a list of records: its orders, invoices, requests, mails or
discrepancies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from esd_desktop.ui.accounts.later_tab import LaterTab
from esd_desktop.ui.lists.record_page import RecordPage
from esd_desktop.ui.look.theme import SPACE_12, SPACE_20


class RecordsTab(LaterTab[Any]):
    """``make`` makes the page: a QWidget with ``show_account``, ``focus_search``, ``select`` and
    ``remember``."""

    def __init__(self, make: Callable[[], Any]) -> None:
        super().__init__(make)
        self.inside.setContentsMargins(SPACE_12, 0, SPACE_20, SPACE_12)
        self.show_account(None)

    def show_account(self, account_id: int | None) -> None:
        """Show the records of an account, or with None those of all."""
        self.show_with(lambda page: page.show_account(account_id))

    def export(self) -> None:
        """Write the list into a file."""
        made = self.page
        (made if isinstance(made, RecordPage) else made.findChild(RecordPage)).export()

    def remember(self) -> None:
        """Keep columns and sort for the next start."""
        if self.made is not None:
            self.made.remember()
