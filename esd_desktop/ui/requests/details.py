"""Everything about the request that the list has selected, and the buttons that decide it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.permissions import cancel_refusal
from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.values import utc_now
from esd_desktop.services.browse import asset_detail, cancellation_request
from esd_desktop.services.changes import Changes
from esd_desktop.ui.actions.action import task_key
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_moment, as_money
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Ground, Text, lay_on, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_12, SPACE_16, SPACE_20, theme
from esd_desktop.ui.requests.decide import decision_buttons
from esd_desktop.ui.requests.wording import (
    confirmation_words,
    request_tone,
    requester_words,
    standing_lines,
    state_text,
)
from esd_desktop.ui.widgets.empty_state import EmptyState
from esd_desktop.ui.widgets.facts import Fact, FactButton, FactGroup, FactList
from esd_desktop.ui.widgets.group import Group
from esd_desktop.ui.widgets.notice import Notice
from esd_desktop.ui.widgets.progress_line import ProgressLine
from esd_desktop.ui.widgets.statuses import text_of
from esd_desktop.ui.widgets.wrapped import wrapped_label

_TASK = "request details"
_NONE = "—"
_EMS = 28


class RequestDetails(Group):
    """``show_request`` says which; what is shown follows the store."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("Request details", parent)
        self._desk = desk
        self._request_id: int | None = None
        self._shown: RequestRow | None = None
        self._product = wrapped_label()
        self._whose = QLabel()
        self.notice = Notice(Tone.NEUTRAL, "")
        self.facts = FactList("Request")
        self._empty = EmptyState("cancel", "", "")
        self._progress = ProgressLine("Working on this request")
        self._scroll = QScrollArea()
        self._pages = QStackedWidget()
        self._lay_out()
        self.show_request(None)
        desk.bus.store_changed.connect(self._store_changed)
        desk.tasks.changed.connect(self._task_changed)

    def sizeHint(self) -> QSize:
        """Wide enough for labels beside their values."""
        return QSize(_EMS * theme().px(), super().sizeHint().height())

    def show_request(self, request_id: int | None) -> None:
        """Show a request, or with None that none is selected."""
        self._request_id = request_id
        if request_id is not None:
            self._load()
            return
        self._desk.tasks.cancel(_TASK)
        self._shown = None
        self._progress.stop()
        self._empty.tell(
            "cancel", "No request selected", "Select a request in the list to see all about it."
        )
        self._pages.setCurrentWidget(self._empty)

    def _load(self) -> None:
        if self._request_id is not None:
            work = partial(self._read, self._request_id)
            self._desk.tasks.run(_TASK, work, owner=self, latest=True)

    async def _read(self, request_id: int) -> None:
        try:
            request = await self._desk.read(cancellation_request, request_id)
            detail = await self._desk.read(asset_detail, request.asset_id)
        except EsdError as fault:
            self._shown = None
            self._empty.tell_not_loaded(f"{fault.sentence} {fault.advice}".strip(), self._load)
            self._pages.setCurrentWidget(self._empty)
            return
        if request_id == self._request_id:
            self._show(request, detail)

    def _show(self, request: RequestRow, detail: AssetDetail) -> None:
        is_another = self._shown is None or self._shown.id != request.id
        self._shown = request
        refusal = cancel_refusal(detail.facts, utc_now()) if request.waits_for_staff else None
        self._product.setText(request.product)
        self._whose.setText(f"{request.customer} · {request.order_number}")
        self.notice.tell(
            request_tone(request, refusal),
            f"{state_text(request.state).label}.",
            "\n".join(standing_lines(request, refusal)),
            decision_buttons(self._desk, self.window(), request, refusal),
        )
        groups = [_asked(request), self._licence(request, detail)]
        if not request.waits_for_staff:
            groups.insert(1, _decided(request))
        self.facts.show_groups(groups)
        if is_another:
            self._scroll.verticalScrollBar().setValue(0)
        self._pages.setCurrentWidget(self._scroll)
        self._task_changed(task_key(request.asset_id))

    def _licence(self, request: RequestRow, detail: AssetDetail) -> FactGroup:
        go = self._desk.navigator
        asset = FactButton(
            "chevron-right", "Show the asset", partial(go.asset_wanted.emit, request.asset_id)
        )
        customer = FactButton(
            "chevron-right",
            f"Open the account {request.customer}",
            partial(go.account_wanted.emit, request.customer_id),
        )
        status = text_of(request.token_status)
        until = request.returnable_until
        return FactGroup(
            "Licence",
            [
                Fact("Product", request.product, (asset,)),
                Fact("Customer", request.customer, (customer,)),
                Fact("Billing To", request.billing_to),
                Fact("Order", request.order_number),
                Fact("Status", request.status.value),
                Fact("Token Status", f"{status.label}\n{status.explanation}"),
                Fact("Returnable Until", as_moment(until) if until else "No time limit is known"),
                Fact("Charged", as_money(detail.credit)),
            ],
        )

    def _lay_out(self) -> None:
        lay_on(self, Ground.SURFACE)
        write_as(self._product, Text.HEADING)
        self._whose.setTextFormat(Qt.TextFormat.PlainText)
        self._whose.setWordWrap(True)
        write_as(self._whose, Text.MUTED)
        content = QWidget()
        parts = QVBoxLayout(content)
        parts.setContentsMargins(SPACE_20, SPACE_16, SPACE_20, SPACE_20)
        parts.setSpacing(SPACE_4)
        parts.addWidget(self._product)
        parts.addWidget(self._whose)
        parts.addSpacing(SPACE_12)
        parts.addWidget(self.notice)
        parts.addSpacing(SPACE_16)
        parts.addWidget(self.facts)
        parts.addStretch(1)
        self._scroll.setWidget(content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._progress)
        column.addWidget(self._pages)

    def _store_changed(self, changes: Changes) -> None:
        shown = self._shown
        if self._request_id is None:
            return
        concerned = (
            changes.everything
            or self._request_id in changes.requests
            or shown is None
            or shown.asset_id in changes.assets
            or bool({shown.customer_id, shown.billing_to_id} & changes.accounts)
        )
        if concerned:
            self._load()

    def _task_changed(self, key: str) -> None:
        if self._shown is None or key != task_key(self._shown.asset_id):
            return
        if self._desk.tasks.is_busy(key):
            self._progress.run()
        else:
            self._progress.stop()


def _asked(request: RequestRow) -> FactGroup:
    return FactGroup(
        "Request",
        [
            Fact("Requested By", requester_words(request)),
            Fact("Requested", as_moment(request.requested_at)),
            Fact("Comment", request.comment or _NONE),
            Fact("Instructions", request.instructions or _NONE),
            Fact("Confirmation", confirmation_words(request)),
        ],
    )


def _decided(request: RequestRow) -> FactGroup:
    facts = [
        Fact("Decided By", request.decided_by or _NONE),
        Fact("Decided", as_moment(request.decided_at) if request.decided_at else _NONE),
        Fact("Comment", request.decision_comment or _NONE),
    ]
    if request.outcome:
        facts.append(Fact("Outcome", request.outcome))
    if request.credit_number:
        facts.append(Fact("Credited With", request.credit_number))
    return FactGroup("Decision", facts)
