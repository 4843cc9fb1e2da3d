"""Working the window as a person does: seeing what is on the screen, clicking, typing, waiting.

Everything is found by what a person or a screen reader finds it by: its accessible name, its words.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QLineEdit,
    QMenu,
    QRadioButton,
    QTableView,
    QTabWidget,
    QTreeView,
    QWidget,
)

from esd_desktop.errors import EsdError

if TYPE_CHECKING:
    from esd_desktop.demo.tour import Guide
    from esd_desktop.ui.workspace import Workspace

WidgetT = TypeVar("WidgetT", bound=QWidget)

_PATIENCE_S = 20.0
_LOOK_EVERY_S = 0.01
_LEFT = Qt.MouseButton.LeftButton


class Lost(EsdError):
    """What should be on the screen is not there."""


async def until(condition: Callable[[], object], what: str) -> None:
    """Wait until the condition holds. Raises Lost, naming ``what``, where it does not in time."""
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise Lost(f"The tour waited in vain for {what}.")
        await asyncio.sleep(_LOOK_EVERY_S)


def find(kind: type[WidgetT], name: str, within: QWidget) -> WidgetT:
    """The widget of an accessible name that can be seen. Raises Lost."""
    for widget in within.findChildren(kind):
        if name in (widget.accessibleName(), _words_of(widget)) and widget.isVisible():
            return widget
    raise Lost(f"There is no “{name}” on the screen.")


def press(name: str, within: QWidget) -> None:
    """Click a button by its words. Raises Lost where it is not there or greyed."""
    button = find(QAbstractButton, name, within)
    if not button.isEnabled():
        raise Lost(f"“{name}” is greyed: {button.toolTip()}")
    QTest.mouseClick(button, _LEFT)


def type_into(field: QLineEdit, text: str) -> None:
    """Put the cursor into a field and type, in place of what is there."""
    field.setFocus(Qt.FocusReason.MouseFocusReason)
    field.selectAll()
    QTest.keyClicks(field, text) if text else QTest.keyClick(field, Qt.Key.Key_Delete)


def press_segment(within: QWidget, word: str) -> None:
    """Choose one of a row of filters by the word it begins with. Raises Lost."""
    for segment in within.findChildren(QRadioButton):
        if segment.isVisible() and segment.text().startswith(word):
            QTest.mouseClick(segment, _LEFT)
            return
    raise Lost(f"There is no “{word}” to choose.")


async def click_row(view: QAbstractItemView, words: str, *, double: bool = False) -> QModelIndex:
    """Click the row that shows the words, once it is there."""
    await until(lambda: row_with(view, words) is not None, f"a row with “{words}”")
    row = row_with(view, words)
    assert row is not None
    view.scrollTo(row)
    place = view.visualRect(row).center()
    QTest.mouseClick(view.viewport(), _LEFT, Qt.KeyboardModifier.NoModifier, place)
    if double:
        QTest.mouseDClick(view.viewport(), _LEFT, Qt.KeyboardModifier.NoModifier, place)
    return row


def row_with(view: QAbstractItemView, words: str) -> QModelIndex | None:
    """The first index whose row shows the words, in a table or a tree."""
    if isinstance(view, QTreeView):
        return _in_tree(view, QModelIndex(), words)
    for row, texts in texts_of(view):
        if any(words in text for text in texts):
            return view.model().index(row, _shown_columns(view)[0])
    return None


def texts_of(view: QAbstractItemView, most: int = 200) -> list[tuple[int, list[str]]]:
    """The rows of a table as they are read: number and texts of the columns that are shown."""
    model = view.model()
    columns = _shown_columns(view)
    return [
        (row, [str(model.index(row, column).data() or "") for column in columns])
        for row in range(min(model.rowCount(), most))
    ]


def dialog() -> QDialog | None:
    """The dialog that is open."""
    found = (one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog))
    return next((one for one in found if one.isVisible()), None)


async def asked() -> QDialog:
    """Wait for a dialog."""
    await until(dialog, "a question")
    opened = dialog()
    assert opened is not None
    return opened


def menu() -> QMenu | None:
    """The menu that has popped up."""
    popup = QApplication.activePopupWidget()
    return popup if isinstance(popup, QMenu) else None


def choose(entry: str, opened: QMenu) -> None:
    """Choose an entry of a menu by the words it begins with. Raises Lost where it is greyed."""
    for action in opened.actions():
        if action.text().replace("&", "").startswith(entry):
            if not action.isEnabled():
                raise Lost(f"“{entry}” is greyed: {action.toolTip()}")
            opened.close()
            action.trigger()
            return
    raise Lost(f"The menu has no “{entry}”.")


def right_click(view: QAbstractItemView, row: QModelIndex) -> None:
    """Ask for the menu at a row, as the right mouse button does."""
    place = view.visualRect(row).center()
    viewport = view.viewport()
    mouse = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(viewport, QContextMenuEvent(mouse, place, viewport.mapToGlobal(place)))


def choose_tab(tabs: QTabWidget, words: str) -> None:
    """Click the tab that begins with the words. Raises Lost."""
    for place in range(tabs.count()):
        if tabs.tabText(place).startswith(words) and tabs.isTabVisible(place):
            bar = tabs.tabBar()
            middle = bar.tabRect(place).center()
            QTest.mouseClick(bar, _LEFT, Qt.KeyboardModifier.NoModifier, middle)
            return
    raise Lost(f"There is no tab “{words}”.")


def _words_of(widget: QWidget) -> str:
    return widget.text().replace("&", "") if isinstance(widget, QAbstractButton) else ""


def _in_tree(view: QTreeView, parent: QModelIndex, words: str) -> QModelIndex | None:
    model = view.model()
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        if words in str(index.data()):
            return index
        below = _in_tree(view, index, words)
        if below is not None:
            return below
    return None


def _shown_columns(view: QAbstractItemView) -> list[int]:
    count = view.model().columnCount()
    if not isinstance(view, QTableView):
        return list(range(count))
    header = view.horizontalHeader()
    columns = (header.logicalIndex(place) for place in range(count))
    return [column for column in columns if not view.isColumnHidden(column)]


async def until_told(guide: Guide, words: str) -> None:
    """Wait until the newest message has the words."""
    kept = guide.desk.messages.kept
    await until(lambda: kept and words in kept[-1].sentence, f"a message with “{words}”")


def workspace_of(guide: Guide) -> Workspace:
    """The three panes. Raises Lost where they are not there."""
    workspace = guide.window.workspace
    if workspace is None:
        raise Lost("There are no panes.")
    return workspace
