"""Settling a discrepancy by hand: the person says why it may stay as it is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from esd_desktop.models.discrepancy_rows import DiscrepancyRow
from esd_desktop.models.rights import Right
from esd_desktop.services.browse import discrepancy
from esd_desktop.services.settle_discrepancy import settle_discrepancy
from esd_desktop.ui.actions.action import AssetAction, carry_out
from esd_desktop.ui.ask import Question, ask
from esd_desktop.ui.desk import Desk


async def _run(desk: Desk, parent: QWidget, asset_id: int) -> None:
    row = await desk.read(discrepancy, asset_id)
    answer = await ask(parent, question(row))
    if answer.yes:
        await carry_out(desk, settle_discrepancy, asset_id, answer.comment or "")


def question(row: DiscrepancyRow) -> Question:
    """What the person is asked."""
    return Question(
        title="Leave this as it is?",
        body="The record is not changed, and Microsoft is not asked. It leaves the list until "
        "something changes; the history keeps your reason.",
        facts=(
            ("What disagrees", row.detail),
            ("Product", row.product),
            ("Customer", row.customer),
            ("Order", row.order_number),
        ),
        yes="Leave as it is",
        no="Keep on the list",
        comment="The reason",
    )


SETTLE_DISCREPANCY = AssetAction(
    name="settle_discrepancy",
    needs=(Right.SETTLE,),
    text="Leave As It Is",
    icon="check",
    shortcut="",
    hint="Take this off the list without changing anything, and say why.",
    words="Settle discrepancy by hand",
    # Whether it may be left as it is depends on what disagrees, which the list knows.
    refusal=lambda facts, now: None,
    run=_run,
)
