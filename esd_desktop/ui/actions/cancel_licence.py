"""B3, Cancel: a question that cannot be mistaken for closing a dialog, then the return."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from esd_desktop.models.permissions import cancel_refusal
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import TokenStatus
from esd_desktop.ui.actions.action import AssetAction, allowed, carry_out
from esd_desktop.ui.ask import Question, ask
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.formats import as_figures, as_money


async def _run(desk: Desk, parent: QWidget, asset_id: int) -> None:
    from esd_desktop.services.cancel_licence import cancel_licence

    detail = await allowed(desk, CANCEL_LICENCE.refusal, asset_id)
    answer = await ask(parent, question(detail))
    if answer.yes:
        await carry_out(desk, cancel_licence, asset_id, comment=answer.comment)


def question(detail: AssetDetail) -> Question:
    """What the person is asked."""
    return Question(
        title="Cancel this ESD licence?",
        body=_body(detail),
        facts=(
            ("Product", detail.product),
            ("Customer", detail.customer),
            ("Order", detail.order_number),
            ("Credit", f"{credit_words(detail)} to {detail.billing_to}"),
        ),
        yes="Cancel licence",
        no="Keep licence",
        dangerous=True,
        comment="Comment (optional)",
    )


def credit_words(detail: AssetDetail) -> str:
    """What cancelling gives back, as it is told: 690.19 GBP (579.99 + 110.20 VAT)."""
    words, charged = as_money(detail.credit), detail.charged
    if charged is None or not charged.tax.amount:
        return words
    net, tax = (as_figures(each) for each in (charged.amount, charged.tax))
    return f"{words} ({net} + {tax} {charged.tax_name or 'tax'})"


def _body(detail: AssetDetail) -> str:
    approves = " The request to cancel it is approved by that." if detail.request else ""
    if detail.token_status is TokenStatus.RETURN_ACCEPTED:
        return (
            "Microsoft has taken this licence back already. Cancelling closes the record and "
            f"credits it in full.{approves}"
        )
    return (
        "Microsoft takes the licence back: the customer can no longer activate it, and it is "
        f"credited in full. This cannot be undone.{approves}"
    )


CANCEL_LICENCE = AssetAction(
    name="cancel_licence",
    needs=(Right.CANCEL,),
    text="Cancel",
    icon="cancel",
    shortcut="",
    hint="Return this licence to Microsoft and credit it. You are asked first.",
    words="Cancel licence",
    refusal=cancel_refusal,
    run=_run,
    dangerous=True,
)
