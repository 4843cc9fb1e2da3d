"""D4 on the customer's behalf: a request to cancel, for somebody to approve or decline."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QWidget
from shiboken6 import isValid

from esd_desktop.models.permissions import request_refusal
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import Requester
from esd_desktop.ui.actions.action import AssetAction, allowed, carry_out
from esd_desktop.ui.ask import answered
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.roles import Kind
from esd_desktop.ui.requests.comment_field import CommentField
from esd_desktop.ui.widgets.dialog import Dialog
from esd_desktop.ui.widgets.facts import Fact, FactGroup, FactList


async def _run(desk: Desk, parent: QWidget, asset_id: int) -> None:
    from esd_desktop.services.request_cancellation import request_cancellation

    detail = await allowed(desk, REQUEST_CANCELLATION.refusal, asset_id)
    dialog = RequestDialog(detail, parent)
    if await answered(dialog) and isValid(dialog):
        await carry_out(
            desk,
            request_cancellation,
            asset_id,
            requester=Requester.STAFF,
            comment=dialog.comment,
            confirm_by_mail=dialog.confirms,
        )


class RequestDialog(Dialog):
    """Which licence, why, and whether the customer is told by mail."""

    def __init__(self, detail: AssetDetail, parent: QWidget) -> None:
        super().__init__(
            "Request this cancellation?",
            "Nothing is cancelled yet: somebody approves or declines the request. Until then it "
            "can be withdrawn.",
            parent,
        )
        facts = FactList("Licence")
        facts.show_groups([FactGroup("", _facts(detail))])
        self._comment = CommentField("Comment (optional)", self)
        self._confirm = QCheckBox(_confirmation(detail.customer_email), self)
        self._confirm.setChecked(bool(detail.customer_email))
        self._confirm.setEnabled(bool(detail.customer_email))
        for part in (facts, self._comment, self._confirm):
            self.body.addWidget(part)
        self.add_button("Keep licence", False, escape=True)
        self.add_button("Request cancellation", True, kind=Kind.PRIMARY)
        self._comment.setFocus()

    @property
    def comment(self) -> str | None:
        """Why, as typed."""
        return self._comment.text or None

    @property
    def confirms(self) -> bool:
        """Whether the customer is told by mail."""
        return self._confirm.isChecked()


def _confirmation(address: str | None) -> str:
    if address:
        return f"Tell {address} what becomes of it"
    return "The account has no e-mail address to tell what becomes of it"


def _facts(detail: AssetDetail) -> list[Fact]:
    return [
        Fact("Product", detail.product),
        Fact("Customer", detail.customer),
        Fact("Order", detail.order_number),
    ]


REQUEST_CANCELLATION = AssetAction(
    name="request_cancellation",
    needs=(Right.REQUEST,),
    text="Request Cancellation…",
    icon="clock",
    shortcut="",
    hint="Ask for the cancellation on the customer’s behalf; somebody then approves or declines.",
    words="Request cancellation",
    refusal=request_refusal,
    run=_run,
)
