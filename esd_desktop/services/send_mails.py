"""Sending what waits in the outbox: at least once, always under the same Message-ID.

A mail is claimed before it is sent, by moving its next attempt ahead; so two desktops do not send
it together, and one that dies in the middle leaves it to be tried again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

import structlog

from esd_desktop.errors import (
    EsdError,
    InvalidInput,
    MailRefused,
    MailServerAway,
    Refused,
    VaultFault,
)
from esd_desktop.models.listing import ListQuery
from esd_desktop.models.rights import Right
from esd_desktop.models.statuses import MailState, RequestState, TokenStatus
from esd_desktop.models.store import accounts, assets, outbox
from esd_desktop.models.wording import counted
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.finishing import to_the_end
from esd_desktop.services.mail.address import is_address
from esd_desktop.services.mail.kinds import WELCOME, title_of
from esd_desktop.services.mail.render import message, render
from esd_desktop.services.mail.smtp import MailServer
from esd_desktop.services.mail_facts import MailFacts, chosen_text, mail_facts, words
from esd_desktop.services.open_secrets import OpenedSecrets, open_secrets
from esd_desktop.services.queue_mail import address_today
from esd_desktop.services.record import record_asset
from esd_desktop.services.rights import may, require
from esd_desktop.services.shared_settings import mail_password, read_settings

if TYPE_CHECKING:
    from esd_desktop.models.notification import OutboxMail
    from esd_desktop.models.store.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

_CLAIM = timedelta(minutes=2)
_BACK_OFF = (1, 2, 5, 15, 60)  # minutes; the last one repeats
# Of a request that has come to another end since, these would tell what is not so.
_ENDS = {
    "cancellation_confirmed": (RequestState.APPROVED,),
    "cancellation_declined": (RequestState.DECLINED, RequestState.REFUSED),
    "cancellation_withdrawn": (RequestState.WITHDRAWN,),
}


async def send_due_mails(services: Services) -> Changes:
    """Try every mail that is due, where who works here may. Faults stay with their mail; nothing is
    raised for them."""
    if not await may(services, Right.RESEND):
        return Changes()
    changes = Changes()
    async for mail_id in _due(services):
        try:
            mail = await _claim(services, mail_id)
            if mail is None:
                continue
            changes |= _changes(mail)
            await _send(services, mail)
        except (MailServerAway, InvalidInput, VaultFault) as fault:
            log.info("mails_wait", mail=mail_id, why=fault.sentence)
            break  # for the others it would be the same
        except EsdError as fault:
            # Kept with the mail, where the asset's page shows it; the others must still go.
            log.info("mail_not_sent", mail=mail_id, why=fault.sentence)
        except Exception:
            # A bug that one mail brings out must not keep the others.
            log.exception("bug", mail=mail_id)
    return changes


async def _due(services: Services) -> AsyncIterator[int]:
    """The mails that are due, however many; none of them twice."""
    last = 0
    while True:
        async with services.store.read() as connection:
            due = await outbox.due(connection, services.now(), after=last)
        if not due:
            return
        for last in due:
            yield last


async def send_waiting_mails(services: Services) -> Outcome:
    """Try every mail that waits, also those whose turn has not come: because a person asked."""
    await require(services, Right.RESEND)
    async with services.store.change() as work:
        await outbox.hurry(work, services.now())
        await work.commit()
    changes = await send_due_mails(services)
    async with services.store.read() as connection:
        counts = await outbox.LISTING.counts(connection, ListQuery())
    tried, left = len(changes.mails), counts.by_filter["waiting"]
    if left:
        return Outcome(
            f"{counted(left, 'mail')} still waiting.",
            Result.WARNING,
            changes,
            advice="The reason stands with each of them; they are tried again by themselves.",
        )
    if not tried:
        return Outcome("No mail waits to be sent.", Result.UNCHANGED)
    return Outcome(f"{counted(tried, 'mail')} tried; none waits any more.", changes=changes)


async def deliver(services: Services, mail_id: int) -> Outcome:
    """Send one mail now, also one that waits after a failed attempt. Raises MailRefused for a final
    no (the mail is then failed); anything else that goes wrong leaves it waiting and gives a
    WARNING."""
    mail = await _claim(services, mail_id, hurried=True)
    if mail is None:
        return Outcome("This mail is sent already, or is on its way.", result=Result.UNCHANGED)
    try:
        return await _send(services, mail)
    except MailRefused:
        raise
    except EsdError as fault:
        return Outcome(fault.sentence, Result.WARNING, _changes(mail), advice=fault.advice)


async def _send(services: Services, mail: OutboxMail) -> Outcome:
    """Send a claimed mail, and keep with it what came of that. Raises what went wrong."""
    try:
        server = await mail_server(services)
        await services.mailer.send(server, await _message(services, mail, server))
    except MailRefused as refusal:
        await _end(services, mail, MailState.FAILED, refusal.sentence)
        raise
    except EsdError as fault:
        await _end(services, mail, MailState.QUEUED, fault.sentence)
        raise
    return await to_the_end(_sent(services, mail))


async def _sent(services: Services, mail: OutboxMail) -> Outcome:
    """The mail server has it: that is noted even where nobody waits any more."""
    what = (
        "The activation link"
        if mail.template == WELCOME
        else f"The mail “{title_of(mail.template)}”"
    )
    sentence = f"{what} was sent to {mail.to_address}."
    try:
        await _end(services, mail, MailState.SENT, None)
    except EsdError as fault:
        return Outcome(
            f"{sentence} That could not be noted: {fault.sentence}",
            Result.WARNING,
            _changes(mail),
            advice="The same mail may be sent once more.",
        )
    return Outcome(sentence, changes=_changes(mail))


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


async def _claim(services: Services, mail_id: int, *, hurried: bool = False) -> OutboxMail | None:
    """Take the mail for this attempt; None where somebody else has it or it is done. ``hurried``:
    also where it is not its turn yet after a failed attempt."""
    now = services.now()
    async with services.store.change() as work:
        mail = await outbox.for_change(work, mail_id)
        backs_off = mail.last_error is not None
        if mail.state is not MailState.QUEUED:
            return None
        if mail.next_attempt_at > now and not (hurried and backs_off):
            return None
        await _follow_the_account(services, work, mail)
        # While somebody has it there is no error: by that the others know it from one that waits.
        mail.last_error = None
        mail.attempts += 1
        mail.next_attempt_at = now + _CLAIM
        await work.commit()
    return mail


async def _follow_the_account(services: Services, work: UnitOfWork, mail: OutboxMail) -> None:
    """The account's address was corrected while the mail waited: it goes to the new one, and the
    history says so before."""
    asset = await assets.for_change(work, mail.asset_id)
    account = await accounts.for_change(work, asset.customer_id)
    address = address_today(mail.to_address, mail.language, account.email)
    if address == mail.to_address:
        return
    what = f"The mail “{title_of(mail.template)}” that waited for {mail.to_address}"
    mail.to_address = address
    record_asset(services, work, asset, "send_mail", f"{what} goes to {address}.")


async def _message(services: Services, mail: OutboxMail, server: MailServer) -> EmailMessage:
    """The mail as it goes out. A welcome is secret from here on."""
    facts = await mail_facts(services, mail.template, mail.asset_id, mail.request_id)
    _check(facts, mail)
    language, text = chosen_text(facts, mail.language)
    # Masked at first: a text that cannot be used is found out before anything is released.
    rendered = render(text, words(facts, language, None))
    if mail.template == WELCOME:
        rendered = render(text, words(facts, language, await _released(services, mail)))
    return message(
        rendered,
        message_id=mail.message_id,
        sender=server.sender,
        recipient=mail.to_address,
    )


async def _released(services: Services, mail: OutboxMail) -> OpenedSecrets:
    sentence = f"The licence key and its link were released for a mail to {mail.to_address}."
    return await open_secrets(services, mail.asset_id, "send_key", sentence)


def _check(facts: MailFacts, mail: OutboxMail) -> None:
    """What may have happened since the mail was queued. Raises MailRefused where it is never to go,
    Refused where it waits."""
    asset, request = facts.asset, facts.request
    if mail.template == WELCOME and asset.token_status is TokenStatus.RETURN_ACCEPTED:
        raise MailRefused(
            "The mail was not sent: Microsoft has taken the licence back meanwhile.",
            advice="Its activation link no longer works.",
        )
    ends = _ENDS.get(mail.template)
    if ends is not None and request is not None and request.state not in ends:
        raise MailRefused(
            f"The mail was not sent: the request it tells of is {request.state.lower()} now."
        )
    if not is_address(mail.to_address):
        raise MailRefused(
            f"The mail was not sent: {mail.to_address!r} is not one plain e-mail address.",
            advice="Correct the account's e-mail address, and send the mail again.",
        )
    if mail.template == WELCOME and asset.deleted_at is not None:
        raise Refused("The mail waits: the record of its licence has been deleted.")
    # A copy for staff has a language of its own.
    if mail.language is None and not asset.customer_email:
        raise Refused(
            "The mail waits: the account has no e-mail address any more.",
            advice="Give the account its address; the mail goes by itself then.",
        )


def _changes(mail: OutboxMail) -> Changes:
    return Changes(assets=frozenset({mail.asset_id}), mails=frozenset({mail.id}))


async def _end(
    services: Services, claimed: OutboxMail, state: MailState, error: str | None
) -> None:
    """Keep with the mail what came of this attempt. Where it took so long that another desktop has
    the mail by now, a failure is not what the mail has come to."""
    async with services.store.change() as work:
        mail = await outbox.for_change(work, claimed.id)
        if state is not MailState.SENT and mail.attempts != claimed.attempts:
            return
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
