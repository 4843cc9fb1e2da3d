"""The banners: a request that waits on an asset, and how many wait on an account."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from esd_desktop.models.permissions import cancel_refusal
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.values import utc_now
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.requests.decide import tell_request
from esd_desktop.ui.requests.wording import asked_sentence, banner_words
from esd_desktop.ui.widgets.notice import Notice


class AssetRequest(Notice):
    """The request of an asset that waits: who asked, when and why, and the buttons to decide it.
    Hidden where there is none."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(Tone.ACCENT, "", parent=parent)
        self._desk = desk
        self._shown: object = None
        self.hide()

    def show_detail(self, detail: AssetDetail) -> None:
        """Show the asset's request."""
        request = detail.request
        if request is None:
            self._shown = None
            self.hide()
            return
        refusal = cancel_refusal(detail.facts, utc_now()) if request.waits_for_staff else None
        if (request, refusal) != self._shown:
            self._shown = (request, refusal)
            words = banner_words(request, refusal)
            tell_request(self._desk, self, request, refusal, asked_sentence(request), words)
        self.show()


class AccountRequests(QWidget):
    """Says how many requests wait on an account, or on all; hidden where none does. ``list_wanted``
    asks for the list of those."""

    list_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notice = Notice(Tone.ACCENT, "", parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._notice)
        self.hide()

    def tell_waiting(self, waiting: int) -> None:
        """Show that so many wait."""
        if not waiting:
            self.hide()
            return
        what = "1 request to cancel a licence waits" if waiting == 1 else ""
        sentence = what or f"{waiting:,} requests to cancel licences wait"
        if self._notice.accessibleName() != f"{sentence}.":
            self._notice.tell(
                Tone.ACCENT, f"{sentence}.", "", [("Show Requests", self.list_wanted.emit)]
            )
        self.show()
