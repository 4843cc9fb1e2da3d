"""A field in which one of many things is found by typing, and chosen from suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QLineEdit, QWidget

from esd_desktop.ui.look.icons import icon

_PAUSE_MS = 120
_SHOWN = 10
_VALUE = Qt.ItemDataRole.UserRole
_WORDS = Qt.ItemDataRole.UserRole + 1
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
Suggestion = tuple[str, str, Any]


class SuggestField(QLineEdit):
    """``sought`` asks for suggestions to what is typed, after a short pause, or at once with Down;
    ``suggest`` shows them. ``chosen`` carries the value that the person chose, or None once another
    text is typed over it. Enter takes the suggestion that is marked, or the only one.
    """

    sought = Signal(str)
    chosen = Signal(object)

    def __init__(self, placeholder: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self.setAccessibleDescription("Type to find, Down for suggestions")
        self.addAction(
            icon("search", colour="text_muted"), QLineEdit.ActionPosition.LeadingPosition
        )
        self._value: Any = None
        self._looking = False
        self._found = QStandardItemModel(self)
        self._suggestions = QCompleter(self._found, self)
        self._suggestions.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._suggestions.setCompletionRole(_WORDS)
        self._suggestions.setMaxVisibleItems(_SHOWN)
        by_index = self._suggestions.activated[QModelIndex]  # type: ignore[index] # the other overload
        by_index.connect(self._take)
        self.setCompleter(self._suggestions)
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._seek)
        self.textEdited.connect(self._edited)

    @property
    def value(self) -> Any:
        """What was chosen; None where nothing is."""
        return self._value

    @property
    def popup(self) -> QAbstractItemView:
        """The suggestions."""
        shown = self._suggestions.popup()
        assert shown is not None
        return shown

    def choose(self, words: str, value: Any) -> None:
        """Have something chosen."""
        self._pause.stop()
        self._looking = False
        self.setText(words)
        self.setCursorPosition(0)
        self.setToolTip(words)
        self._value = value
        self.chosen.emit(value)

    def suggest(self, found: Sequence[Suggestion]) -> None:
        """Show these: what stands in the field once it is chosen, what else is said of it, and the
        value."""
        self._found.clear()
        for words, details, value in found:
            item = QStandardItem(f"{words}  ·  {details}" if details else words)
            item.setData(words, _WORDS)
            item.setData(value, _VALUE)
            self._found.appendRow(item)
        if not found:
            self.popup.hide()
        elif self._looking and self.hasFocus():
            # Wider than the field where that is too narrow for what tells them apart.
            wanted = (
                self.popup.sizeHintForColumn(0) + self.popup.verticalScrollBar().sizeHint().width()
            )
            width = max(self.width(), min(wanted, self.window().width()))
            self._suggestions.complete(QRect(0, 0, width, self.height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self._looking = True
            self._seek()
        elif event.key() in _ENTER and self._value is None and self._found.rowCount() == 1:
            self._take(self._found.index(0, 0))
            # The completer leaves them open once the field has taken the key.
            self.popup.hide()
        else:
            super().keyPressEvent(event)

    def _edited(self) -> None:
        self._looking = True
        if self._value is not None:
            self._value = None
            self.chosen.emit(None)
        self._pause.start()

    def _seek(self) -> None:
        self._pause.stop()
        # Who has chosen one and asks for suggestions wants to see the others.
        self.sought.emit("" if self._value is not None else self.text().strip())

    def _take(self, index: QModelIndex) -> None:
        self.choose(index.data(_WORDS), index.data(_VALUE))
        # The completer writes the words itself once more, and leaves the end of them in sight.
        QTimer.singleShot(0, self, lambda: self.home(False))
