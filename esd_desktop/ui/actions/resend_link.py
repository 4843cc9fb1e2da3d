"""B2, Resend Activation Link: the person sees to which address before it goes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from esd_desktop.models.permissions import resend_refusal
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetDetail
from esd_desktop.ui.actions.action import AssetAction, allowed, carry_out
from esd_desktop.ui.ask import Question, ask
from esd_desktop.ui.desk import Desk


async def _run(desk: Desk, parent: QWidget, asset_id: int) -> None:
    from esd_desktop.services.resend_link import recipient, resend_link

    detail = await allowed(desk, RESEND_LINK.refusal, asset_id)
    address = await desk.read(recipient, asset_id)
    answer = await ask(parent, question(detail, address))
    if answer.yes:
        await carry_out(desk, resend_link, asset_id, confirmed_address=address)


def question(detail: AssetDetail, address: str) -> Question:
    """What the person is asked."""
    return Question(
        title="Send the activation link again?",
        body="The mail “Welcome Microsoft ESD”, with the licence key and the activation link, goes "
        "to this address.",
        facts=(
            ("To", address),
            ("Customer", detail.customer),
            ("Product", detail.product),
            ("Token", detail.masked_key or "—"),
        ),
        yes="Send mail",
        no="Don’t send",
    )


RESEND_LINK = AssetAction(
    name="resend_link",
    needs=(Right.RESEND,),
    text="Resend Activation Link",
    icon="mail",
    shortcut="Ctrl+E",
    hint="Send the customer the key and the activation link again.",
    words="Resend activation link",
    refusal=lambda facts, now: resend_refusal(facts),
    run=_run,
)
