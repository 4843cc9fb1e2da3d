"""A few lines of comment in a dialog, under their label."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from esd_desktop.ui.look.theme import SPACE_4

_LINES = 4
_FRAME = 16


class CommentField(QWidget):
    """``typed`` comes with every change; ``text`` is what is typed, without blanks around it."""

    typed = Signal()

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words, self._edit = QLabel(label), _FewLines()
        self._edit.setAccessibleName(label)
        self._edit.textChanged.connect(self.typed)
        words.setBuddy(self._edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_4)
        column.addWidget(words)
        column.addWidget(self._edit)
        self.setFocusProxy(self._edit)

    @property
    def text(self) -> str:
        """What is typed."""
        return self._edit.toPlainText().strip()


class _FewLines(QPlainTextEdit):
    """As high as a few lines, whatever the dialog offers; Tab leaves it."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self._height())

    def _height(self) -> int:
        return self.fontMetrics().lineSpacing() * _LINES + _FRAME
