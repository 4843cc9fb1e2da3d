"""What disagrees about the selected record, in full, with the buttons that settle it."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from esd_desktop.models.discrepancy_rows import DiscrepancyRow
from esd_desktop.ui.actions.registry import start
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.discrepancies.wording import action_of, kind_text
from esd_desktop.ui.formats import as_moment
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.widgets.notice import Notice

_NONE = "Select a line to see what settles it."


class DiscrepancyDetails(Notice):
    """``show_row`` says which; texts and buttons change in place."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(Tone.NEUTRAL, _NONE, parent=parent)
        self._desk = desk
        self._shown: DiscrepancyRow | None = None

    def show_row(self, row: DiscrepancyRow | None) -> None:
        """Show a record, or with None that none is selected."""
        if row == self._shown:
            return
        self._shown = row
        if row is None:
            self.tell(Tone.NEUTRAL, _NONE)
            return
        told = kind_text(row.kind)
        whose = f"{row.product} · {row.order_number} · {row.customer}"
        advice = f"{whose}, since {as_moment(row.since)}\n{told.explanation}"
        actions = [action_of(remedy) for remedy in row.remedies]
        buttons = [
            (action.text, partial(start, self._desk, action, self.window(), row.id))
            for action in actions
        ]
        self.tell(told.tone, row.detail, advice, buttons)
        for button, action in zip(self.buttons(), actions, strict=True):
            self._desk.rights.guard(button, *action.needs)
