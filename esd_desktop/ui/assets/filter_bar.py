"""What narrows the asset list down: status, search, views."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from esd_desktop.ui.assets.views_menu import ViewsButton
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.filter_bar import FilterBar
from esd_desktop.ui.lists.header import RecordHeader
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.segments import Segments

_STATUSES = (("all", "All"), ("active", "Active"), ("cancelled", "Cancelled"))


class AssetFilterBar(FilterBar):
    """``status``, ``search`` and ``views`` tell by themselves what a person chose."""

    def __init__(self, desk: Desk, header: RecordHeader, parent: QWidget) -> None:
        super().__init__(
            desk,
            parent,
            filters=_STATUSES,
            filter_name="Asset status filter",
            search_hint="Search product, order, key ending…",
            search_name="Search assets",
        )
        self.views = ViewsButton(header)
        self.addWidget(self.views)
        self.export = BusyButton("Export…")
        self.addWidget(self.export)

    @property
    def status(self) -> Segments:
        """All, active or cancelled."""
        assert self.filter is not None
        return self.filter
