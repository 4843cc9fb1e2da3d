"""A row of buttons that folds into more rows when it gets narrow, so that no text is cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from esd_desktop.ui.look.theme import SPACE_8
from esd_desktop.ui.widgets.group import Group

_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}


class FlowToolbar(Group):
    """Its items in order, as many in a row as have room; with ``fill`` they share the row's width.

    Arrow keys go from button to button, and each can be reached with Tab.
    """

    def __init__(self, name: str, *, fill: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._items: list[QWidget] = []
        self._fill = fill
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def items(self) -> Sequence[QWidget]:
        """What is in it, in order."""
        return tuple(self._items)

    def add(self, item: QWidget) -> None:
        """Append a button, or anything as high as one."""
        item.setParent(self)
        item.installEventFilter(self)
        item.show()
        self._items.append(item)
        self._arrange()

    def set_items(self, items: Iterable[QWidget]) -> None:
        """Have these items instead; the former ones are deleted."""
        for item in self._items:
            item.removeEventFilter(self)
            item.hide()
            item.deleteLater()
        self._items = []
        for item in items:
            self.add(item)
        self._arrange()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = self._rows(width)
        heights = sum(max(item.sizeHint().height() for item in row) for row in rows)
        return heights + SPACE_8 * max(len(rows) - 1, 0)

    def sizeHint(self) -> QSize:
        widths = [item.sizeHint().width() for item in self._shown()]
        width = sum(widths) + SPACE_8 * max(len(widths) - 1, 0)
        return QSize(width, self.heightForWidth(max(self.width(), self._widest())))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._widest(), self.heightForWidth(max(self.width(), self._widest())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def eventFilter(self, item: object, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None and isinstance(item, QWidget):
                self._step(item, step)
                return True
        return False

    def _step(self, item: QWidget, by: int) -> None:
        reachable = [one for one in self._shown() if one.isEnabled() or one is item]
        following = reachable[(reachable.index(item) + by) % len(reachable)]
        following.setFocus(Qt.FocusReason.TabFocusReason)

    def _arrange(self) -> None:
        self.updateGeometry()
        self._place()

    def _place(self) -> None:
        top = 0
        for row in self._rows(self.width()):
            height = max(item.sizeHint().height() for item in row)
            widths = self._widths(row)
            left = 0
            for item, width in zip(row, widths, strict=True):
                item.setGeometry(self._mirrored(QRect(left, top, width, height)))
                left += width + SPACE_8
            top += height + SPACE_8

    def _widths(self, row: Sequence[QWidget]) -> list[int]:
        widths = [item.sizeHint().width() for item in row]
        spare = self.width() - sum(widths) - SPACE_8 * (len(row) - 1)
        if not self._fill:
            return widths
        share, rest = divmod(max(spare, 0), len(row))
        return [width + share + (place < rest) for place, width in enumerate(widths)]

    def _mirrored(self, place: QRect) -> QRect:
        if self.isRightToLeft():
            place.moveRight(self.width() - 1 - place.left())
        return place

    def _rows(self, width: int) -> list[list[QWidget]]:
        rows: list[list[QWidget]] = []
        room = 0
        for item in self._shown():
            needed = item.sizeHint().width() + SPACE_8
            if not rows or needed > room:
                rows.append([])
                room = width + SPACE_8
            rows[-1].append(item)
            room -= needed
        return rows

    def _shown(self) -> list[QWidget]:
        return [item for item in self._items if not item.isHidden()]

    def _widest(self) -> int:
        return max((item.sizeHint().width() for item in self._shown()), default=0)
