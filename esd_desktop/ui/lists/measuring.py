"""How much room words and badges take, in the type of now."""

from __future__ import annotations

from esd_desktop.ui.lists.cells import Badge, Cell
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8, Theme
from esd_desktop.ui.look.writing import Writing
from esd_desktop.ui.widgets.status_badge import badge_font, badge_size

# What a cell leaves free at its left and at its right.
MARGIN = SPACE_8


class Measure:
    """Made anew whenever the look changes."""

    def __init__(self, look: Theme) -> None:
        self.words = Writing(look.font())
        self.badges = Writing(badge_font())
        self.shape_side = self.badges.metrics.ascent()

    def badge(self, badge: Badge) -> int:
        """The width of a badge."""
        if badge.quiet:
            return self.shape_side + SPACE_4 + self.words.width(badge.word)
        return badge_size(badge.word, self.badges).width()

    def cell(self, cell: Cell) -> int:
        """The width of what stands in a cell, without margins."""
        if not cell.badges:
            return self.words.width(cell.text)
        return sum(map(self.badge, cell.badges)) + SPACE_4 * (len(cell.badges) - 1)
