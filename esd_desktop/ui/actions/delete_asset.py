"""B4, Delete: off the list after asking, and back with Undo. Microsoft is not told."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from esd_desktop.models.permissions import delete_refusal
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetDetail
from esd_desktop.ui.actions.action import AssetAction, allowed, carry_out, only, task_key
from esd_desktop.ui.ask import Question, ask
from esd_desktop.ui.desk import Desk


async def _run(desk: Desk, parent: QWidget, asset_id: int) -> None:
    from esd_desktop.services.delete_asset import delete_asset

    detail = await allowed(desk, DELETE_ASSET.refusal, asset_id)
    answer = await ask(parent, question(detail))
    if not answer.yes:
        return
    outcome = await desk.do(only(asset_id), delete_asset, asset_id)
    desk.messages.outcome(outcome, action=("Undo", partial(undo, desk, asset_id)))


def question(detail: AssetDetail) -> Question:
    """What the person is asked."""
    return Question(
        title="Delete this record?",
        body="The record leaves the list. The licence stays active at Microsoft: it is not "
        "returned, and nothing is credited. To give it back, cancel it instead.",
        facts=(
            ("Product", detail.product),
            ("Customer", detail.customer),
            ("Order", detail.order_number),
        ),
        yes="Delete record",
        no="Keep record",
        dangerous=True,
    )


def undo(desk: Desk, asset_id: int) -> None:
    """Put a deleted record back on the list."""
    from esd_desktop.services.delete_asset import restore_asset

    # The view that it was deleted from may be gone by then, so none owns this.
    desk.tasks.run(
        task_key(asset_id),
        lambda: carry_out(desk, restore_asset, asset_id),
        owner=desk.tasks,
        words=RESTORE_ASSET.words,
    )


async def _restore(desk: Desk, parent: QWidget, asset_id: int) -> None:
    from esd_desktop.services.delete_asset import restore_asset

    await carry_out(desk, restore_asset, asset_id)


DELETE_ASSET = AssetAction(
    name="delete_asset",
    needs=(Right.DELETE,),
    text="Delete",
    icon="delete",
    shortcut="Del",
    hint="Take this record off the list. You are asked first; the licence stays at Microsoft.",
    words="Delete record",
    refusal=lambda facts, now: delete_refusal(facts),
    run=_run,
)

RESTORE_ASSET = AssetAction(
    name="restore_asset",
    needs=(Right.DELETE,),
    text="Restore Record",
    icon="undo",
    shortcut="",
    hint="Put this record back on the list.",
    words="Restore record",
    # Offered on deleted records only, and those have nothing against it.
    refusal=lambda facts, now: None,
    run=_restore,
)
