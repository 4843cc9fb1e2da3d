"""Text that is wrapped, can be reached with the keyboard and copied, and is never cut."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QTextOption
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QTextEdit

from esd_desktop.ui.look.roles import Text, write_as

_BY = Qt.TextInteractionFlag
_READ = _BY.TextSelectableByMouse | _BY.TextSelectableByKeyboard
_MARGIN = 2
_SHORT = len("•••••-XXXXX")


def wrapped_label(*, strong: bool = False) -> QLabel:
    """A sentence: it wraps between words, and can be selected by mouse and keyboard."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(_READ)
    label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    label.setProperty("readable", True)
    label.setIndent(0)
    write_as(label, Text.STRONG if strong else Text.BODY)
    return label


class ValueText(QTextEdit):
    """A value to read: long ones (links) wrap anywhere, so all of it can be seen; what is as short
    as a masked key stays in one line.

    ``secret`` keeps it from being selected and copied past the button that records the copying.
    """

    def __init__(self, text: str, name: str, *, secret: bool = False) -> None:
        super().__init__()
        self._secret = secret
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(_BY.NoTextInteraction if secret else _READ)
        self.setContextMenuPolicy(_menu_policy(secret))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.document().setDocumentMargin(_MARGIN)
        self.setProperty("value", True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setPlainText(text)

    def set_value(self, text: str) -> None:
        """Show another value; what is selected stays where the value is the same."""
        if text != self.toPlainText():
            self.setPlainText(text)
            self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        document = self.document().clone(self)
        document.setTextWidth(max(width - self._frame(), 1))
        height = round(document.size().height() + 0.49)
        document.deleteLater()
        return height + self._frame()

    def sizeHint(self) -> QSize:
        widest = self.fontMetrics().horizontalAdvance(self.toPlainText())
        return QSize(widest + 2 * _MARGIN + self._frame() + 2, self._line_height())

    def minimumSizeHint(self) -> QSize:
        width = self.fontMetrics().averageCharWidth() * 10
        if len(self.toPlainText()) <= _SHORT:
            width = max(width, self.sizeHint().width())
        return QSize(width, self._line_height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        copies = event.matches(QKeySequence.StandardKey.Copy)
        if copies and not self._secret and not self.textCursor().hasSelection():
            self.selectAll()
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            cursor = self.textCursor()
            cursor.clearSelection()
            self.setTextCursor(cursor)

    def _line_height(self) -> int:
        return self.fontMetrics().height() + 2 * _MARGIN + self._frame()

    def _frame(self) -> int:
        # Not by the viewport: before the first showing it has a size that means nothing.
        return self.width() - self.contentsRect().width()


def _menu_policy(secret: bool) -> Qt.ContextMenuPolicy:
    return Qt.ContextMenuPolicy.NoContextMenu if secret else Qt.ContextMenuPolicy.DefaultContextMenu
