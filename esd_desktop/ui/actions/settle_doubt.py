"""Settling a lost answer now instead of waiting for the journal."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QWidget

from esd_desktop.models.permissions import Facts
from esd_desktop.services.settle_doubt import SETTLING, settle_asset
from esd_desktop.ui.actions.action import AssetAction, carry_out
from esd_desktop.ui.desk import Desk


async def _run(desk: Desk, parent: QWidget, asset_id: int) -> None:
    await carry_out(desk, settle_asset, asset_id)


def _refusal(facts: Facts, now: datetime) -> str | None:
    return None if facts.unsettled else "There is no lost answer to settle for this licence now."


SETTLE_DOUBT = AssetAction(
    name="settle_doubt",
    needs=SETTLING,
    text="Settle Now",
    icon="retry",
    shortcut="",
    hint="Ask Microsoft what became of the call whose answer was lost. Nothing is done twice.",
    words="Settle lost answer",
    refusal=_refusal,
    run=_run,
)
