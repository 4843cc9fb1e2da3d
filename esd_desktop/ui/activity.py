"""The activity list: what the person was told and when, newest first; toasts go, these stay."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_time
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.roles import Ground, Kind, Text, lay_on, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, SPACE_12
from esd_desktop.ui.messages import KEPT, Action, Message
from esd_desktop.ui.widgets.empty_state import EmptyState

_ICONS = {Tone.GOOD: "check", Tone.WARNING: "warning", Tone.BAD: "error"}
# For those who do not see the icon.
_WORDS = {Tone.GOOD: "Done", Tone.WARNING: "Attention", Tone.BAD: "Failed"}


class ActivityModel(QAbstractListModel):
    """The messages, newest first."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._messages = list(reversed(desk.messages.kept))
        desk.messages.posted.connect(self._add)

    def rowCount(
        self,
        parent: QModelIndex | QPersistentModelIndex = QModelIndex(),  # noqa: B008 - Qt's default
    ) -> int:
        return 0 if parent.isValid() else len(self._messages)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        message = self._messages[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{as_time(message.at)}   {in_words(message)}"
        if role == Qt.ItemDataRole.DecorationRole:
            return icon(_ICONS.get(message.tone, "info"), colour=message.tone.value)
        if role == Qt.ItemDataRole.ToolTipRole:
            return in_words(message)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            told = _WORDS.get(message.tone, "Note")
            return f"{as_time(message.at)}, {told}: {in_words(message)}"
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
    """A pane below the others. Enter or a double-click goes to the asset that a line is about,
    the context menu to its other links; copying takes the correlation id along."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__("Activity", parent)
        self.setObjectName("activity")
        self._desk = desk
        self._list = QListView(self)
        self._list.setAccessibleName("Activity")
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setProperty("flat", True)
        self._model = ActivityModel(desk, self._list)
        self._list.setModel(self._model)
        self._copying = self._action("Copy", QKeySequence(QKeySequence.StandardKey.Copy))
        self._going = self._action("Go to Asset", QKeySequence("Return"), QKeySequence("Enter"))
        self._links: list[QAction] = []
        self._pages = QStackedWidget(self)
        self._pages.addWidget(
            EmptyState("activity", "Nothing has happened yet", "What you are told is kept here.")
        )
        self._pages.addWidget(self._list)
        self.setWidget(self._pages)
        self.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
        self.setTitleBarWidget(self._title_bar())
        self._follow()
        self._choose_page()
        self._enable()

    def take_focus(self) -> None:
        """Bring the keyboard to the list, at the newest line."""
        if not self._list.currentIndex().isValid():
            self._list.setCurrentIndex(self._model.index(0))
        self._list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _title_bar(self) -> QWidget:
        title = QLabel(self.windowTitle())
        write_as(title, Text.SECTION)
        close = QToolButton()
        make_kind(close, Kind.QUIET)
        close.setProperty("tight", True)
        close.setIcon(icon("clear"))
        close.setToolTip("Close")
        close.setAccessibleName("Close the activity list")
        close.clicked.connect(self.close)
        bar = QFrame()
        lay_on(bar, Ground.SIDEBAR)
        row = QHBoxLayout(bar)
        row.setContentsMargins(SPACE_12, SPACE_4, SPACE_8, SPACE_4)
        row.addWidget(title)
        row.addStretch(1)
        row.addWidget(close)
        return bar

    def _action(self, text: str, *keys: QKeySequence) -> QAction:
        """Something to do with a line: by its key, or in the list's context menu."""
        action = QAction(text, self._list)
        action.setShortcuts(list(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setShortcutVisibleInContextMenu(True)
        self._list.addAction(action)
        return action

    def _follow(self) -> None:
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._copying.triggered.connect(self._copy)
        self._going.triggered.connect(self._go)
        # Not "activated": on some systems that is a single click.
        self._list.doubleClicked.connect(self._go)
        self._list.selectionModel().currentChanged.connect(self._enable)
        self._model.rowsInserted.connect(self._choose_page)

    def _choose_page(self) -> None:
        self._pages.setCurrentIndex(1 if self._model.rowCount() else 0)

    def _enable(self) -> None:
        message = self._message()
        self._copying.setEnabled(message is not None)
        self._going.setEnabled(message is not None and message.asset_id is not None)
        self._offer_links(message.links if message is not None else ())

    def _offer_links(self, links: Sequence[Action]) -> None:
        """The places that the chosen line leads to, in the context menu."""
        for before in self._links:
            self._list.removeAction(before)
            before.deleteLater()
        self._links = [self._action(words) for words, _ in links]
        for action, (_, go) in zip(self._links, links, strict=True):
            action.triggered.connect(lambda _=False, go=go: go())

    def _message(self) -> Message | None:
        index = self._list.currentIndex()
        return self._model.message(index) if index.isValid() else None

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
