"""What hangs in the window until the rest of the program is loaded.

It is painted before there is a theme or anything else: at first the ground alone. All of it is kept
small, since everything it needs is loaded before the window can be seen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QFrame, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from esd_desktop.ui.memory import Memory

    Picture = Callable[[QWidget], None]


_GROUND = "ground"
_DARK_BELOW = 128


def keep_ground(memory: Memory, colour: str, *, follows: bool, dark: bool) -> None:
    """Remember the window's colour. ``follows``: it is what the system made it."""
    memory.keep(_GROUND, [colour, follows, dark])


def recall_ground(memory: Memory) -> str:
    """The window's colour; empty where it is not known, or the system has another one since."""
    match memory.recall(_GROUND, []):
        case [str(colour), bool(follows), bool(dark)] if not follows or dark == system_is_dark():
            return colour
    return ""


def system_is_dark() -> bool:
    """Whether the system shows dark windows, as long as nothing has been dressed by us."""
    return QApplication.palette().window().color().lightness() < _DARK_BELOW


class Curtain(QFrame):
    """Covers the window that it belongs to until it is lifted. ``ground`` is its colour, the
    system's where it is empty."""

    def __init__(self, window: QWidget, ground: str = "") -> None:
        super().__init__(window)
        # Filling it by hand would have PySide make all enumerations of Qt's namespace first.
        self.setStyleSheet(f"background: {ground or 'palette(window)'}")
        self._picture: Picture | None = None
        self.is_painted = False
        self.setAccessibleName("Opening…")
        self.cover()

    @property
    def shows_rows(self) -> bool:
        """Whether there is something to be seen on it."""
        return self._picture is not None

    def cover(self) -> None:
        """Be as large as the window."""
        window = self.parentWidget()
        assert window is not None
        self.setGeometry(window.rect())

    def hide_what_is_behind(self) -> None:
        """Have nothing painted that it covers. At first there is nothing, and to name what says so
        has PySide make all enumerations of Qt's namespace."""
        from PySide6.QtCore import Qt

        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_picture(self, picture: Picture) -> None:
        """Show the first rows of the list, which the picture paints."""
        self._picture = picture
        self.repaint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._picture is not None:
            self._picture(self)
        self.is_painted = True
