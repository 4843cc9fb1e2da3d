"""The list of requests to cancel (D4), with everything about the selected one beside it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from esd_desktop.models.listing import ListKind
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.lists.record_page import RecordPage
from esd_desktop.ui.requests.columns import COLUMNS
from esd_desktop.ui.requests.details import RequestDetails

_FILTERS = (
    ("all", "All"),
    ("waiting", "Waiting"),
    ("approved", "Approved"),
    ("declined", "Declined"),
    ("withdrawn", "Withdrawn"),
    ("refused", "Refused"),
)


class RequestsPage(RecordPage):
    """Those of an account or of all; an opened one shows its asset."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            parent,
            kind=ListKind.REQUESTS,
            columns=COLUMNS,
            name="requests",
            title="Requests",
            filters=_FILTERS,
            search_hint="Customer, product, order",
        )
        self.details = RequestDetails(desk, self)
        self.set_details(self.details)
        self.list.set_nothing_yet(
            "No requests yet",
            "Customers who want to give a licence back ask for it; so can you, with Request "
            "Cancellation in the asset’s menu.",
        )
        self.list.selected.connect(self.details.show_record)
        self.list.opened.connect(self._show_asset)

    def _show_asset(self, request_id: int) -> None:
        row = self.list.row(request_id)
        if row is not None:
            self._desk.navigator.asset_wanted.emit(row.asset_id)
