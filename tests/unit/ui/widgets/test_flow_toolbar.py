"""Buttons that fold into rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from esd_desktop.ui.look.theme import Theme
from esd_desktop.ui.widgets.flow_toolbar import FlowToolbar

WORDS = ("Update License Status", "Resend Activation Link", "Cancel licence…", "Delete record…")


@pytest.fixture
def toolbar(look: Theme, qtbot: QtBot) -> Iterator[FlowToolbar]:
    window = QWidget()
    qtbot.addWidget(window)
    made = FlowToolbar("Shortcuts")
    for word in WORDS:
        made.add(QPushButton(word))
    column = QVBoxLayout(window)
    column.addWidget(made)
    column.addStretch(1)
    window.resize(900, 400)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    yield made
    window.close()


def test_in_a_wide_window_all_stand_in_one_row(toolbar: FlowToolbar) -> None:
    assert len({item.y() for item in toolbar.items()}) == 1
    assert toolbar.items()[-1].geometry().right() == toolbar.width() - 1


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("width", [100, 250, 400, 700])
def test_no_text_is_cut_however_narrow(
    toolbar: FlowToolbar, look: Theme, qtbot: QtBot, width: int, scale: float
) -> None:
    look.set_text_scale(scale)
    toolbar.window().resize(width, 500)
    items = toolbar.items()
    qtbot.waitUntil(lambda: toolbar.height() >= toolbar.heightForWidth(toolbar.width()))
    qtbot.waitUntil(lambda: all(item.width() >= item.sizeHint().width() for item in items))
    assert all(toolbar.rect().contains(item.geometry()) for item in items)
    for item in items:
        others = (other for other in items if other is not item)
        assert not any(item.geometry().intersects(other.geometry()) for other in others)


def test_a_hidden_item_leaves_no_gap(toolbar: FlowToolbar, qtbot: QtBot) -> None:
    first, second, *_ = toolbar.items()
    first.hide()
    qtbot.waitUntil(lambda: second.x() == 0)


def test_arrow_keys_go_from_button_to_button(toolbar: FlowToolbar) -> None:
    first, second, third, last = toolbar.items()
    second.setEnabled(False)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert third.hasFocus()
    QTest.keyClick(third, Qt.Key.Key_Right)
    QTest.keyClick(last, Qt.Key.Key_Right)
    assert first.hasFocus()
    QTest.keyClick(first, Qt.Key.Key_Left)
    assert last.hasFocus()


def test_tab_goes_through_them_in_order(toolbar: FlowToolbar) -> None:
    first, second, *_ = toolbar.items()
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Tab)
    assert second.hasFocus()


def test_it_is_a_named_group(toolbar: FlowToolbar) -> None:
    interface = QAccessible.queryAccessibleInterface(toolbar)
    assert interface.role() == QAccessible.Role.Grouping
    assert interface.text(QAccessible.Text.Name) == "Shortcuts"
    assert interface.childCount() == len(WORDS)
