"""Help: what the program is, and the keys that work it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget, QPlainTextEdit, QScrollArea, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from esd_desktop import __version__
from esd_desktop.models.rights import Role
from esd_desktop.settings import Folders
from esd_desktop.ui.about import show_about, show_keys
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import Theme
from esd_desktop.ui.widgets.facts import Fact, FactGroup
from tests.support.people import named
from tests.support.waiting import until
from tests.support.widgets import press, window, window_titled
from tests.support.window import Run

KEYS = "Keyboard shortcuts"


@pytest.fixture
def below(look: Theme, qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(700, 600)
    qtbot.addWidget(made)
    made.show()
    return made


def _values(dialog: QWidget) -> dict[str, str]:
    values = dialog.findChildren(QTextEdit)
    return {value.accessibleName(): value.toPlainText() for value in values}


def test_about_tells_who_one_is_and_in_which_roles(run: Run, desk: Desk, below: QWidget) -> None:
    async def scenario() -> None:
        await desk.backend.call(lambda services: named(services, services.login, Role.AUDITOR))
        standing = await desk.rights.read()
        show_about(desk, below)
        dialog = await window("About ESD Desktop")
        assert _values(dialog)["You are"] == f"{standing.words}."
        assert standing.words.endswith(": auditor")
        press(dialog, "Close")

    run(scenario())


def test_about_names_the_versions_and_the_log_folder(
    run: Run, desk: Desk, below: QWidget, places: Folders
) -> None:
    async def scenario() -> None:
        show_about(desk, below)
        show_about(desk, below)
        dialog = await window("About ESD Desktop")
        values = _values(dialog)
        assert values["Version"] == __version__
        assert values["Log folder"] == str(places.logs)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: not desk.tasks.count)
        assert window_titled("About ESD Desktop") is None

    run(scenario())


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_many_keys_are_scrolled_and_none_is_cut(
    run: Run, look: Theme, desk: Desk, below: QWidget, scale: float
) -> None:
    look.set_text_scale(scale)
    many = FactGroup("View", [Fact(f"Entry number {n}", f"Ctrl+{n}") for n in range(40)])

    async def scenario() -> None:
        show_keys(desk, below, [many])
        dialog = await window(KEYS)
        values = _values(dialog)
        assert values["Entry number 39"] == "Ctrl+39"
        assert values["Go to the details"] == "Enter"
        assert dialog.height() <= dialog.screen().availableSize().height()
        scroll = dialog.findChild(QScrollArea)
        assert isinstance(scroll, QScrollArea)
        content = scroll.widget()
        assert content is not None
        assert content.width() <= scroll.viewport().width()
        assert scroll.verticalScrollBar().maximum() > 0
        press(dialog, "Close")
        await until(lambda: not desk.tasks.count)

    run(scenario())


def test_about_leads_to_the_licences_of_all_that_is_in_it(
    run: Run, desk: Desk, below: QWidget
) -> None:
    async def scenario() -> None:
        show_about(desk, below)
        press(await window("About ESD Desktop"), "Licences…")
        dialog = await window("Licences")
        parts = dialog.findChild(QListWidget)
        text = dialog.findChild(QPlainTextEdit)
        assert isinstance(parts, QListWidget)
        assert isinstance(text, QPlainTextEdit)
        names = [parts.item(place).text().split()[0] for place in range(parts.count())]
        for name in ("Qt", "PySide6_Essentials", "psycopg", "Python", "OpenSSL", "SQLite", "htmx"):
            assert name in names
        parts.setCurrentRow(names.index("psycopg"))
        assert "GNU LESSER GENERAL PUBLIC LICENSE" in text.toPlainText()
        assert "pytest" not in names
        press(dialog, "Close")
        await until(lambda: not desk.tasks.count)

    run(scenario())
