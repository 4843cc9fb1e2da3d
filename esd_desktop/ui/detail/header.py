"""The top of the pane: which licence it is, and its statuses as words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import ProvisioningSyncStatus
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_8
from esd_desktop.ui.widgets.flow_toolbar import FlowToolbar
from esd_desktop.ui.widgets.status_badge import StatusBadge
from esd_desktop.ui.widgets.statuses import AssetAxis
from esd_desktop.ui.widgets.wrapped import wrapped_label


class Header(QWidget):
    """Product, customer and order, and a badge for each status that says something now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._product = wrapped_label()
        write_as(self._product, Text.HEADING)
        self._whose = QLabel()
        self._whose.setTextFormat(Qt.TextFormat.PlainText)
        self._whose.setWordWrap(True)
        write_as(self._whose, Text.MUTED)
        self._badges = FlowToolbar("Statuses", fill=False)
        self._shown: tuple[AssetAxis | str, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_4)
        column.addWidget(self._product)
        column.addWidget(self._whose)
        column.addSpacing(SPACE_8 - SPACE_4)
        column.addWidget(self._badges)

    def show_detail(self, detail: AssetDetail) -> None:
        """Show an asset."""
        self._product.setText(detail.product)
        self._whose.setText(f"{detail.customer} · {detail.order_number}")
        wanted = statuses_of(detail)
        if wanted != self._shown:
            self._shown = wanted
            self._badges.set_items(_badge(status) for status in wanted)


def statuses_of(detail: AssetDetail) -> tuple[AssetAxis | str, ...]:
    """The statuses worth a badge: the token's, the record's, and provisioning that is not over."""
    worth: list[AssetAxis | str] = []
    if detail.provisioning_sync_status is not ProvisioningSyncStatus.SYNCHRONIZED:
        worth.append(detail.provisioning_sync_status)
    if detail.token_status is not None:
        worth.append(detail.token_status)
    worth.append("Deleted" if detail.deleted_at else detail.status)
    return tuple(worth)


def _badge(status: AssetAxis | str) -> StatusBadge:
    badge = StatusBadge()
    if isinstance(status, AssetAxis):
        badge.tell_status(status)
    else:
        badge.tell(Tone.BAD, status, "This record was taken off the list")
    return badge
