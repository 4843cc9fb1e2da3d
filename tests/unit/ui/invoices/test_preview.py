"""The preview: as wide as there is room, larger and smaller, white in the dark."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from esd_desktop.services.invoicing.sheet import laid_out
from esd_desktop.ui.invoices.preview import Preview
from esd_desktop.ui.look.theme import Scheme, theme
from tests.unit.services.invoicing.making import invoice, item


@pytest.fixture
def preview(qtbot: QtBot) -> Preview:
    made = Preview()
    qtbot.addWidget(made)
    made.resize(500, 600)
    made.show()
    made.show_sheet(laid_out(invoice([item(at, description=f"P {at}") for at in range(40)])))
    return made


def _pages(preview: Preview) -> QWidget:
    pages = preview.widget()
    assert pages is not None
    return pages


def test_the_pages_follow_the_room(preview: Preview) -> None:
    pages = _pages(preview)
    before = pages.height()
    assert pages.width() <= preview.viewport().width()
    assert pages.height() > 3 * pages.width() * 1.3
    preview.resize(800, 600)
    assert pages.height() > before
    assert pages.width() <= preview.viewport().width()


def test_it_is_made_larger_and_smaller(preview: Preview) -> None:
    width = _pages(preview).width()
    preview.zoom_in()
    assert _pages(preview).width() > width
    preview.zoom_out()
    assert _pages(preview).width() == width
    for _ in range(30):
        preview.zoom_in()
    assert preview.zoom == 4


@pytest.mark.parametrize("up", [1, -1])
def test_ctrl_and_the_wheel_zoom(preview: Preview, up: int) -> None:
    at = QPointF(50, 50)
    event = QWheelEvent(
        at,
        at,
        QPoint(),
        QPoint(0, up * 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(preview.viewport(), event)
    assert (preview.zoom > 1) == (up > 0)
    assert preview.zoom != 1


def test_paper_is_white_in_the_dark_too(preview: Preview, look: None) -> None:
    for scheme in (Scheme.LIGHT, Scheme.DARK):
        theme().set_scheme(scheme)
        image = preview.grab().toImage()
        assert QColor(image.pixel(30, 30)) == QColor("white")
