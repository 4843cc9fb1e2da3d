"""The Account tab: what is known of an account, a reseller's customers, the Assets section."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from esd_desktop.models.rows import AccountRow
from esd_desktop.services.account_tree import AccountTree
from esd_desktop.ui.accounts.assets_section import AssetsSection
from esd_desktop.ui.accounts.customers import Customers
from esd_desktop.ui.accounts.facts import AccountFacts
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import SPACE_12, SPACE_16, SPACE_20, theme

_BESIDE_EMS = 52
_FACTS_EMS = 36
_Direction = QBoxLayout.Direction


class AccountTab(QScrollArea):
    """Facts and customers stand side by side where there is room."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.facts = AccountFacts(desk)
        self.customers = Customers(desk)
        self.section = AssetsSection(desk)
        self._top = QBoxLayout(_Direction.LeftToRight)
        self._lay_out()
        theme().changed.connect(self._fit)

    def show_account(self, account: AccountRow, customers: AccountTree | None) -> None:
        """Show an account; ``customers`` is None for one that cannot have any."""
        self.facts.show_account(account)
        self.customers.setVisible(customers is not None)
        if customers is not None:
            self.customers.show_tree(customers)
        self._show_section(account)
        self._fit()

    def remember(self) -> None:
        """Keep what the Assets section keeps."""
        self.section.remember()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes to the tab: to the assets, or to what can be read."""
        super().focusInEvent(event)
        if self.section.isVisible():
            self.section.list.setFocus(event.reason())
        else:
            self.facts.value_of("Name").setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _show_section(self, account: AccountRow) -> None:
        was_visible = self.section.isVisible()
        self.section.show_account(account.id)
        self.section.setVisible(account.asset_count > 0)
        if was_visible and not self.section.isVisible():
            # The list goes with its selection, and can tell nobody any more.
            self._desk.navigator.asset_selected.emit(None)

    def _lay_out(self) -> None:
        self._top.setSpacing(SPACE_20)
        beside = QHBoxLayout()
        beside.addWidget(self.facts, 1)
        beside.addStretch(0)
        facts = QVBoxLayout()
        facts.addLayout(beside)
        facts.addStretch(1)
        self._top.addLayout(facts, 1)
        self._top.addWidget(self.customers, 1, Qt.AlignmentFlag.AlignTop)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE_12, SPACE_16, SPACE_20, SPACE_16)
        column.setSpacing(SPACE_20)
        column.addLayout(self._top)
        column.addWidget(self.section, 1)
        column.addStretch(0)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _fit(self) -> None:
        self.facts.setMaximumWidth(_FACTS_EMS * theme().px())
        beside = self.viewport().width() >= _BESIDE_EMS * theme().px()
        self._top.setDirection(_Direction.LeftToRight if beside else _Direction.TopToBottom)
