"""How much room words and badges take, in the type of now."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from esd_desktop.ui.lists.cells import Badge, Cell
from esd_desktop.ui.look.theme import SPACE_4, Theme
from esd_desktop.ui.widgets.status_badge import badge_font, badge_size

_KEPT = 4096


class Measure:
    """Made anew whenever the look changes."""

    def __init__(self, look: Theme) -> None:
        self.font = look.font()
        self.metrics = QFontMetrics(self.font)
        self.badge_font = badge_font()
        self.shape_side = QFontMetrics(self.badge_font).ascent()
        # The same few words stand in most rows, and each painting asks for all of them.
        self.elided = lru_cache(_KEPT)(self._elided)

    def words(self, text: str) -> int:
        """The width in which no letter is cut; the advance of a text is a fraction more."""
        return self.metrics.horizontalAdvance(text) + 1

    def badge(self, badge: Badge) -> int:
        """The width of a badge."""
        if badge.quiet:
            return self.shape_side + SPACE_4 + self.words(badge.word)
        return badge_size(badge.word, self.badge_font).width()

    def _elided(self, text: str, width: int) -> str:
        return self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)

    def cell(self, cell: Cell) -> int:
        """The width of what stands in a cell, without margins."""
        if not cell.badges:
            return self.words(cell.text)
        return sum(map(self.badge, cell.badges)) + SPACE_4 * (len(cell.badges) - 1)
