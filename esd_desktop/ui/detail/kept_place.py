"""Keeping the reader's place while what is read is shown anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget


@contextmanager
def kept_place(area: QScrollArea) -> Iterator[None]:
    """Keep the scroll position and the focus of ``area`` over a change of what is in it.

    A widget that was made anew is known by its accessible name.
    """
    focused = _focused_in(area)
    name = focused.accessibleName() if focused is not None else ""
    place = area.verticalScrollBar().value()
    yield
    content = area.widget()
    assert content is not None
    if name and _focused_in(area) is not focused:
        _focus(content, name)
    if (layout := content.layout()) is not None:
        layout.activate()
    area.verticalScrollBar().setValue(place)


def _focused_in(area: QScrollArea) -> QWidget | None:
    focused = QApplication.focusWidget()
    return focused if focused is not None and area.isAncestorOf(focused) else None


def _focus(content: QWidget, name: str) -> None:
    for widget in content.findChildren(QWidget):
        # What was taken away is hidden until it is deleted.
        if widget.accessibleName() == name and widget.isVisibleTo(content):
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
            return
