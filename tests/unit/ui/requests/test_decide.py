"""Deciding a request: what is asked before, and what comes of each answer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.statuses import AssetStatus, RequestState
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, cancellation_request
from esd_desktop.services.decide_request import decline
from esd_desktop.services.update_status import update_status
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.requests.decide import APPROVE, DECLINE, WITHDRAW, start_deciding
from tests.support.requesting import CUSTOMER
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.actions.asking import button, comment, facts, open_question, question
from tests.unit.ui.requests.conftest import Ask


async def now(desk: Desk, request: RequestRow) -> RequestRow:
    return await desk.read(cancellation_request, request.id)


def test_approving_asks_as_cancelling_does_and_keeps_by_default(
    run: Run, desk: Desk, sown: Sown, window: QWidget, asked: Ask
) -> None:
    request = asked(sown.activated)

    async def scenario() -> None:
        start_deciding(desk, APPROVE, window, request)
        dialog = await question()
        assert dialog.windowTitle() == "Approve this cancellation?"
        named = facts(dialog)
        assert named["Product"] == "Office Home & Business 2024"
        assert named["Customer"] == "Müller & Söhne KG"
        assert named["Requested by"] == f"{CUSTOMER}, the customer"
        assert named["Their comment"] == "Bought twice"
        assert "249" in named["Credit"]
        assert button(dialog, "Keep licence").isDefault()
        assert not button(dialog, "Approve and cancel licence").isDefault()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: not desk.tasks.running())
        assert await now(desk, request) == request

    run(scenario())


def test_approving_cancels_and_tells_the_credit(
    run: Run, connected_desk: Desk, bought: int, window: QWidget, asked: Ask
) -> None:
    desk, request = connected_desk, asked(bought)

    async def scenario() -> None:
        start_deciding(desk, APPROVE, window, request)
        dialog = await question()
        comment(dialog).setText("As you wish")
        button(dialog, "Approve and cancel licence").click()
        await until(lambda: desk.messages.kept)
        assert desk.messages.kept[-1].tone is Tone.GOOD
        assert "credited with" in desk.messages.kept[-1].sentence
        row = await now(desk, request)
        assert (row.state, row.decision_comment) == (RequestState.APPROVED, "As you wish")
        assert (await desk.read(asset_detail, bought)).status is AssetStatus.CANCELLED

    run(scenario())


def test_what_cannot_be_approved_is_told_instead_of_asked(
    run: Run,
    connected_desk: Desk,
    bought: int,
    window: QWidget,
    asked: Ask,
    sandbox: SandboxControl,
) -> None:
    desk, request = connected_desk, asked(bought)

    async def scenario() -> None:
        detail = await desk.read(asset_detail, bought)
        sandbox.redeem(detail.client_transaction_id)
        await desk.backend.call(update_status, bought)
        start_deciding(desk, APPROVE, window, request)
        await until(lambda: desk.messages.kept)
        assert "redeemed" in desk.messages.kept[-1].sentence
        assert "Decline the request" in desk.messages.kept[-1].advice
        assert open_question() is None

    run(scenario())


def test_declining_needs_a_reason(
    run: Run, desk: Desk, sown: Sown, window: QWidget, asked: Ask
) -> None:
    request = asked(sown.activated)

    async def scenario() -> None:
        start_deciding(desk, DECLINE, window, request)
        dialog = await question()
        declining = button(dialog, "Decline request")
        field = dialog.findChild(QPlainTextEdit)
        assert isinstance(field, QPlainTextEdit)
        assert not declining.isEnabled()
        field.setPlainText("  ")
        assert not declining.isEnabled()
        field.setPlainText("It is in use")
        declining.click()
        await until(lambda: desk.messages.kept)
        row = await now(desk, request)
        assert (row.state, row.decision_comment) == (RequestState.DECLINED, "It is in use")

    run(scenario())


def test_withdrawing_asks_first(
    run: Run, desk: Desk, sown: Sown, window: QWidget, asked: Ask
) -> None:
    request = asked(sown.activated)

    async def scenario() -> None:
        start_deciding(desk, WITHDRAW, window, request)
        button(await question(), "Keep request").click()
        await until(lambda: not desk.tasks.running())
        assert (await now(desk, request)).waits_for_staff
        start_deciding(desk, WITHDRAW, window, request)
        button(await question(), "Withdraw request").click()
        await until(lambda: desk.messages.kept)
        assert (await now(desk, request)).state is RequestState.WITHDRAWN

    run(scenario())


def test_somebody_who_was_quicker_is_named(
    run: Run, desk: Desk, sown: Sown, window: QWidget, asked: Ask
) -> None:
    request = asked(sown.activated)

    async def scenario() -> None:
        start_deciding(desk, WITHDRAW, window, request)
        dialog = await question()
        await desk.backend.call(decline, request.id, request.version, comment="No")
        button(dialog, "Withdraw request").click()
        await until(lambda: desk.messages.kept)
        assert "declined this request on" in desk.messages.kept[-1].sentence
        # And where it is known already, nothing is asked at all.
        await until(lambda: not desk.tasks.running())
        start_deciding(desk, APPROVE, window, request)
        await until(lambda: len(desk.messages.kept) == 2)
        assert open_question() is None

    run(scenario())
