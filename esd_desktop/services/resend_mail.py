"""D5: a mail of the list once more. One that waits is tried now, one that failed is queued again
under its own Message-ID, and one that went or came back is written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esd_desktop.errors import ChangedMeanwhile, Refused
from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.rights import Right
from esd_desktop.models.statuses import MailState
from esd_desktop.models.store import accounts, assets, outbox
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.mail.address import is_address
from esd_desktop.services.mail.kinds import WELCOME, title_of
from esd_desktop.services.queue_mail import address_today, queue_mail
from esd_desktop.services.record import record_asset
from esd_desktop.services.resend_link import check_confirmed, recipient, resend_link
from esd_desktop.services.rights import require, viewing
from esd_desktop.services.send_mails import deliver, mail_server

if TYPE_CHECKING:
    from esd_desktop.models.notification import OutboxMail


async def mail(services: Services, mail_id: int) -> MailRow:
    """One mail as it is now. Raises NotFound."""
    async with viewing(services) as connection:
        return await outbox.one(connection, mail_id)


async def mail_recipient(services: Services, mail_id: int) -> str:
    """The address it would go to, shown before it goes. Raises Refused where it may not go."""
    row = await mail(services, mail_id)
    if row.template == WELCOME and not row.waits:
        return await recipient(services, row.asset_id)
    async with services.store.read() as connection:
        account = await accounts.one(connection, row.customer_id)
    return _address(row.to_address, row.language, account.email)


async def resend_mail(
    services: Services, mail_id: int, *, confirmed_address: str | None = None
) -> Outcome:
    """Send a mail again, at once; what cannot go now waits in the outbox and gives a WARNING.

    ``confirmed_address`` is the one the person was shown: where it has changed since, nothing is
    sent. Raises Refused, MailRefused for the mail server's final no, NotFound.
    """
    await require(services, Right.RESEND)
    row = await mail(services, mail_id)
    if row.waits:
        if confirmed_address is not None:
            check_confirmed(await mail_recipient(services, mail_id), confirmed_address)
        return await deliver(services, mail_id)
    if row.template == WELCOME and row.state is not MailState.FAILED:
        return await resend_link(services, row.asset_id, confirmed_address=confirmed_address)
    if row.template == WELCOME:
        # The licence may not be mailed any more.
        await recipient(services, row.asset_id)
    await mail_server(services)
    return await deliver(services, await _queue(services, row, confirmed_address))


async def _queue(services: Services, row: MailRow, confirmed_address: str | None) -> int:
    """Put it into the outbox again, and write who wanted that. Answers the id of what waits now."""
    async with services.store.change() as work:
        # Locked, so that two desktops do not queue one each.
        asset = await assets.for_change(work, row.asset_id, locked=True)
        record = await outbox.for_change(work, row.id)
        if record.state is not row.state:
            raise ChangedMeanwhile(
                "Somebody else has just sent this mail again; nothing was sent twice."
            )
        account = await accounts.for_change(work, asset.customer_id)
        address = _address(record.to_address, record.language, account.email)
        check_confirmed(address, confirmed_address)
        copy_to = address if record.language else None
        waiting = await outbox.waiting_for(
            work.connection, row.template, row.asset_id, copy_to=copy_to
        )
        if waiting is not None:
            return waiting
        sentence = f"The mail “{title_of(row.template)}” goes to {address} again."
        record_asset(services, work, asset, "resend_mail", sentence)
        if record.state is MailState.FAILED:
            _wait_again(services, record, address)
            mail_id = record.id
        else:
            mail_id = (
                await queue_mail(
                    services,
                    work,
                    record.template,
                    asset,
                    address,
                    language=record.language,
                    request_id=record.request_id,
                )
            ).id
        await work.commit()
    return mail_id


def _wait_again(services: Services, record: OutboxMail, address: str) -> None:
    record.state = MailState.QUEUED
    record.to_address = address
    record.last_error = None
    record.next_attempt_at = services.now()


def _address(queued_for: str, language: str | None, email: str | None) -> str:
    """Where it goes today. Raises Refused where it cannot go there."""
    address = address_today(queued_for, language, email)
    if not is_address(address):
        raise Refused(
            f"{address!r} is not one plain e-mail address.",
            advice="Correct the account's e-mail address first.",
        )
    return address
