"""Sending what waits in the outbox: at least once, always under the same Message-ID.

A mail is claimed before it is sent, by moving its next attempt ahead; so two desktops do not send
it together, and one that dies in the middle leaves it to be tried again.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from esd_desktop.errors import EsdError, InvalidInput, MailRefused
from esd_desktop.models.notification import OutboxMail
from esd_desktop.models.statuses import MailState
from esd_desktop.models.store import accounts, assets, outbox
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.mail.render import WelcomeFacts, render_welcome
from esd_desktop.services.mail.smtp import MailServer
from esd_desktop.services.open_secrets import open_secrets
from esd_desktop.services.shared_settings import mail_password, read_settings

log = structlog.get_logger(__name__)

_CLAIM = timedelta(minutes=2)
_BACK_OFF = (1, 2, 5, 15, 60)  # minutes; the last one repeats


async def send_due_mails(services: Services) -> Changes:
    """Try every mail that is due. Faults stay with their mail; nothing is raised for them."""
    async with services.store.read() as connection:
        due = await outbox.due(connection, services.now())
    changes = Changes()
    for mail_id in due:
        try:
            changes |= (await deliver(services, mail_id)).changes
        except MailRefused as refusal:
            # Kept with the mail, where the asset's page shows it; the others must still go.
            log.info("mail_refused", mail=mail_id, why=refusal.sentence)
    return changes


async def deliver(services: Services, mail_id: int) -> Outcome:
    """Send one mail now. Raises MailRefused for a final no (the mail is then failed); anything else
    that goes wrong leaves it waiting and gives a WARNING."""
    mail = await _claim(services, mail_id)
    if mail is None:
        return Outcome(
            "This mail is sent already, or is on its way.", result=Result.UNCHANGED
        )
    changes = Changes(assets=frozenset({mail.asset_id}))
    try:
        server = await mail_server(services)
        message = render_welcome(await _welcome_facts(services, mail, server))
        await services.mailer.send(server, message)
    except MailRefused as refusal:
        await _end(services, mail_id, MailState.FAILED, refusal.sentence)
        raise
    except EsdError as fault:
        await _end(services, mail_id, MailState.QUEUED, fault.sentence)
        return Outcome(fault.sentence, Result.WARNING, changes, advice=fault.advice)
    await _end(services, mail_id, MailState.SENT, None)
    return Outcome(
        f"The activation link was sent to {mail.to_address}.", changes=changes
    )


async def mail_server(services: Services) -> MailServer:
    """The mail server of the settings. Raises InvalidInput where none is set."""
    settings = await read_settings(services)
    if not settings.mail_host or not settings.mail_sender:
        raise InvalidInput(
            "No mail server is set, so nothing was sent.",
            advice="Set the mail server and the sender in Settings, Mail "
            "(“esd settings set mail.host …” and “mail.sender …”).",
        )
    return MailServer(
        host=settings.mail_host,
        port=settings.mail_port,
        security=settings.mail_security,
        username=settings.mail_username,
        password=await mail_password(services) if settings.mail_username else None,
        sender=settings.mail_sender,
    )


async def _claim(services: Services, mail_id: int) -> OutboxMail | None:
    """Take the mail for this attempt; None where somebody else has it or it is done."""
    now = services.now()
    async with services.store.change() as work:
        mail = await outbox.for_change(work, mail_id)
        if mail.state is not MailState.QUEUED or mail.next_attempt_at > now:
            return None
        mail.attempts += 1
        mail.next_attempt_at = now + _CLAIM
        await work.commit()
    return mail


async def _welcome_facts(
    services: Services, mail: OutboxMail, server: MailServer
) -> WelcomeFacts:
    async with services.store.change() as work:
        asset = await assets.for_change(work, mail.asset_id)
        account = await accounts.for_change(work, asset.customer_id)
    secrets = await open_secrets(services, asset.id)
    return WelcomeFacts(
        message_id=mail.message_id,
        sender=server.sender,
        recipient=mail.to_address,
        customer=account.name,
        product=asset.product,
        order_date=asset.purchase_date,
        key=secrets.key,
        link=secrets.link,
    )


async def _end(
    services: Services, mail_id: int, state: MailState, error: str | None
) -> None:
    async with services.store.change() as work:
        mail = await outbox.for_change(work, mail_id)
        _note_attempt(services, mail, state, error)
        await work.commit()


def _note_attempt(
    services: Services, mail: OutboxMail, state: MailState, error: str | None
) -> None:
    now = services.now()
    mail.state = state
    mail.last_error = error
    if state is MailState.SENT:
        mail.sent_at = now
    elif state is MailState.QUEUED:
        minutes = _BACK_OFF[min(mail.attempts, len(_BACK_OFF)) - 1]
        mail.next_attempt_at = now + timedelta(minutes=minutes)
