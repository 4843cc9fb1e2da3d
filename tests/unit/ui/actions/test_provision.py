from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from esd_desktop.models.statuses import ProvisioningSyncStatus
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, connection_list
from esd_desktop.ui.actions.registry import RETRY_PROVISIONING, start
from esd_desktop.ui.desk import Desk
from tests.support.connecting import order
from tests.support.waiting import until
from tests.support.window import Run


@pytest.fixture
def ordered(run: Run, connected_desk: Desk) -> int:
    """An asset that was ordered; Microsoft has not been asked for it."""
    (connection,) = run(connected_desk.read(connection_list))
    (asset_id,) = run(connected_desk.backend.call(order, connection.id))
    return asset_id


def test_retrying_gets_the_token(
    run: Run, connected_desk: Desk, ordered: int, window: QWidget
) -> None:
    desk = connected_desk

    async def scenario() -> None:
        start(desk, RETRY_PROVISIONING, window, ordered)
        await until(lambda: desk.messages.kept)
        detail = await desk.read(asset_detail, ordered)
        assert detail.provisioning_sync_status is ProvisioningSyncStatus.SYNCHRONIZED
        assert detail.masked_key is not None

    run(scenario())


def test_microsofts_refusal_is_told_and_kept_on_the_asset(
    run: Run, connected_desk: Desk, ordered: int, window: QWidget, sandbox: SandboxControl
) -> None:
    desk = connected_desk

    async def scenario() -> None:
        sandbox.set_fault("issue", "error", status=400, code="UnknownSku")
        start(desk, RETRY_PROVISIONING, window, ordered)
        await until(lambda: desk.messages.kept)
        detail = await desk.read(asset_detail, ordered)
        assert detail.provisioning_sync_status is ProvisioningSyncStatus.FAILED
        assert detail.synchronization_details == desk.messages.kept[-1].sentence

    run(scenario())
