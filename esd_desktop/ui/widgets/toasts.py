"""Results, told in a corner of the window without taking the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.theme import SPACE_8, SPACE_20, theme
from esd_desktop.ui.widgets.announce import announce
from esd_desktop.ui.widgets.toast import Toast

Action = tuple[str, Callable[[], object]]

_AT_MOST = 4
_MOVING = (QEvent.Type.Resize, QEvent.Type.LayoutRequest)
_EMS = 30


class Toasts(QObject):
    """The stack at the bottom right of one window; the newest is the lowest."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._stack = QWidget(window)
        self._stack.setAccessibleName("Messages")
        self._column = QVBoxLayout(self._stack)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_8)
        self._toasts: list[Toast] = []
        self._stack.hide()
        window.installEventFilter(self)
        theme().changed.connect(self._place)

    @property
    def shown(self) -> list[Toast]:
        """What is on screen, the oldest first."""
        return list(self._toasts)

    def show(
        self,
        tone: Tone,
        sentence: str,
        advice: str = "",
        action: Action | None = None,
        links: Sequence[Action] = (),
    ) -> Toast:
        """Tell it, to eye and ear. An action (Undo) or links (Show) give it more time."""
        while len(self._toasts) >= _AT_MOST:
            self._drop(self._toasts[0])
        buttons = [*([action] if action else []), *links]
        toast = Toast(tone, sentence, advice, buttons)
        toast.closed.connect(lambda: self._drop(toast))
        self._toasts.append(toast)
        self._column.addWidget(toast)
        self._place()
        toast.appear()
        announce(self._window, f"{sentence} {advice}".strip(), at_once=tone is Tone.BAD)
        return toast

    def focus_newest(self) -> bool:
        """Bring the keyboard to the newest; False where there is none."""
        if not self._toasts:
            return False
        self._toasts[-1].take_focus()
        return True

    def clear(self) -> None:
        """Take all away."""
        for toast in self.shown:
            self._drop(toast)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._toasts and event.type() in _MOVING:
            self._place()
        return False

    def _drop(self, toast: Toast) -> None:
        if toast not in self._toasts:
            return
        self._toasts.remove(toast)
        self._column.removeWidget(toast)
        toast.hide()
        toast.deleteLater()
        self._place()

    def _place(self) -> None:
        self._stack.setVisible(bool(self._toasts))
        width = min(_EMS * theme().px(), self._window.width() - 2 * SPACE_20)
        self._stack.setFixedWidth(max(width, 1))
        self._column.activate()
        height = self._column.heightForWidth(width)
        self._stack.resize(width, height)
        corner = self._window.rect().bottomRight() - QPoint(SPACE_20 - 1, SPACE_20 - 1)
        self._stack.move(corner - QPoint(width, height + self._status_bar_height()))
        self._stack.raise_()

    def _status_bar_height(self) -> int:
        if not isinstance(self._window, QMainWindow):
            return 0
        bar = self._window.statusBar()
        return bar.height() if bar.isVisible() else 0
