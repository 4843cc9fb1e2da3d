"""A mail is queued together with what it tells of, or not at all."""

from __future__ import annotations

from esd_desktop.models.statuses import MailState
from esd_desktop.models.store import assets, outbox
from esd_desktop.services.browse import asset_mails
from esd_desktop.services.context import Services
from esd_desktop.services.queue_mail import queue_mail
from tests.support.sowing import Sown


async def queued(services: Services, sown: Sown, *, keep: bool) -> int:
    async with services.store.change() as work:
        asset = await assets.for_change(work, sown.activated)
        mail = await queue_mail(services, work, "welcome", asset, "it@mueller.example")
        if keep:
            await work.commit()
    return mail.id


async def test_a_queued_mail_waits_to_be_sent_at_once(services: Services, sown: Sown) -> None:
    mail_id = await queued(services, sown, keep=True)
    (mail,) = await asset_mails(services, sown.activated)
    assert (mail.id, mail.state, mail.attempts) == (mail_id, MailState.QUEUED, 0)
    async with services.store.read() as connection:
        assert await outbox.due(connection, services.now()) == [mail_id]


async def test_a_mail_goes_with_the_change_it_tells_of(services: Services, sown: Sown) -> None:
    await queued(services, sown, keep=False)
    assert await asset_mails(services, sown.activated) == []


async def test_every_mail_has_a_message_id_of_its_own(services: Services, sown: Sown) -> None:
    async with services.store.change() as work:
        asset = await assets.for_change(work, sown.activated)
        made = [await queue_mail(services, work, "welcome", asset, "a@b.example") for _ in "123"]
        await work.commit()
    assert len({mail.message_id for mail in made}) == 3
