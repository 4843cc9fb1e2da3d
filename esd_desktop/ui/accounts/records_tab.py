"""A tab of the account page that holds a list of records: its orders, invoices, requests, mails or
discrepancies. The list is made when it is first looked at: a start pays only for what is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from esd_desktop.ui.lists.record_page import RecordPage
from esd_desktop.ui.look.theme import SPACE_12, SPACE_20


class RecordsTab(QWidget):
    """``make`` makes the page: a QWidget with ``show_account``, ``focus_search``, ``select`` and
    ``remember``."""

    def __init__(self, make: Callable[[], Any]) -> None:
        super().__init__()
        self._make = make
        self._made: Any = None
        self._account_id: int | None = None
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(SPACE_12, 0, SPACE_20, SPACE_12)

    @property
    def page(self) -> Any:
        """The page, made now where it was not yet."""
        if self._made is None:
            self._made = self._make()
            self._inside.addWidget(self._made)
            self._made.show_account(self._account_id)
        return self._made

    def show_account(self, account_id: int | None) -> None:
        """Show the records of an account, or with None those of all."""
        self._account_id = account_id
        if self._made is not None:
            self._made.show_account(account_id)

    def export(self) -> None:
        """Write the list into a file."""
        made = self.page
        (made if isinstance(made, RecordPage) else made.findChild(RecordPage)).export()

    def remember(self) -> None:
        """Keep columns and sort for the next start."""
        if self._made is not None:
            self._made.remember()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes to the tab: to what it shows."""
        super().focusInEvent(event)
        self.page.setFocus(event.reason())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.page.show()
