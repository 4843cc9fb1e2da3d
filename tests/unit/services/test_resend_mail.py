"""A mail of the list once more: never two where one waits, never to an address nobody saw."""

from __future__ import annotations

import asyncio

import pytest

from esd_desktop.errors import MailRefused, Refused
from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.statuses import MailState
from esd_desktop.models.store import accounts
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail, asset_history, asset_mails
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.record_bounce import record_bounce
from esd_desktop.services.resend_link import resend_link
from esd_desktop.services.resend_mail import mail_recipient, resend_mail
from esd_desktop.services.send_mails import send_due_mails, send_waiting_mails
from esd_desktop.services.shared_settings import change_settings
from tests.support import bounces
from tests.support.connecting import order_one
from tests.support.desktops import second_desktop
from tests.support.requesting import STAFF, requested


@pytest.fixture
async def asset(services: Services, connected: int) -> int:
    """An asset whose welcome mail waits."""
    return await order_one(services, connected)


async def only_mail(services: Services, asset: int) -> MailRow:
    (mail,) = await asset_mails(services, asset)
    return mail


async def correct_address(services: Services, asset: int) -> None:
    customer = (await asset_detail(services, asset)).customer_id
    async with services.store.change() as work:
        (await accounts.for_change(work, customer)).email = "new@aegean.example"
        await work.commit()


async def test_a_failed_one_goes_again_under_its_own_id(
    services: Services, asset: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("mail", "refuse")
    await send_due_mails(services)
    failed = await only_mail(services, asset)
    assert failed.state is MailState.FAILED
    outcome = await resend_mail(services, failed.id, confirmed_address="office@aegean.example")
    assert outcome.result is Result.DONE
    sent = await only_mail(services, asset)
    assert (sent.state, sent.message_id) == (MailState.SENT, failed.message_id)
    released, queued, *_ = await asset_history(services, asset)
    assert (released.action, queued.action) == ("send_key", "resend_mail")


async def test_a_corrected_address_is_shown_and_used(
    services: Services, asset: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("mail", "refuse")
    await send_due_mails(services)
    mail = await only_mail(services, asset)
    await correct_address(services, asset)
    assert await mail_recipient(services, mail.id) == "new@aegean.example"
    with pytest.raises(Refused, match="has changed to"):
        await resend_mail(services, mail.id, confirmed_address="office@aegean.example")
    await resend_mail(services, mail.id, confirmed_address="new@aegean.example")
    assert sandbox.mails()[-1]["recipients"] == ["new@aegean.example"]


async def test_one_that_waits_goes_to_the_corrected_address_alone(
    services: Services, asset: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("mail", "refuse_for_now")
    await send_due_mails(services)
    mail = await only_mail(services, asset)
    await correct_address(services, asset)
    assert await mail_recipient(services, mail.id) == "new@aegean.example"
    with pytest.raises(Refused, match="has changed to"):
        await resend_mail(services, mail.id, confirmed_address="office@aegean.example")
    await resend_link(services, asset, confirmed_address="new@aegean.example")
    assert [one["recipients"] for one in sandbox.mails()] == [["new@aegean.example"]]
    sent = await only_mail(services, asset)
    assert (sent.state, sent.to_address) == (MailState.SENT, "new@aegean.example")
    told = [row.sentence for row in await asset_history(services, asset)]
    assert any("office@aegean.example goes to new@aegean.example" in each for each in told)


async def test_pressing_again_while_one_waits_tries_that_one_now(
    services: Services, asset: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("mail", "refuse_for_now", times=2)
    await send_due_mails(services)
    assert (await resend_link(services, asset)).result is Result.WARNING
    assert (await resend_link(services, asset)).result is Result.DONE
    sent = await only_mail(services, asset)
    assert (sent.state, sent.attempts) == (MailState.SENT, 3)
    assert len(sandbox.mails()) == 1


@pytest.mark.both_stores
async def test_one_that_is_being_sent_elsewhere_is_not_sent_twice(
    services: Services, asset: int, sandbox: SandboxControl
) -> None:
    mail = await only_mail(services, asset)
    async with second_desktop(services) as other:
        outcomes = await asyncio.gather(resend_mail(services, mail.id), resend_mail(other, mail.id))
    assert {outcome.result for outcome in outcomes} == {Result.DONE, Result.UNCHANGED}
    assert len(sandbox.mails()) == 1


async def test_what_came_back_is_written_anew(
    services: Services, asset: int, sandbox: SandboxControl
) -> None:
    await send_due_mails(services)
    mail = await only_mail(services, asset)
    await record_bounce(services, bounces.report(mail.message_id))
    await resend_mail(services, mail.id)
    newest, oldest = await asset_mails(services, asset)
    assert oldest.state is MailState.BOUNCED
    assert newest.state is MailState.SENT
    assert newest.message_id != oldest.message_id


async def test_a_copy_for_staff_keeps_its_address_and_tells_the_same(
    services: Services, asset: int, sandbox: SandboxControl
) -> None:
    await requested(services, asset)
    await send_due_mails(services)
    copy = next(one for one in await asset_mails(services, asset) if one.to_address == STAFF)
    assert await mail_recipient(services, copy.id) == STAFF
    await resend_mail(services, copy.id, confirmed_address=STAFF)
    to_staff = [mail for mail in sandbox.mails() if mail["recipients"] == [STAFF]]
    assert len(to_staff) == 2
    assert to_staff[0]["subject"] == to_staff[1]["subject"]


async def test_a_licence_that_was_returned_is_not_mailed_again(
    services: Services, asset: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("mail", "refuse")
    await send_due_mails(services)
    await cancel_licence(services, asset)
    mail = await only_mail(services, asset)
    with pytest.raises(Refused):
        await resend_mail(services, mail.id)
    assert sandbox.mails() == []


async def test_a_second_no_is_told_and_kept(
    services: Services, asset: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("mail", "refuse", times=2)
    await send_due_mails(services)
    mail = await only_mail(services, asset)
    with pytest.raises(MailRefused):
        await resend_mail(services, mail.id)
    assert (await only_mail(services, asset)).state is MailState.FAILED


async def test_changed_mail_settings_let_waiting_mails_go_at_once(
    services: Services, asset: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("mail", "refuse_for_now")
    await send_due_mails(services)
    await send_due_mails(services)
    assert (await only_mail(services, asset)).state is MailState.QUEUED
    await change_settings(services, {"mail.sender": "other@esd.example"})
    await send_due_mails(services)
    assert (await only_mail(services, asset)).state is MailState.SENT


async def test_all_that_wait_are_tried_on_request(
    services: Services, asset: int, sandbox: SandboxControl
) -> None:
    sandbox.set_fault("mail", "refuse_for_now", times=2)
    await send_due_mails(services)
    assert (await send_waiting_mails(services)).sentence == "1 mail still waiting."
    assert (await send_waiting_mails(services)).result is Result.DONE
    assert (await send_waiting_mails(services)).sentence == "No mail waits to be sent."
