"""A thin line that says something is running."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from esd_desktop.ui.look.theme import theme

_HEIGHT = 2
_STEPS = 1000
_ROUND_MS = 1400
_PART = 0.3
# What is over sooner need not move; nor need the system be asked whether anything may.
_STILL_MS = 300


class ProgressLine(QProgressBar):
    """Two pixels high, there or not: its place is kept, so nothing jumps when it starts.

    ``on_accent`` is for ground in the accent colour.
    """

    def __init__(
        self, name: str, parent: QWidget | None = None, *, on_accent: bool = False
    ) -> None:
        super().__init__(parent)
        self._on_accent = on_accent
        self.setAccessibleName(name)
        self.setTextVisible(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._running = False
        self._travel = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=_ROUND_MS)
        self._travel.setLoopCount(-1)
        self._travel.valueChanged.connect(self.update)
        self._still = QTimer(self, singleShot=True, interval=_STILL_MS)
        self._still.timeout.connect(self._set_out)

    @property
    def running(self) -> bool:
        """Whether it is shown."""
        return self._running

    def run(self, fraction: float | None = None) -> None:
        """Show how much is done, from 0 to 1, or with None only that something is running."""
        self._running = True
        self.setRange(0, 0 if fraction is None else _STEPS)
        if fraction is not None:
            self.setValue(round(fraction * _STEPS))
        self._move(fraction is None)
        self.update()

    def stop(self) -> None:
        """Nothing is running any more."""
        self._running = False
        self._move(False)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._running:
            return
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        colours = theme().palette
        if not self._on_accent:
            painter.fillRect(self.rect(), QColor(colours.border))
        colour = colours.accent_text if self._on_accent else colours.accent
        painter.fillRect(self._filled(), QColor(colour))
        painter.end()

    def _filled(self) -> QRectF:
        width = float(self.width())
        if self.maximum() > 0:
            return QRectF(0, 0, width * self.value() / self.maximum(), self.height())
        if self._travel.state() != QVariantAnimation.State.Running:
            return QRectF(0, 0, width, self.height())
        at = float(self._travel.currentValue()) * (1 + _PART) - _PART
        return QRectF(at * width, 0, _PART * width, self.height())

    def _move(self, moving: bool) -> None:
        if not moving:
            self._still.stop()
            self._travel.stop()
        elif self._travel.state() != QVariantAnimation.State.Running and not self._still.isActive():
            self._still.start()

    def _set_out(self) -> None:
        if theme().motion:
            self._travel.start()
