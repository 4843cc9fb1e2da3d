"""The Edit menu's Cut, Copy, Paste and Select All: for whatever has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

_Keys = QKeySequence.StandardKey
_ENTRIES = (
    ("Cu&t", _Keys.Cut),
    ("&Copy", _Keys.Copy),
    ("&Paste", _Keys.Paste),
    ("&Select All", _Keys.SelectAll),
)
_CHANGING = (_Keys.Cut, _Keys.Paste)


class EditEntries(QObject):
    """Each entry does what its key does where the keyboard is, so that a list copies its rows and a
    field its text, and no entry takes a key away from them."""

    def __init__(self, menu: QMenu) -> None:
        super().__init__(menu)
        self._target: QWidget | None = None
        self._changing: list[QAction] = []
        for text, keys in _ENTRIES:
            action = menu.addAction(text)
            action.setShortcut(QKeySequence(keys))
            # Shown here only: the key itself belongs to the field or the list.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _=False, keys=keys: self._press(keys))
            if keys in _CHANGING:
                self._changing.append(action)
        menu.aboutToShow.connect(self._grey)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_changed)

    def _focus_changed(self, _: QWidget | None, now: QWidget | None) -> None:
        """A menu that is opened with Alt takes the keyboard; what is meant had it before."""
        if now is not None and not isinstance(now, QMenuBar | QMenu):
            self._target = now

    def _grey(self) -> None:
        writable = _is_writable(self._reached())
        for action in self._changing:
            action.setEnabled(writable)

    def _reached(self) -> QWidget | None:
        return self._target if self._target is not None and isValid(self._target) else None

    def _press(self, keys: QKeySequence.StandardKey) -> None:
        target = self._reached()
        if target is None:
            return
        pressed = QKeySequence(keys)
        own = (one for one in target.actions() if pressed in one.shortcuts() and one.isEnabled())
        action = next(own, None)
        if action is not None:
            action.trigger()
            return
        combination: QKeyCombination = pressed[0]  # type: ignore[index]
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, combination.key(), combination.keyboardModifiers())
            QApplication.sendEvent(target, event)


def _is_writable(widget: QWidget | None) -> bool:
    if not isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit):
        return False
    return widget.isEnabled() and not widget.isReadOnly()
