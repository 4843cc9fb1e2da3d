"""How accounts are shown, and what mouse and keys do there."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from esd_desktop.services.account_tree import ALL_ACCOUNTS, AccountTree
from esd_desktop.ui.accounts.line_painter import LinePainter
from esd_desktop.ui.accounts.model import AccountModel
from esd_desktop.ui.look.theme import SPACE_8, theme

_OPENS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class AccountView(QTreeView):
    """``opened`` carries the id of the account that a person opens, by click or Enter; None is all
    accounts. The highlight is the account that is open; arrow keys move the focus alone."""

    opened = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("flat", True)
        self.setItemDelegate(_Height(self))
        self.accounts = AccountModel(self)
        self.setModel(self.accounts)
        self._lines = LinePainter(self, self.accounts)
        self.clicked.connect(self._open)
        self.entered.connect(self._hover)
        theme().changed.connect(self._fit)
        self._fit()

    def show_tree(self, tree: AccountTree, expanded: Iterable[int] | None = None) -> None:
        """Show these accounts in the place of those before. Just those of ``expanded`` are expanded
        then; without it, those that are. The focus stays, and what is in sight."""
        shown = self.expanded_ids() if expanded is None else expanded
        focused, first = self._at(self.currentIndex()), self._at(self._first())
        # It is not the person who expands and collapses here, so nobody is told.
        with QSignalBlocker(self):
            if not self.accounts.show(tree):
                self.collapseAll()
            # Laid out once, not once for each that is expanded.
            self.scheduleDelayedItemsLayout()
            for account_id in shown:
                self.expand(self.accounts.index_of(account_id))
            self._return_to(focused, first)

    def expanded_ids(self) -> list[int]:
        """The accounts whose customers are shown."""
        accounts = self.accounts
        return [one for one in accounts.tree.branches if self.isExpanded(accounts.index_of(one))]

    def in_sight(self) -> list[int]:
        """The accounts on the screen, and those a page below."""
        index = self._first()
        seen: list[int | None] = []
        room = 2 * self.viewport().height() // theme().row_height(compact=True) + 2
        while index.isValid() and len(seen) < room:
            seen.append(self._at(index))
            index = self.indexBelow(index)
        return [one for one in seen if one is not None]

    def mark(self, account_id: int | None) -> bool:
        """Highlight the account that is open; False where it is not shown."""
        index = self.accounts.index_of(account_id or ALL_ACCOUNTS)
        chosen = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().select(index, chosen)
        return index.isValid()

    def go_to(self, account_id: int | None) -> bool:
        """Highlight it and bring it into sight, with the focus of the list."""
        if not self.mark(account_id):
            return False
        index = self.accounts.index_of(account_id or ALL_ACCOUNTS)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        return True

    def take_first(self) -> None:
        """The focus goes to the first line, where it is on none."""
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.accounts.index(0, 0))

    def selectionCommand(
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        return QItemSelectionModel.SelectionFlag.NoUpdate

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OPENS and self.currentIndex().isValid():
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(QModelIndex())
        return super().viewportEvent(event)

    def drawRow(
        self,
        painter: QPainter,
        options: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """The whole line in one: the style would give branch and name a ground each."""
        line = QRect(0, options.rect.top(), self.viewport().width(), options.rect.height())
        self._lines.paint(painter, line, index)

    def _open(self, index: QModelIndex) -> None:
        account_id = self.accounts.account_at(index)
        if account_id is not None:
            self.opened.emit(account_id or None)

    def _first(self) -> QModelIndex:
        return self.indexAt(self.viewport().rect().topLeft())

    def _at(self, index: QModelIndex) -> int | None:
        return self.accounts.account_at(index) if index.isValid() else None

    def _return_to(self, focused: int | None, first: int | None) -> None:
        """To what had the focus, and stood above everything else, where that is still there."""
        if focused is not None and self._at(self.currentIndex()) != focused:
            self.selectionModel().setCurrentIndex(
                self.accounts.index_of(focused), QItemSelectionModel.SelectionFlag.NoUpdate
            )
        if first is not None and self._at(self._first()) != first:
            index = self.accounts.index_of(first)
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)

    def _hover(self, index: QModelIndex) -> None:
        self._lines.hovered = QPersistentModelIndex(index)
        self.viewport().update()

    def _fit(self) -> None:
        self.setIndentation(theme().px() + SPACE_8)
        self.scheduleDelayedItemsLayout()


class _Height(QStyledItemDelegate):
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, theme().row_height(compact=True))
