"""Lists of assets to begin from, and the page of mass works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from esd_desktop.ui.desk import Desk
from esd_desktop.ui.mass.page import MassWorkPage
from tests.unit.ui.assets.conftest import shown

__all__ = ["page", "shown"]


@pytest.fixture
def page(desk: Desk, qapp: QApplication) -> Iterator[MassWorkPage]:
    made = MassWorkPage(desk)
    made.resize(1200, 800)
    yield made
    made.close()
    made.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
