"""The activity list: what the person was told and when, newest first; toasts go, these stay."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDockWidget, QListView, QWidget

from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_time
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.messages import KEPT, Message

_ICONS = {
    Tone.GOOD: "check",
    Tone.WARNING: "warning",
    Tone.BAD: "error",
}


class ActivityModel(QAbstractListModel):
    """The messages, newest first."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._messages = list(reversed(desk.messages.kept))
        desk.messages.posted.connect(self._add)

    def rowCount(  # noqa: N802
        self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()  # noqa: B008
    ) -> int:
        return 0 if parent.isValid() else len(self._messages)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        message = self._messages[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{as_time(message.at)}   {in_words(message)}"
        if role == Qt.ItemDataRole.DecorationRole:
            return icon(_ICONS.get(message.tone, "info"))
        if role == Qt.ItemDataRole.ToolTipRole:
            return in_words(message)
        return None

    def message(self, index: QModelIndex) -> Message:
        """The message of a row."""
        return self._messages[index.row()]

    def _add(self, message: Message) -> None:
        self.beginInsertRows(QModelIndex(), 0, 0)
        self._messages.insert(0, message)
        self.endInsertRows()
        if len(self._messages) > KEPT:
            last = len(self._messages) - 1
            self.beginRemoveRows(QModelIndex(), last, last)
            self._messages.pop()
            self.endRemoveRows()


class ActivityList(QDockWidget):
    """A pane below the others. Enter or a double-click goes to the asset that a line is about;
    copying takes the correlation id along."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__("Activity", parent)
        self.setObjectName("activity")
        self._desk = desk
        self._list = QListView(self)
        self._list.setAccessibleName("Activity")
        self._list.setUniformItemSizes(True)
        self._list.setModel(ActivityModel(desk, self._list))
        self._list.activated.connect(self._go)
        self.setWidget(self._list)
        copy = QShortcut(QKeySequence.StandardKey.Copy, self._list)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self._copy)

    def _message(self) -> Message | None:
        model, index = self._list.model(), self._list.currentIndex()
        if not index.isValid() or not isinstance(model, ActivityModel):
            return None
        return model.message(index)

    def _go(self) -> None:
        message = self._message()
        if message is not None and message.asset_id is not None:
            self._desk.navigator.asset_wanted.emit(message.asset_id)

    def _copy(self) -> None:
        message = self._message()
        if message is not None:
            QGuiApplication.clipboard().setText(in_words(message))


def in_words(message: Message) -> str:
    """Everything a message says, on one line."""
    words = f"{message.sentence} {message.advice}".strip()
    if message.correlation_id:
        words += f" (Correlation id {message.correlation_id})"
    return words
