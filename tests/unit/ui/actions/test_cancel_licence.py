from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from esd_desktop.models.statuses import AssetStatus, ReturnStatus, TokenStatus
from esd_desktop.models.values import Money
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.ui.actions.cancel_licence import question as question_about
from esd_desktop.ui.actions.registry import CANCEL_LICENCE, start
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.actions.asking import button, comment, facts, open_question, question
from tests.unit.ui.detail.making import INVOICE, make_detail


def test_the_question_cannot_be_mistaken_for_closing_a_dialog(
    run: Run, desk: Desk, sown: Sown, window: QWidget
) -> None:
    async def scenario() -> None:
        start(desk, CANCEL_LICENCE, window, sown.activated)
        dialog = await question()
        assert dialog.windowTitle() == "Cancel this ESD licence?"
        named = facts(dialog)
        assert named["Product"] == "Office Home & Business 2024"
        assert named["Customer"] == "Müller & Söhne KG"
        assert named["Order"] == "SO-00001"
        assert "249" in named["Credit"]
        assert "EUR" in named["Credit"]
        assert button(dialog, "Keep licence").isDefault()
        assert not button(dialog, "Cancel licence").isDefault()
        assert comment(dialog).accessibleName() == "Comment (optional)"
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: not desk.tasks.running())
        detail = await desk.read(asset_detail, sown.activated)
        assert detail.status is AssetStatus.ACTIVE
        assert detail.unsettled is None
        assert not desk.messages.kept

    run(scenario())


@pytest.mark.parametrize(
    ("which", "reason"),
    [
        ("redeemed", "The customer has redeemed this licence"),
        ("cancelled", "This licence is cancelled already."),
        ("failed", "Retry provisioning first."),
        ("unsynchronised", "Microsoft has not answered yet"),
        ("deleted", "This record has been deleted."),
    ],
)
def test_what_cannot_be_cancelled_now_is_told_instead_of_asked(
    run: Run, desk: Desk, sown: Sown, window: QWidget, which: str, reason: str
) -> None:
    async def scenario() -> None:
        start(desk, CANCEL_LICENCE, window, getattr(sown, which))
        await until(lambda: desk.messages.kept)
        assert reason in desk.messages.kept[-1].sentence
        assert open_question() is None

    run(scenario())


def test_the_credit_is_what_was_charged() -> None:
    charged = replace(INVOICE, amount=Money(Decimal("199.00"), "EUR"))
    assert make_detail(invoices=(charged,)).credit == Money(Decimal("199.00"), "EUR")
    doubled = make_detail(invoices=(), quantity=2)
    assert doubled.credit == Money(Decimal("498.00"), "EUR")


def test_what_microsoft_took_back_already_is_not_asked_for_again() -> None:
    asked = question_about(make_detail(token_status=TokenStatus.RETURN_ACCEPTED))
    assert "has taken this licence back already" in asked.body


def test_cancelling_returns_it_with_the_comment_and_tells_the_credit(
    run: Run, connected_desk: Desk, bought: int, window: QWidget, sandbox: SandboxControl
) -> None:
    desk = connected_desk

    async def scenario() -> None:
        start(desk, CANCEL_LICENCE, window, bought)
        dialog = await question()
        comment(dialog).setText("Ordered twice")
        button(dialog, "Cancel licence").click()
        await until(lambda: desk.messages.kept)
        told = desk.messages.kept[-1]
        assert told.tone is Tone.GOOD
        assert "cancelled and credited with CRN-" in told.sentence
        detail = await desk.read(asset_detail, bought)
        assert detail.status is AssetStatus.CANCELLED
        assert detail.return_status is ReturnStatus.SUCCESS
        licence = sandbox.licence(detail.client_transaction_id)
        assert licence is not None
        assert licence["return_status"] == "SUCCESS"

    run(scenario())


def test_a_customer_who_was_quicker_is_told_and_the_record_follows(
    run: Run, connected_desk: Desk, bought: int, window: QWidget, sandbox: SandboxControl
) -> None:
    desk = connected_desk

    async def scenario() -> None:
        detail = await desk.read(asset_detail, bought)
        start(desk, CANCEL_LICENCE, window, bought)
        dialog = await question()
        sandbox.redeem(detail.client_transaction_id)
        button(dialog, "Cancel licence").click()
        await until(lambda: desk.messages.kept)
        assert desk.messages.kept[-1].tone is Tone.BAD
        after = await desk.read(asset_detail, bought)
        assert after.status is AssetStatus.ACTIVE
        assert after.token_status is TokenStatus.REDEEMED

    run(scenario())
