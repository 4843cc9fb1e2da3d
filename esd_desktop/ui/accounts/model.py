"""The accounts for a view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItemModel

from esd_desktop.models.account_lines import AccountLine
from esd_desktop.services.account_tree import ALL_ACCOUNTS, TOP, AccountTree
from esd_desktop.ui.formats import as_count

Index = QModelIndex | QPersistentModelIndex
COUNT_ROLE: Final = Qt.ItemDataRole.UserRole

_ALL_WORDS = "All accounts"


class Shown(NamedTuple):
    """What a line shows; ``number`` of assets, None where they were not counted yet."""

    name: str
    number: int | None
    is_reseller: bool
    is_hit: bool


class AccountModel(QStandardItemModel):
    """One column, one line an account. Qt itself keeps how many lines are where, since a view asks
    that of each line it has; Python is asked for the words of those that are drawn. A line whose
    account was not read yet has none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setColumnCount(1)
        self.tree = AccountTree()
        self._numbers: dict[int, int] = {}

    def show(self, tree: AccountTree) -> bool:
        """Show this instead. False where every account stands where it stood; otherwise the
        indexes of before are gone."""
        self._numbers |= tree.numbers
        if tree.has_shape_of(self.tree):
            self.tree = tree
            self._tell_changed()
            return False
        self.setRowCount(0)
        self.tree = tree
        self.setRowCount(len(tree.below(TOP)))
        for account_id in tree.branches:
            self._set_below(self.index_of(account_id), tree.number_below(account_id))
        return True

    def add(self, lines: Sequence[AccountLine]) -> None:
        """Put in the customers of resellers that had not been read."""
        unread = self.tree.unread
        self.tree.add(line for line in lines if line.reseller_id in unread)
        for account_id in unread - self.tree.unread:
            self._set_below(self.index_of(account_id), self.tree.number_below(account_id))
        self._tell_changed()

    def tell_numbers(self, numbers: Mapping[int, int], *, anew: bool = False) -> None:
        """These accounts have so many assets; ``anew``: what is known of others holds no more."""
        before = self._numbers
        self._numbers = {**({} if anew else before), **numbers}
        changed = {account_id for account_id, _ in before.items() ^ self._numbers.items()}
        for account_id in changed:
            index = self.index_of(account_id)
            if index.isValid():  # a search may have left it out meanwhile
                self.dataChanged.emit(index, index)

    def knows_number(self, account_id: int) -> bool:
        """Whether it was told how many assets an account has."""
        return account_id in self._numbers

    def account_at(self, index: Index) -> int | None:
        """The id of a line's account, or ALL_ACCOUNTS; None where it was not read yet."""
        above = index.parent()
        siblings = self.tree.below((self.account_at(above) or TOP) if above.isValid() else TOP)
        return siblings[index.row()] if 0 <= index.row() < len(siblings) else None

    def index_of(self, account_id: int) -> QModelIndex:
        """Where an account is; not valid where it is not shown."""
        place = self.tree.place(account_id)
        if place is None:
            return QModelIndex()
        return self.index(
            place[1], 0, QModelIndex() if place[0] == TOP else self.index_of(place[0])
        )

    def shown(self, index: Index) -> Shown | None:
        """What a line shows; None where its account was not read yet."""
        account_id = self.account_at(index)
        if account_id is None:
            return None
        number = self._numbers.get(account_id)
        if account_id == ALL_ACCOUNTS:
            return Shown(_ALL_WORDS, number, is_reseller=False, is_hit=True)
        line = self.tree.lines[account_id]
        return Shown(line.name, number, line.is_reseller, line.found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        account_id = self.account_at(index) if index.isValid() else None
        if account_id is None:
            return None
        if account_id == ALL_ACCOUNTS:
            return self._about_all(role)
        return self._about(self.tree.lines[account_id], role)

    def _set_below(self, index: QModelIndex, number: int) -> None:
        if not self.columnCount(index):
            self.insertColumns(0, 1, index)
        there = self.rowCount(index)
        if there > number:
            self.removeRows(number, there - number, index)
        elif there < number:
            self.insertRows(there, number - there, index)

    def _tell_changed(self) -> None:
        if last := self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(last - 1, 0))

    def _about_all(self, role: int) -> object:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _ALL_WORDS
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{_ALL_WORDS}{self._assets(ALL_ACCOUNTS)}"
            case _ if role == COUNT_ROLE:
                return self._numbers.get(ALL_ACCOUNTS)
        return None

    def _about(self, line: AccountLine, role: int) -> object:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return line.name
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                kind = "reseller" if line.is_reseller else "customer"
                return f"{line.name}, {kind}{self._assets(line.id)}"
            case _ if role == COUNT_ROLE:
                return self._numbers.get(line.id)
        return None

    def _assets(self, account_id: int) -> str:
        number = self._numbers.get(account_id)
        if number is None:
            return ""
        return ", 1 asset" if number == 1 else f", {as_count(number)} assets"
