"""A desk that is connected to the sandbox, with a customer, and a window to open dialogs over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from esd_desktop.services.add_account import AccountForm, add_account
from esd_desktop.ui.desk import Desk
from tests.support.window import Run


@pytest.fixture
def below(qapp: QApplication, run: Run) -> Iterator[QWidget]:
    """The window that dialogs open over."""
    window = QWidget()
    window.resize(1000, 800)
    window.show()
    yield window
    window.close()
    window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def customer(run: Run, connected_desk: Desk) -> int:
    """The id of a customer who can be ordered for."""
    form = AccountForm("Aegean Shipping SA", "office@aegean.example", "GR", "en", "C-201")
    return run(connected_desk.backend.call(add_account, form)).id
