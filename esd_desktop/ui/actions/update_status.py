"""B1, Update License Status: no question, it changes nothing at Microsoft."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from esd_desktop.models.permissions import update_refusal
from esd_desktop.models.rights import Right
from esd_desktop.ui.actions.action import AssetAction, carry_out
from esd_desktop.ui.desk import Desk


async def _run(desk: Desk, parent: QWidget, asset_id: int) -> None:
    from esd_desktop.services.update_status import update_status

    await carry_out(desk, update_status, asset_id)


UPDATE_STATUS = AssetAction(
    name="update_status",
    needs=(Right.UPDATE,),
    text="Update License Status",
    icon="refresh",
    shortcut="Ctrl+U",
    hint="Ask Microsoft how this licence stands.",
    words="Update license status",
    refusal=lambda facts, now: update_refusal(facts),
    run=_run,
)
