"""B2, Resend Activation Link: one mail per licence, to the address that was shown."""

from __future__ import annotations

import pytest

from esd_desktop.errors import InvalidInput, MailRefused, Refused
from esd_desktop.models.statuses import MailState
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_history, asset_mails
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.resend_link import recipient, resend_link
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.services.shared_settings import change_settings
from tests.support.connecting import order_one
from tests.support.secrets import secrets_of
from tests.support.sowing import Sown


async def ready(services: Services, connected: int, sandbox: SandboxControl) -> int:
    """An asset whose first welcome mail has gone."""
    asset = await order_one(services, connected)
    await send_due_mails(services)
    assert len(sandbox.mails()) == 1
    return asset


async def test_the_mail_carries_key_and_link_to_the_address_that_was_shown(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await ready(services, connected, sandbox)
    address = await recipient(services, asset)
    outcome = await resend_link(services, asset, confirmed_address=address)
    assert outcome.result is Result.DONE
    newest = sandbox.mails()[-1]
    mail = sandbox.mail(newest["number"])
    released, queued, *_ = await asset_history(services, asset)
    assert (released.action, queued.action) == ("send_key", "resend")
    secrets = await secrets_of(services, asset)
    assert mail["recipients"] == ["office@aegean.example"]
    assert secrets.key.reveal() in mail["text"]
    assert secrets.link is not None
    assert secrets.link.reveal() in mail["text"]
    assert "Welcome Microsoft ESD" in mail["subject"]
    assert secrets.key.reveal() not in released.sentence + queued.sentence


async def test_another_address_than_the_one_shown_stops_it(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await ready(services, connected, sandbox)
    with pytest.raises(Refused):
        await resend_link(services, asset, confirmed_address="somebody@else.example")
    assert len(sandbox.mails()) == 1


async def test_a_final_no_fails_the_mail_and_is_told(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await ready(services, connected, sandbox)
    sandbox.set_fault("mail", "refuse")
    with pytest.raises(MailRefused) as caught:
        await resend_link(services, asset)
    assert "550" in caught.value.sentence
    newest = (await asset_mails(services, asset))[0]
    assert newest.state is MailState.FAILED
    assert newest.last_error == caught.value.sentence


async def test_a_server_that_cannot_now_leaves_it_waiting(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await ready(services, connected, sandbox)
    sandbox.set_fault("mail", "refuse_for_now")
    outcome = await resend_link(services, asset)
    assert outcome.result is Result.WARNING
    assert (await asset_mails(services, asset))[0].state is MailState.QUEUED


async def test_an_answer_lost_after_the_mail_was_taken_keeps_the_message_id(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    from datetime import timedelta

    from esd_desktop.models.values import utc_now

    asset = await ready(services, connected, sandbox)
    sandbox.set_fault("mail", "drop_after")
    await resend_link(services, asset)
    services.clock = lambda: utc_now() + timedelta(minutes=5)
    await send_due_mails(services)
    ids = [mail["message_id"] for mail in sandbox.mails()[1:]]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert (await asset_mails(services, asset))[0].state is MailState.SENT


async def test_without_a_mail_server_nothing_is_queued(
    services: Services, connected: int, sandbox: SandboxControl
) -> None:
    asset = await ready(services, connected, sandbox)
    await change_settings(services, {"mail.host": ""})
    with pytest.raises(InvalidInput):
        await resend_link(services, asset)
    assert len(await asset_mails(services, asset)) == 1


async def test_what_has_no_link_or_no_address_is_refused(services: Services, sown: Sown) -> None:
    for asset in (sown.failed, sown.unsynchronised, sown.cancelled, sown.deleted):
        with pytest.raises(Refused):
            await recipient(services, asset)
