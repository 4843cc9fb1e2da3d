"""A field that searches while one types."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from esd_desktop.ui.look.icons import icon

_PAUSE_MS = 120


class SearchField(QLineEdit):
    """``searched`` follows the typing after a short pause, Enter at once.

    Esc clears the text; Esc in an empty field leaves it: ``left`` is told, and where nobody takes
    the focus it goes on to the next widget.
    """

    searched = Signal(str)
    left = Signal()

    def __init__(self, placeholder: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self._told = ""
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._tell)
        self.addAction(
            icon("search", colour="text_muted"), QLineEdit.ActionPosition.LeadingPosition
        )
        self._clear = self.addAction(
            icon("clear", colour="text_muted"), QLineEdit.ActionPosition.TrailingPosition
        )
        self._clear.setText("Clear")
        self._clear.setToolTip("Clear (Esc)")
        self._clear.setVisible(False)
        self._clear.triggered.connect(self.reset)
        self.textChanged.connect(self._on_text_changed)
        self.returnPressed.connect(self._tell)

    def reset(self) -> None:
        """Empty the field and tell so at once."""
        self.clear()
        self._tell()

    def event(self, event: QEvent) -> bool:
        # Otherwise a shortcut of the window on Esc would come first.
        if event.type() == QEvent.Type.ShortcutOverride and _is_escape(event) and self.text():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _is_escape(event):
            super().keyPressEvent(event)
        elif self.text():
            self.reset()
        else:
            self._leave()

    def _leave(self) -> None:
        self.left.emit()
        if self.hasFocus():
            self.focusNextChild()

    def _on_text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self._pause.start()

    def _tell(self) -> None:
        self._pause.stop()
        if self.text() != self._told:
            self._told = self.text()
            self.searched.emit(self._told)


def _is_escape(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
