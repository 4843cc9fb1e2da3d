"""The accounts for a view, changed in place: what is open, chosen and scrolled to stays so."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from esd_desktop.models.rows import AccountRow
from esd_desktop.models.statuses import AccountKind
from esd_desktop.ui.accounts.tree import ALL_ACCOUNTS, TOP, AccountTree, Census
from esd_desktop.ui.formats import as_count

Index = QModelIndex | QPersistentModelIndex
COUNT_ROLE: Final = Qt.ItemDataRole.UserRole
IS_RESELLER_ROLE: Final = Qt.ItemDataRole.UserRole + 1
IS_HIT_ROLE: Final = Qt.ItemDataRole.UserRole + 2

_ALL_WORDS = "All accounts"


class AccountModel(QAbstractItemModel):
    """One column, one line an account. An index carries the account's id, so nothing is made for a
    line that is not drawn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tree = AccountTree(Census((), None))

    def show(self, tree: AccountTree) -> None:
        """Show this instead; an account that is still there keeps its index."""
        if tree.has_shape_of(self.tree):
            self.tree = tree
            if last := self.rowCount():
                self.dataChanged.emit(self.index(0, 0), self.index(last - 1, 0))
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        self.tree = tree
        self.changePersistentIndexList(before, [self.index_of(one.internalId()) for one in before])
        self.layoutChanged.emit()

    def index_of(self, account_id: int) -> QModelIndex:
        """Where an account is; not valid where it is not shown."""
        place = self.tree.place(account_id)
        return QModelIndex() if place is None else self.createIndex(place[1], 0, account_id)

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        below = self.tree.below(_id_of(parent))
        if column == 0 and 0 <= row < len(below):
            return self.createIndex(row, column, below[row])
        return QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        place = self.tree.place(index.internalId()) if index.isValid() else None
        return QModelIndex() if place is None else self.index_of(place[0])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self.tree.below(_id_of(parent)))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        account_id = index.internalId()
        if account_id == ALL_ACCOUNTS:
            return self._about_all(role)
        row = self.tree.rows.get(account_id)
        return None if row is None else self._about(row, role)

    def _about_all(self, role: int) -> object:
        total = self.tree.census.total or 0
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _ALL_WORDS
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{_ALL_WORDS}, {_assets(total)}"
            case _ if role == COUNT_ROLE:
                return total
            case _ if role == IS_HIT_ROLE:
                return True
        return None

    def _about(self, row: AccountRow, role: int) -> object:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.name
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.name}, {row.kind.value.lower()}, {_assets(row.asset_count)}"
            case _ if role == COUNT_ROLE:
                return row.asset_count
            case _ if role == IS_RESELLER_ROLE:
                return row.kind is AccountKind.RESELLER
            case _ if role == IS_HIT_ROLE:
                return self.tree.is_hit(row.id)
        return None


def _id_of(index: Index) -> int:
    return index.internalId() if index.isValid() else TOP


def _assets(number: int) -> str:
    return "1 asset" if number == 1 else f"{as_count(number)} assets"
