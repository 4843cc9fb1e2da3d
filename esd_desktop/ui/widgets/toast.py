"""One result in the corner of the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPropertyAnimation, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.roles import Ground, Kind, Text, lay_on, make_kind, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, SPACE_12, theme
from esd_desktop.ui.widgets.flow_toolbar import FlowToolbar
from esd_desktop.ui.widgets.notice import ToneMark

_TIME_MS = 6_000
_TIME_WITH_MORE_MS = 14_000
_FADE_MS = 160


class Toast(QFrame):
    """``closed`` once it has said its piece, was closed, or one of its actions was taken.

    ``actions`` are what it offers to do; ``action_button`` is the first one's. It never leaves
    while the mouse or the focus is on it.
    """

    closed = Signal()

    def __init__(
        self,
        tone: Tone,
        sentence: str,
        advice: str,
        actions: Sequence[tuple[str, Callable[[], object]]],
    ) -> None:
        super().__init__()
        self.tone = tone
        self.sentence = sentence
        self.advice = advice
        self.action_buttons = [self._action_button(*action) for action in actions]
        self.close_button = _close_button()
        self._came_from: QWidget | None = None
        self.setAccessibleName(f"{sentence} {advice}".strip())
        lay_on(self, Ground.RAISED)
        self._lay_out()
        self.close_button.clicked.connect(self._leave)
        longer = bool(advice or actions) or tone is Tone.BAD
        self._clock = QTimer(self, singleShot=True)
        self._clock.setInterval(_TIME_WITH_MORE_MS if longer else _TIME_MS)
        self._clock.timeout.connect(self._leave)

    @property
    def action_button(self) -> QPushButton | None:
        """The first of its actions."""
        return self.action_buttons[0] if self.action_buttons else None

    @property
    def counting(self) -> bool:
        """Whether its time is running."""
        return self._clock.isActive()

    @property
    def time_ms(self) -> int:
        """How long it stays when nobody touches it."""
        return self._clock.interval()

    def appear(self) -> None:
        """Start its time, and fade in where motion is wanted."""
        self.show()
        self._clock.start()
        if not theme().motion:
            return
        effect = QGraphicsOpacityEffect(self, opacity=0.0)
        self.setGraphicsEffect(effect)
        fade = QPropertyAnimation(effect, b"opacity", self)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        fade.setDuration(_FADE_MS)
        # The effect would blur the text on a scaled screen if it stayed.
        fade.finished.connect(lambda: self.setGraphicsEffect(None))  # type: ignore[arg-type]
        fade.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)

    def take_focus(self) -> None:
        """Bring the keyboard here; it goes back to where it was when the toast closes."""
        self._came_from = QApplication.focusWidget()
        (self.action_button or self.close_button).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._clock.stop()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._count_if_left_alone()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self._clock.stop()
        elif event.type() == QEvent.Type.FocusOut:
            self._count_if_left_alone()
        return False

    def _count_if_left_alone(self) -> None:
        if not self.underMouse() and not self._has_focus():
            self._clock.start()

    def _has_focus(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def _act(self, run: Callable[[], object]) -> None:
        self._leave()
        run()

    def _leave(self) -> None:
        if self._has_focus() and self._came_from is not None:
            self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
        self._clock.stop()
        self.closed.emit()

    def _lay_out(self) -> None:
        mark = ToneMark(self.tone)
        words = QVBoxLayout()
        words.setSpacing(SPACE_4)
        # In line with the middle of the button at the right.
        for part in (mark, words):
            part.setContentsMargins(0, 2, 0, 2)
        words.addWidget(_label(self.sentence, Text.BODY))
        if self.advice:
            words.addWidget(_label(self.advice, Text.MUTED))
        if self.action_buttons:
            links = FlowToolbar("", fill=False)
            links.set_items(self.action_buttons)
            words.addWidget(links)
        words.addStretch(1)
        top = Qt.AlignmentFlag.AlignTop
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_12, SPACE_12, SPACE_8, SPACE_12)
        row.setSpacing(SPACE_8)
        row.addWidget(mark, 0, top)
        row.addLayout(words, 1)
        row.addWidget(self.close_button, 0, top)
        for button in (*self.action_buttons, self.close_button):
            button.installEventFilter(self)

    def _action_button(self, words: str, run: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        make_kind(button, Kind.LINK)
        button.clicked.connect(lambda: self._act(run))
        return button


def _label(words: str, text: Text) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    write_as(label, text)
    return label


def _close_button() -> QToolButton:
    button = QToolButton()
    make_kind(button, Kind.QUIET)
    button.setIcon(icon("clear"))
    button.setProperty("tight", True)
    button.setToolTip("Close")
    button.setAccessibleName("Close message")
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
