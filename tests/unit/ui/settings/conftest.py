"""The settings, open over a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QListWidget, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from esd_desktop.ui.desk import Desk
from esd_desktop.ui.settings.dialog import SettingsDialog
from tests.unit.ui.look.conftest import look

__all__ = ["look"]

OpenSettings = Callable[[str], SettingsDialog]


@pytest.fixture
def below(qtbot: QtBot) -> QWidget:
    """The window that dialogs open over."""
    made = QWidget()
    made.resize(900, 700)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def wanted_stores() -> list[str]:
    """The addresses that were asked to be opened."""
    return []


@pytest.fixture
def open_settings(desk: Desk, below: QWidget, wanted_stores: list[str]) -> Iterator[OpenSettings]:
    """Opens the settings on a page."""
    made: list[SettingsDialog] = []

    def open_on(page: str) -> SettingsDialog:
        dialog = SettingsDialog(desk, below, page, wanted_stores.append)
        dialog.open()
        made.append(dialog)
        return dialog

    yield open_on
    for dialog in made:
        if isValid(dialog):
            dialog.accept()


def go_to(dialog: SettingsDialog, page: str) -> None:
    """Choose a page at the left."""
    lists = dialog.findChildren(QListWidget)
    pages = next(one for one in lists if one.accessibleName() == "Settings pages")
    titles = [pages.item(place).text() for place in range(pages.count())]
    pages.setCurrentRow(titles.index(page))
