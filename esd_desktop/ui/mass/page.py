"""The Mass work tab: every work on many assets, whoever began it, and the one that is selected."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from esd_desktop.models.listing import ListKind
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.record_page import RecordPage
from esd_desktop.ui.mass.columns import WORKS
from esd_desktop.ui.mass.details import WorkDetails
from esd_desktop.ui.mass.wording import FILTERS

_NAME = "mass works"
# At first, in parts of the whole.
_SHARES = [400, 600]


class MassWorkPage(RecordPage):
    """The newest work is selected where none is. Enter leads to its results."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            parent,
            kind=ListKind.WORKS,
            columns=WORKS,
            name=_NAME,
            title="Mass works",
            filters=FILTERS,
            search_hint="Assets, person",
        )
        self.details = WorkDetails(desk)
        self.set_details(self.details)
        for place, share in enumerate(_SHARES):
            self._parts.setStretchFactor(place, share)
        if not desk.memory.recall(f"{_NAME} parts", []):
            self._parts.setSizes(_SHARES)
        self.list.set_nothing_yet(
            "No mass work yet",
            "Select several assets, or choose All below their list, and update, mail or cancel "
            "them at once. How far it is shows here.",
        )
        self.list.selected.connect(self.details.show_work)
        self.list.opened.connect(lambda _: self.details.results.list.setFocus())
        self.list.counted.connect(self._select_newest)

    def export(self) -> None:
        """Write the results of the work that is shown into a file; the list of works without."""
        if self.details.work_id is not None:
            self.details.results.export()
        else:
            super().export()

    def remember(self) -> None:
        """Keep what both lists keep for the next start."""
        super().remember()
        self.details.results.remember()

    def _select_newest(self) -> None:
        if self.list.selected_id is None and self.list.model.row_at(0) is not None:
            self.list.selection.select_at(0)
