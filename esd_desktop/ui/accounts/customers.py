"""The customers of a reseller, each with its number of assets (C4)."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from esd_desktop.services.account_tree import TOP, AccountTree
from esd_desktop.ui.accounts.view import AccountView
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_count
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_8, theme

_MOST_LINES = 10


class Customers(QWidget):
    """Opens a customer by click or Enter."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = QLabel()
        write_as(self._heading, Text.SECTION)
        self._nobody = QLabel("No customer is billed through this reseller yet.")
        self._nobody.setWordWrap(True)
        write_as(self._nobody, Text.MUTED)
        self.list = AccountView("Customers")
        self.list.setRootIsDecorated(False)
        self.list.opened.connect(desk.navigator.account_wanted.emit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_8)
        column.addWidget(self._heading)
        column.addWidget(self._nobody)
        column.addWidget(self.list)
        column.addStretch(1)
        theme().changed.connect(self._fit)

    def show_tree(self, tree: AccountTree) -> None:
        """Show these customers."""
        self.list.show_tree(tree)
        number = len(tree.below(TOP))
        self._heading.setText(f"Customers {as_count(number)}" if number else "Customers")
        self._nobody.setVisible(number == 0)
        self.list.setVisible(number > 0)
        self._fit()

    def _fit(self) -> None:
        lines = min(self.list.accounts.rowCount(), _MOST_LINES)
        self.list.setFixedHeight(lines * theme().row_height(compact=True) + 2)
