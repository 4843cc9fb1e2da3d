"""Everything about the request that the list has selected, and the buttons that decide it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from esd_desktop.models.permissions import cancel_refusal
from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.values import utc_now
from esd_desktop.services.browse import asset_detail, cancellation_request
from esd_desktop.services.changes import Changes
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_moment, as_money
from esd_desktop.ui.lists.record_details import RecordDetails
from esd_desktop.ui.look.theme import theme
from esd_desktop.ui.requests.decide import tell_request
from esd_desktop.ui.requests.wording import (
    confirmation_words,
    requester_words,
    standing_lines,
    state_text,
)
from esd_desktop.ui.widgets.facts import Fact, FactGroup
from esd_desktop.ui.widgets.statuses import text_of

_NONE = "—"
_EMS = 28
_Loaded = tuple[RequestRow, AssetDetail]


class RequestDetails(RecordDetails[RequestRow, _Loaded]):
    """A request, and the licence that it is about."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        hint = "Select a request in the list to see all about it."
        super().__init__(desk, parent, noun="request", icon="cancel", hint=hint)
        self.parts.addStretch(1)

    def sizeHint(self) -> QSize:
        """Wide enough for labels beside their values."""
        return QSize(_EMS * theme().px(), super().sizeHint().height())

    async def read(self, record_id: int) -> _Loaded:
        """The request and its licence."""
        request = await self._desk.read(cancellation_request, record_id)
        return request, await self._desk.read(asset_detail, request.asset_id)

    def present(self, loaded: _Loaded) -> RequestRow:
        """Write them into the widgets."""
        request, detail = loaded
        refusal = cancel_refusal(detail.facts, utc_now()) if request.waits_for_staff else None
        self.heading.setText(request.product)
        self.whose.setText(f"{request.customer} · {request.order_number}")
        sentence = f"{state_text(request.state).label}."
        words = "\n".join(standing_lines(request, refusal))
        tell_request(self._desk, self.notice, request, refusal, sentence, words)
        groups = [_asked(request), self._licence(request, detail)]
        if not request.waits_for_staff:
            groups.insert(1, _decided(request))
        self.facts.show_groups(groups)
        return request

    def concerns(self, changes: Changes, shown: RequestRow, record_id: int) -> bool:
        """The account that is billed is told here as well."""
        return record_id in changes.requests or shown.billing_to_id in changes.accounts

    def _licence(self, request: RequestRow, detail: AssetDetail) -> FactGroup:
        asset, customer = self.links(request)
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
