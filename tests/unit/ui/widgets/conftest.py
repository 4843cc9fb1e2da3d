"""Every test begins with the light theme at its usual size, and leaves it so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from esd_desktop.ui.look.theme import Scheme, Theme, theme


@pytest.fixture
def look(qapp: QApplication) -> Iterator[Theme]:
    """The application's theme."""
    _usual(theme())
    yield theme()
    _usual(theme())


def _usual(dressed: Theme) -> None:
    if dressed.scheme is not Scheme.LIGHT:
        dressed.set_scheme(Scheme.LIGHT)
    if dressed.scale != 1.0:
        dressed.set_text_scale(1.0)
