from __future__ import annotations

from PySide6.QtWidgets import QWidget

from esd_desktop.models.statuses import TokenStatus
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.ui.actions.registry import UPDATE_STATUS, start
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run


def test_a_licence_redeemed_meanwhile_is_brought_up_to_date(
    run: Run, connected_desk: Desk, bought: int, window: QWidget, sandbox: SandboxControl
) -> None:
    desk = connected_desk

    async def scenario() -> None:
        detail = await desk.read(asset_detail, bought)
        sandbox.redeem(detail.client_transaction_id)
        start(desk, UPDATE_STATUS, window, bought)
        assert [task.words for task in desk.tasks.running()] == ["Update license status"]
        await until(lambda: desk.messages.kept)
        told = desk.messages.kept[-1]
        assert told.sentence.startswith("The customer redeemed this licence on")
        assert told.correlation_id
        assert told.asset_id == bought
        after = await desk.read(asset_detail, bought)
        assert after.token_status is TokenStatus.REDEEMED

    run(scenario())


def test_five_starts_are_one_call(
    run: Run, connected_desk: Desk, bought: int, window: QWidget, sandbox: SandboxControl
) -> None:
    desk = connected_desk

    async def scenario() -> None:
        before = sandbox.calls()["read"]
        started = [start(desk, UPDATE_STATUS, window, bought) for _ in range(5)]
        assert started == [True, False, False, False, False]
        await until(lambda: desk.messages.kept)
        assert sandbox.calls()["read"] == before + 1
        assert desk.messages.kept[-1].tone is Tone.NEUTRAL

    run(scenario())


def test_a_fault_of_microsofts_is_told_in_words_and_changes_nothing(
    run: Run, desk: Desk, sown: Sown, window: QWidget
) -> None:
    async def scenario() -> None:
        before = await desk.read(asset_detail, sown.activated)
        start(desk, UPDATE_STATUS, window, sown.activated)
        await until(lambda: desk.messages.kept)
        assert desk.messages.kept[-1].tone in (Tone.BAD, Tone.WARNING)
        assert "inside ESD Desktop" not in desk.messages.kept[-1].sentence
        after = await desk.read(asset_detail, sown.activated)
        assert after.token_status is before.token_status

    run(scenario())
