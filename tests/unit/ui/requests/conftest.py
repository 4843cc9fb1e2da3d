"""Requests to cancel on a desk's store."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from esd_desktop.models.request_rows import RequestRow
from esd_desktop.ui.desk import Desk
from tests.support.requesting import requested
from tests.support.window import Run

Ask = Callable[[int], RequestRow]


@pytest.fixture
def asked(run: Run, desk: Desk) -> Ask:
    """Makes a customer's request for an asset."""

    def ask(asset_id: int) -> RequestRow:
        made: RequestRow = run(desk.backend.call(requested, asset_id, confirm_by_mail=False))
        return made

    return ask


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    """The window that questions open over."""
    made = QWidget()
    made.resize(900, 700)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()
