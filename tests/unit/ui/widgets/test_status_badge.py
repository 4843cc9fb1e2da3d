"""A status is told by shape, word and colour."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from esd_desktop.models.statuses import (
    AssetStatus,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.ui.look.colours import DARK, LIGHT, Tone
from esd_desktop.ui.look.theme import Scheme, Theme
from esd_desktop.ui.look.writing import Writing
from esd_desktop.ui.widgets.shapes import paint_shape
from esd_desktop.ui.widgets.status_badge import StatusBadge, badge_font, badge_size, paint_badge
from esd_desktop.ui.widgets.statuses import AssetAxis, text_of

EVERY_STATUS = (*AssetStatus, *ProvisioningSyncStatus, *TokenStatus, *ReturnStatus)


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_every_status_has_a_word_and_an_explanation(status: AssetAxis) -> None:
    assert text_of(status).word == status.value
    assert len(text_of(status).explanation) > 10


def test_activated_cannot_be_taken_for_in_use() -> None:
    activated = text_of(TokenStatus.ACTIVATED)
    assert activated.word == "Activated"
    assert activated.label == "Activated, not redeemed"
    assert activated.explanation == "Issued; the customer has not used it yet"


def test_without_a_token_there_is_no_status() -> None:
    assert text_of(None).word == "—"


def test_each_tone_has_a_shape_of_its_own() -> None:
    shapes = {bytes(_shape(tone).constBits()) for tone in Tone}
    assert len(shapes) == len(Tone)


def test_a_badge_tells_a_screen_reader_word_and_explanation(look: Theme, qtbot: QtBot) -> None:
    badge = StatusBadge()
    qtbot.addWidget(badge)
    badge.tell_status(TokenStatus.ACTIVATED, in_full=False)
    assert badge.accessibleName() == "Activated"
    assert badge.accessibleDescription() == "Issued; the customer has not used it yet"
    assert badge.toolTip() == badge.accessibleDescription()


def test_a_badge_follows_theme_and_size_of_type(look: Theme, qtbot: QtBot) -> None:
    badge = StatusBadge(Tone.GOOD, "Redeemed")
    qtbot.addWidget(badge)
    badge.resize(badge.sizeHint())
    assert _has(badge.grab().toImage(), LIGHT.good_tint)
    look.set_scheme(Scheme.DARK)
    assert _has(badge.grab().toImage(), DARK.good_tint)
    before = badge.sizeHint()
    look.set_text_scale(1.5)
    assert badge.sizeHint().width() > before.width() * 1.3


def test_a_delegate_can_paint_a_badge_into_any_room(look: Theme) -> None:
    for width in (1, 20, 60, 400):
        image = QImage(width, 36, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        room = QRect(0, 0, width, 36)
        paint_badge(painter, room, Tone.BAD, "Failed", LIGHT, Writing(badge_font()))
        painter.end()
    assert badge_size("Failed", Writing(badge_font())).width() < 400
    assert _has(image, LIGHT.bad_tint)
    assert image.pixelColor(399, 18).alpha() == 0


def _shape(tone: Tone) -> QImage:
    image = QImage(24, 24, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_shape(painter, QRectF(0, 0, 24, 24), tone, "#000000")
    painter.end()
    return image


def _has(image: QImage, colour: str) -> bool:
    pixels = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return any(image.pixelColor(x, y).name() == colour for x, y in pixels)
