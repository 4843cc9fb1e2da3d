"""B2, Resend Activation Link: the mail "Welcome Microsoft ESD" again, one mail per licence.

The mail is put into the outbox first, and then sent at once; where the mail server cannot take it
now, it waits there and is tried again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from esd_desktop.errors import Refused
from esd_desktop.models.permissions import Facts, resend_refusal
from esd_desktop.models.rights import Right
from esd_desktop.models.store import accounts, asset_details, assets, operations, outbox
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.mail.address import is_address
from esd_desktop.services.mail.kinds import WELCOME
from esd_desktop.services.queue_mail import queue_mail
from esd_desktop.services.record import record_asset
from esd_desktop.services.rights import require, viewing
from esd_desktop.services.send_mails import deliver, mail_server

if TYPE_CHECKING:
    from esd_desktop.models.asset import Asset
    from esd_desktop.models.notification import OutboxMail
    from esd_desktop.models.store.unit_of_work import UnitOfWork


async def recipient(services: Services, asset_id: int) -> str:
    """The address the mail would go to, shown before it goes. Raises Refused where it may not."""
    async with viewing(services) as connection:
        detail = await asset_details.one(connection, asset_id)
    return _allowed(detail.facts)


async def resend_link(
    services: Services, asset_id: int, *, confirmed_address: str | None = None
) -> Outcome:
    """Send the activation link again.

    ``confirmed_address`` is the one the person was shown: where the account's has changed since,
    nothing is sent and Refused says so. Raises MailRefused for the mail server's final no. A mail
    server that cannot take it now gives a WARNING, and the mail waits in the outbox.
    """
    await require(services, Right.RESEND)
    check_confirmed(await recipient(services, asset_id), confirmed_address)
    await mail_server(services)
    async with services.store.change() as work:
        queued = await queue_again(services, work, asset_id, confirmed_address)
        if not queued.is_new:
            asset = await assets.for_change(work, asset_id)
            sentence = f"The mail to {queued.address} that was waiting is tried again."
            record_asset(services, work, asset, "resend", sentence)
        await work.commit()
    return await deliver(services, queued.mail_id)


class Queued(Struct, frozen=True):
    """A mail with the link that waits in the outbox. ``is_new``: it did not wait there before."""

    mail_id: int
    address: str
    is_new: bool


async def queue_again(
    services: Services, work: UnitOfWork, asset_id: int, confirmed_address: str | None = None
) -> Queued:
    """Put the mail into the outbox, within a change. Where one waits there already, it is that one:
    a second would go out as well. Raises Refused where the link may not go."""
    # Locked, so that two desktops do not queue one each.
    asset = await assets.for_change(work, asset_id, locked=True)
    account = await accounts.for_change(work, asset.customer_id)
    unsettled = await operations.unsettled_of(work.connection, asset_id)
    address = _allowed(asset.facts(email=account.email, unsettled=unsettled is not None))
    check_confirmed(address, confirmed_address)
    waiting = await outbox.waiting_for(work.connection, WELCOME, asset_id)
    if waiting is not None:
        return Queued(waiting, address, is_new=False)
    mail = await queue_welcome(services, work, asset, action="resend")
    return Queued(mail.id, address, is_new=True)


async def queue_welcome(
    services: Services, work: UnitOfWork, asset: Asset, *, action: str
) -> OutboxMail:
    """Put the welcome mail of an asset into the outbox, within a change. The audit row that the key
    is going out by mail is written here, so before it goes."""
    account = await accounts.for_change(work, asset.customer_id)
    if not account.email:
        raise Refused("The account has no e-mail address.")
    mail = await queue_mail(services, work, WELCOME, asset, account.email)
    sentence = f"The key and the activation link go to {account.email} by mail."
    record_asset(services, work, asset, action, sentence)
    return mail


def _allowed(facts: Facts) -> str:
    """The address the link may go to. Raises Refused where it may not go."""
    refusal = resend_refusal(facts)
    if refusal or not facts.email:
        raise Refused(refusal or "The account has no e-mail address.")
    if not is_address(facts.email):
        raise Refused(
            f"{facts.email!r} is not one plain e-mail address.",
            advice="Correct the account's e-mail address first.",
        )
    return facts.email


def check_confirmed(address: str, confirmed: str | None) -> None:
    """Whether it still goes where the person was shown, if that was shown. Raises Refused."""
    if confirmed is not None and confirmed != address:
        raise Refused(
            f"The account's address has changed to {address}; nothing was sent.",
            advice="Look at the new address and send again.",
        )
