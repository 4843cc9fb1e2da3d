"""The dialogs that menus and screens ask for, each opened over the window, one of a kind at once.

What they need is loaded when they are first opened."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from esd_desktop.models.rights import Right
from esd_desktop.ui.desk import Desk

Work = Callable[[], Coroutine[Any, Any, object]]


class Dialogs(QObject):
    """Follows the navigator; the menus call it as well."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        navigator = desk.navigator
        navigator.import_wanted.connect(self.import_file)
        navigator.order_form_wanted.connect(self.order)
        navigator.catalogue_wanted.connect(self.catalogue)
        navigator.templates_wanted.connect(self.templates)

    def import_file(self) -> None:
        """Let the person choose a file and import it."""
        from esd_desktop.ui.importing.dialog import import_file

        self._open("import", lambda: import_file(self._desk, self._window), Right.IMPORT)

    def order(self, account_id: int | None = None) -> None:
        """Order licences for an account, or for one to be chosen."""
        from esd_desktop.ui.orders.order_form import show_order_form

        self._open(
            "order form",
            lambda: show_order_form(self._desk, self._window, account_id),
            Right.ORDER,
        )

    def new_account(self) -> None:
        """Add a customer."""
        from esd_desktop.ui.orders.account_form import show_new_account

        self._open(
            "account form", lambda: show_new_account(self._desk, self._window), Right.ACCOUNTS
        )

    def edit_account(self, account_id: int) -> None:
        """Correct what is known of an account."""
        from esd_desktop.ui.orders.account_form import show_edit_account

        self._open(
            "account form",
            lambda: show_edit_account(self._desk, self._window, account_id),
            Right.ACCOUNTS,
        )

    def catalogue(self, connection_id: int | None = None, name: str = "all") -> None:
        """Show a connection's catalogue, cut down to a filter."""
        from esd_desktop.ui.catalogue.dialog import show_catalogue

        self._open(
            "catalogue", lambda: show_catalogue(self._desk, self._window, connection_id, name)
        )

    def templates(self, name: str = "") -> None:
        """Edit the mail templates, beginning with one."""
        from esd_desktop.ui.templates.dialog import show_templates

        self._open("templates", lambda: show_templates(self._desk, self._window, name))

    def _open(self, key: str, dialog: Work, right: Right = Right.VIEW) -> None:
        """``right``: without it there is nothing to be done in the dialog."""

        async def shown() -> None:
            self._desk.rights.require(right)
            await dialog()

        self._desk.tasks.run(f"{key} dialog", shown, owner=self._window)
