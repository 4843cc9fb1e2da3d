"""Icons are sharp at every scale and wear the colours of the moment."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from esd_desktop.ui.look.colours import DARK, LIGHT
from esd_desktop.ui.look.drawings import names
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.look.theme import Scheme, Theme

NEEDED = """
account activity asset building cancel catalogue check chevron-down chevron-left chevron-right
clear clock columns connection copy customer delete details error export eye eye-off filter help
import info key mail plus quit refresh reseller retry search settings undo warning
""".split()


def test_every_icon_that_the_screens_need_is_drawn() -> None:
    assert set(NEEDED) <= set(names())


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0, 2.5])
def test_an_icon_is_drawn_in_the_pixels_of_the_screen(look: Theme, name: str, scale: float) -> None:
    drawn = icon(name).pixmap(QSize(16, 16), scale)
    assert drawn.size() == QSize(16, 16) * scale
    assert drawn.deviceIndependentSize().toSize() == QSize(16, 16)
    assert _darkest(drawn.toImage()).alpha() > 150


def test_no_two_icons_look_the_same(look: Theme) -> None:
    drawn = {bytes(icon(name).pixmap(16, 16).toImage().constBits()) for name in names()}
    assert len(drawn) == len(names())


def test_an_icon_wears_the_colour_of_its_state(look: Theme) -> None:
    search = icon("search")
    assert _colour(search, QIcon.Mode.Normal) == LIGHT.text
    assert _colour(search, QIcon.Mode.Disabled) == LIGHT.text_disabled
    assert _colour(search, QIcon.Mode.Selected) == LIGHT.selection_text
    assert _colour(icon("cancel", colour="bad"), QIcon.Mode.Normal) == LIGHT.bad


def test_an_icon_in_a_button_follows_the_theme(look: Theme, qtbot: QtBot) -> None:
    button = QPushButton(icon("search"), "")
    qtbot.addWidget(button)
    assert _colour(button.icon(), QIcon.Mode.Normal) == LIGHT.text
    look.set_scheme(Scheme.DARK)
    assert _colour(button.icon(), QIcon.Mode.Normal) == DARK.text


def test_an_icon_grows_with_the_type_and_not_beyond_its_size(look: Theme) -> None:
    assert icon("search").actualSize(QSize(64, 64)) == QSize(16, 16)
    assert icon("search", 20).actualSize(QSize(64, 64)) == QSize(20, 20)
    look.set_text_scale(1.5)
    assert icon("search").actualSize(QSize(64, 64)) == QSize(24, 24)


def test_an_unknown_icon_is_refused_at_once(look: Theme) -> None:
    with pytest.raises(KeyError):
        icon("no-such-drawing")


def test_copies_of_an_icon_outlive_it(look: Theme) -> None:
    first = icon("search")
    shared, changed = QIcon(first), QIcon(first)
    changed.addPixmap(QPixmap(4, 4))
    del first
    gc.collect()
    assert _colour(shared, QIcon.Mode.Normal) == LIGHT.text
    assert _colour(changed, QIcon.Mode.Normal) == LIGHT.text


def _colour(drawn: QIcon, mode: QIcon.Mode) -> str:
    return _darkest(drawn.pixmap(QSize(32, 32), 2.0, mode).toImage()).name()


def _darkest(image: QImage) -> QColor:
    """The most opaque pixel."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return max(pixels, key=QColor.alpha)
