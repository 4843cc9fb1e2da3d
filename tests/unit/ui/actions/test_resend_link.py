from __future__ import annotations

from PySide6.QtWidgets import QWidget

from esd_desktop.models.account import Account
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_mails
from esd_desktop.services.context import Services
from esd_desktop.ui.actions.registry import RESEND_LINK, start
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run
from tests.unit.ui.actions.asking import button, facts, open_question, question


async def move(services: Services, account_id: int, address: str) -> None:
    """Another desktop changes the account's address."""
    async with services.store.change() as work:
        account = await work.session.get(Account, account_id)
        assert account is not None
        account.email = address
        await work.commit()


def test_the_address_is_shown_before_anything_goes(
    run: Run, desk: Desk, sown: Sown, window: QWidget
) -> None:
    async def scenario() -> None:
        start(desk, RESEND_LINK, window, sown.activated)
        dialog = await question()
        named = facts(dialog)
        assert named["To"] == "it@mueller.example"
        assert named["Token"].startswith("•")
        assert sown.key not in str(named)
        assert button(dialog, "Don’t send").isDefault()
        button(dialog, "Don’t send").click()
        await until(lambda: not desk.tasks.running())
        assert await desk.read(asset_mails, sown.activated) == []

    run(scenario())


def test_a_returned_licence_is_refused_without_a_question(
    run: Run, desk: Desk, sown: Sown, window: QWidget
) -> None:
    async def scenario() -> None:
        start(desk, RESEND_LINK, window, sown.cancelled)
        await until(lambda: desk.messages.kept)
        assert "no longer works" in desk.messages.kept[-1].sentence
        assert open_question() is None

    run(scenario())


def test_the_mail_goes_to_the_address_that_was_shown(
    run: Run, connected_desk: Desk, bought: int, window: QWidget, sandbox: SandboxControl
) -> None:
    desk = connected_desk

    async def scenario() -> None:
        start(desk, RESEND_LINK, window, bought)
        button(await question(), "Send mail").click()
        await until(lambda: desk.messages.kept)
        assert desk.messages.kept[-1].tone is Tone.GOOD
        assert sandbox.mails("office@aegean.example")

    run(scenario())


def test_an_address_that_changed_under_the_question_gets_nothing(
    run: Run, connected_desk: Desk, bought: int, window: QWidget, sandbox: SandboxControl
) -> None:
    desk = connected_desk

    async def scenario() -> None:
        start(desk, RESEND_LINK, window, bought)
        dialog = await question()
        detail = await desk.read(asset_detail, bought)
        await desk.backend.call(move, detail.customer_id, "new@aegean.example")
        button(dialog, "Send mail").click()
        await until(lambda: desk.messages.kept)
        assert "has changed to new@aegean.example" in desk.messages.kept[-1].sentence
        assert not sandbox.mails("new@aegean.example")

    run(scenario())
