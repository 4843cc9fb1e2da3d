"""Labels and values in groups."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QScrollArea, QToolButton
from pytestqt.qtbot import QtBot

from esd_desktop.models.statuses import TokenStatus
from esd_desktop.ui.look.theme import Theme
from esd_desktop.ui.widgets.facts import Fact, FactButton, FactGroup, FactList
from esd_desktop.ui.widgets.status_badge import StatusBadge
from esd_desktop.ui.widgets.wrapped import ValueText

LINK = "https://setup.example/?token=" + "DEMOX-ABCDE-" * 12


@pytest.fixture
def pane(look: Theme, qtbot: QtBot) -> QScrollArea:
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setWidget(FactList("Asset details"))
    qtbot.addWidget(made)
    made.resize(360, 500)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    return made


@pytest.fixture
def facts(pane: QScrollArea) -> FactList:
    found = pane.widget()
    assert isinstance(found, FactList)
    return found


def test_values_can_be_reached_and_copied_by_keyboard(facts: FactList) -> None:
    facts.show_groups(_groups())
    customer = _value(facts, "Customer")
    customer.setFocus()
    QTest.keyClick(customer, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Bluebird Architects"
    QTest.keyClick(customer, Qt.Key.Key_Tab)
    assert facts.value_of("Link").hasFocus()
    assert customer.accessibleName() == "Customer"


def test_a_secret_leaves_only_by_its_button(facts: FactList) -> None:
    copied: list[bool] = []
    facts.show_groups(_groups(copy=lambda: copied.append(True)))
    QGuiApplication.clipboard().setText("before")
    token = _value(facts, "Token")
    token.setFocus()
    assert token.hasFocus()
    QTest.keyClick(token, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(token, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    token.copy()
    assert QGuiApplication.clipboard().text() == "before"
    assert token.contextMenuPolicy() == Qt.ContextMenuPolicy.NoContextMenu
    button = _button(facts, "Copy token")
    assert button.toolTip() == "Copy token"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert copied == [True]


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("width", [200, 320, 600])
def test_no_value_and_no_label_is_cut(
    pane: QScrollArea, facts: FactList, look: Theme, qtbot: QtBot, width: int, scale: float
) -> None:
    look.set_text_scale(scale)
    facts.show_groups(_groups())
    pane.resize(max(width, facts.minimumSizeHint().width() + 40), 700)
    link = _value(facts, "Link")
    words: list[QLabel | ValueText] = [*facts.findChildren(QLabel), link]
    qtbot.waitUntil(lambda: all(one.height() >= one.heightForWidth(one.width()) for one in words))
    assert _text_height(link) <= link.viewport().height()
    badge = facts.value_of("Token status")
    qtbot.waitUntil(lambda: badge.width() >= badge.sizeHint().width())
    assert facts.width() <= pane.viewport().width()


@pytest.mark.parametrize("width", [240, 280, 300, 320, 340, 400])
def test_a_masked_key_stays_in_one_line(
    pane: QScrollArea, facts: FactList, qtbot: QtBot, width: int
) -> None:
    buttons = [FactButton("eye", "Show", list), FactButton("copy", "Copy", list)]
    key = Fact("Token", "•••••-WWMWW", buttons, secret=True)
    facts.show_groups([FactGroup("", [Fact("Product information", "Office"), key])])
    pane.resize(width, 500)
    qtbot.waitUntil(lambda: facts.width() == pane.viewport().width())
    token = _value(facts, "Token")
    one_line = token.fontMetrics().lineSpacing() * 1.5
    qtbot.waitUntil(lambda: _text_height(token) < one_line)


def test_labels_go_above_the_values_where_it_is_narrow(
    pane: QScrollArea, facts: FactList, qtbot: QtBot
) -> None:
    facts.show_groups(_groups())
    label = next(one for one in facts.findChildren(QLabel) if one.text() == "Customer")
    cell = _value(facts, "Customer").parentWidget()
    assert cell is not None
    qtbot.waitUntil(lambda: cell.x() >= label.width())
    pane.resize(facts.minimumSizeHint().width() + 20, 500)
    qtbot.waitUntil(lambda: cell.y() >= label.y() + label.height())


def test_a_change_of_values_keeps_focus_and_selection(facts: FactList) -> None:
    facts.show_groups(_groups())
    customer = _value(facts, "Customer")
    customer.setFocus()
    customer.selectAll()
    facts.show_groups(_groups(link="https://setup.example/new"))
    assert facts.value_of("Customer") is customer
    assert customer.hasFocus()
    assert customer.textCursor().selectedText() == "Bluebird Architects"
    assert _value(facts, "Link").toPlainText() == "https://setup.example/new"


def test_a_badge_is_replaced_and_keeps_the_focus(facts: FactList) -> None:
    facts.show_groups(_groups())
    facts.value_of("Token status").setFocus()
    facts.show_groups(_groups(status=TokenStatus.REDEEMED))
    badge = facts.value_of("Token status")
    assert badge.accessibleName() == "Redeemed"
    assert badge.hasFocus()


def test_buttons_do_what_the_latest_facts_say(facts: FactList) -> None:
    done: list[str] = []
    facts.show_groups(_groups(copy=lambda: done.append("first")))
    facts.show_groups(_groups(copy=lambda: done.append("second")))
    _button(facts, "Copy token").click()
    assert done == ["second"]


def test_other_facts_replace_the_former(facts: FactList) -> None:
    facts.show_groups(_groups())
    facts.show_groups([FactGroup("Order", [Fact("Order", "SO-10421")])])
    assert _value(facts, "Order").toPlainText() == "SO-10421"
    with pytest.raises(KeyError):
        facts.value_of("Token")
    visible = [label.text() for label in facts.findChildren(QLabel) if label.isVisible()]
    assert "Token" not in visible


def _groups(
    *,
    link: str = LINK,
    status: TokenStatus = TokenStatus.ACTIVATED,
    copy: Callable[[], object] = list,
) -> list[FactGroup]:
    badge = StatusBadge()
    badge.tell_status(status)
    return [
        FactGroup("Purchase", [Fact("Customer", "Bluebird Architects"), Fact("Link", link)]),
        FactGroup(
            "Licence",
            [
                Fact("Token", "•••••-A1B2C", [FactButton("copy", "Copy token", copy)], secret=True),
                Fact("Token status", badge),
                Fact("Provisioning sync status", "Synchronized"),
            ],
        ),
    ]


def _value(facts: FactList, label: str) -> ValueText:
    found = facts.value_of(label)
    assert isinstance(found, ValueText)
    return found


def _button(facts: FactList, name: str) -> QToolButton:
    buttons = facts.findChildren(QToolButton)
    return next(button for button in buttons if button.accessibleName() == name)


def _text_height(value: ValueText) -> int:
    size: QSize = value.document().size().toSize()
    return size.height()
