"""D3a, Retry: ask Microsoft once more for the token, under the same transaction."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from esd_desktop.models.permissions import retry_refusal
from esd_desktop.models.rights import Right
from esd_desktop.ui.actions.action import AssetAction, carry_out
from esd_desktop.ui.desk import Desk


async def _run(desk: Desk, parent: QWidget, asset_id: int) -> None:
    from esd_desktop.services.provision import provision

    await carry_out(desk, provision, asset_id)


RETRY_PROVISIONING = AssetAction(
    name="provision",
    needs=(Right.ORDER,),
    text="Retry Provisioning",
    icon="retry",
    shortcut="",
    hint="Ask Microsoft for this licence again. It is never bought twice.",
    words="Retry provisioning",
    refusal=lambda facts, now: retry_refusal(facts),
    run=_run,
)
