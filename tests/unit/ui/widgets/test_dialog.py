"""The frame of every dialog."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from esd_desktop.ui.look.roles import Kind
from esd_desktop.ui.look.theme import Theme
from esd_desktop.ui.widgets.dialog import Dialog


@pytest.fixture
def parent(look: Theme, qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def dialog(parent: QWidget, qtbot: QtBot) -> Dialog:
    made = Dialog("Cancel this ESD licence?", "€ 219.00 is credited to Northwind.", parent)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.add_button("Keep licence", "keep", default=True, escape=True)
    made.add_button("Cancel licence", "cancel", kind=Kind.DANGER)
    made.open()
    made.activateWindow()
    qtbot.waitActive(made)
    return made


def test_each_button_gives_its_answer_once(dialog: Dialog) -> None:
    answers: list[object] = []
    dialog.answered.connect(answers.append)
    button = dialog.buttons()[1]
    assert button.text() == "Cancel licence"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert answers == ["cancel"]
    assert not dialog.isVisible()
    dialog.reject()
    assert answers == ["cancel"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_escape_and_enter_keep_the_licence(dialog: Dialog, key: Qt.Key) -> None:
    answers: list[object] = []
    dialog.answered.connect(answers.append)
    QTest.keyClick(dialog, key)
    assert answers == ["keep"]


def test_the_cross_is_the_answer_of_escape(dialog: Dialog) -> None:
    answers: list[object] = []
    dialog.answered.connect(answers.append)
    dialog.close()
    assert answers == ["keep"]


def test_the_default_button_has_the_focus(dialog: Dialog) -> None:
    assert dialog.buttons()[0].hasFocus()
    assert dialog.buttons()[0].isDefault()


def test_it_is_never_run_in_a_loop_of_its_own(dialog: Dialog) -> None:
    with pytest.raises(RuntimeError, match="open"):
        dialog.exec()


def test_its_words_are_told_and_not_cut(dialog: Dialog, look: Theme, qtbot: QtBot) -> None:
    assert dialog.windowTitle() == dialog.accessibleName() == "Cancel this ESD licence?"
    assert dialog.accessibleDescription() == "€ 219.00 is credited to Northwind."
    look.set_text_scale(1.5)
    labels = dialog.findChildren(QLabel)
    qtbot.waitUntil(lambda: all(one.height() >= one.heightForWidth(one.width()) for one in labels))
