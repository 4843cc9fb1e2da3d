"""Asking Microsoft once more for the return of what is cancelled here and held there."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from esd_desktop.models.permissions import return_again_refusal
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetDetail
from esd_desktop.ui.actions.action import AssetAction, allowed, carry_out
from esd_desktop.ui.ask import Question, ask
from esd_desktop.ui.desk import Desk


async def _run(desk: Desk, parent: QWidget, asset_id: int) -> None:
    from esd_desktop.services.return_again import return_again

    detail = await allowed(desk, RETURN_AGAIN.refusal, asset_id)
    answer = await ask(parent, question(detail))
    if answer.yes:
        await carry_out(desk, return_again, asset_id, comment=answer.comment)


def question(detail: AssetDetail) -> Question:
    """What the person is asked."""
    return Question(
        title="Return this ESD licence again?",
        body="The record is cancelled, but Microsoft still holds the licence as active. Microsoft "
        "takes it back: the customer can no longer activate it. Nothing is credited again.",
        facts=(
            ("Product", detail.product),
            ("Customer", detail.customer),
            ("Order", detail.order_number),
        ),
        yes="Return licence",
        no="Leave it",
        dangerous=True,
        comment="Comment (optional)",
    )


RETURN_AGAIN = AssetAction(
    name="return_again",
    needs=(Right.CANCEL,),
    text="Return Again",
    icon="cancel",
    shortcut="",
    hint="Ask Microsoft once more to take this cancelled licence back. You are asked first.",
    words="Return licence again",
    refusal=lambda facts, now: return_again_refusal(facts),
    run=_run,
    dangerous=True,
)
