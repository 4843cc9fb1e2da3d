"""A button that can be busy, or refuse and say why."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from esd_desktop.ui.look.roles import Kind, make_kind
from esd_desktop.ui.look.theme import theme
from esd_desktop.ui.widgets.progress_line import ProgressLine

_PRESSES = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select)
_INSET = 6


class BusyButton(QPushButton):
    """While busy it takes no click but keeps its width, its words and the focus.

    Disabling it instead would throw the focus of a keyboard user to somewhere else.
    """

    _busy = False  # Qt sends events before __init__ is through.

    def __init__(
        self,
        text: str,
        *,
        icon: QIcon | None = None,
        kind: Kind = Kind.PLAIN,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        if icon is not None:
            self.setIcon(icon)
            self._fit_icon()
            theme().changed.connect(self._fit_icon)
        self._refusal: str | None = None
        self._forbidden: str | None = None
        self._tip = ""
        self._line = ProgressLine(f"{text} is running", self, on_accent=kind is Kind.PRIMARY)
        self._line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._line.hide()
        make_kind(self, kind)

    @property
    def busy(self) -> bool:
        """Whether what it starts is still running."""
        return self._busy

    @property
    def refusal(self) -> str | None:
        """Why it cannot be pressed, or None."""
        return self._forbidden or self._refusal

    def set_busy(self, busy: bool) -> None:
        """Show that it runs, or that it is over."""
        self._busy = busy
        self._line.setVisible(busy)
        if busy:
            self._line.run()
        else:
            self._line.stop()
        self._describe()

    def set_refusal(self, reason: str | None) -> None:
        """Grey it with the reason, or None to allow it again."""
        self._refusal = reason
        self._grey()

    def forbid(self, reason: str | None) -> None:
        """Grey it for who may not press it, whatever else is the case."""
        self._forbidden = reason
        self._grey()

    def set_tip(self, tip: str) -> None:
        """What its tooltip says while it can be pressed."""
        self._tip = tip
        self._describe()

    def hitButton(self, pos: QPoint) -> bool:
        return not self._busy and super().hitButton(pos)

    def event(self, event: QEvent) -> bool:
        if self._busy and event.type() == QEvent.Type.Shortcut:
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._busy and event.key() in _PRESSES:
            event.accept()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        height = self._line.sizeHint().height()
        self._line.setGeometry(
            _INSET, self.height() - height - 2, self.width() - 2 * _INSET, height
        )

    def _grey(self) -> None:
        self.setEnabled(self.refusal is None)
        self._describe()

    def _fit_icon(self) -> None:
        self.setIconSize(self.icon().availableSizes()[0])

    def _describe(self) -> None:
        words = self.refusal or ("Working…" if self._busy else self._tip)
        if words != self.toolTip():
            self.setToolTip(words)
            self.setAccessibleDescription(words)
