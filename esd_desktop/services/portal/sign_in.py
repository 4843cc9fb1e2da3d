"""Signing in by a link that comes by mail: good for fifteen minutes, and once.

Whoever asks is answered the same, at once, whether the address is known or not; what there is to be
done is done afterwards. The link's token is made when its mail leaves, so none waits anywhere.
"""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import structlog

from esd_desktop.errors import EsdError, MailRefused, NotFound
from esd_desktop.models.portal import PortalLink
from esd_desktop.models.portal_rows import Entry, ProviderRow, told_as
from esd_desktop.models.rights import Right
from esd_desktop.models.statuses import MailState
from esd_desktop.models.store import portal_sessions, portal_users, templates
from esd_desktop.models.values import new_id
from esd_desktop.services.context import Services
from esd_desktop.services.mail.address import is_address
from esd_desktop.services.mail.kinds import SIGN_IN
from esd_desktop.services.mail.render import message, render
from esd_desktop.services.mail.smtp import MailServer
from esd_desktop.services.mail_facts import text_for
from esd_desktop.services.portal.limits import Turn, take_turn
from esd_desktop.services.portal.sessions import begin_session
from esd_desktop.services.portal.tokens import hash_of, new_token
from esd_desktop.services.record import record
from esd_desktop.services.rights import require, serving
from esd_desktop.services.send_mails import mail_server
from esd_desktop.services.shared_settings import setting_texts

log = structlog.get_logger(__name__)

LINK_MAILED = "portal_link"
GOOD_FOR = timedelta(minutes=15)
_CLAIM = timedelta(minutes=2)
_AGAIN_AFTER = timedelta(minutes=1)
_LONGEST_ADDRESS = 320


class UsedUp(NotFound):
    """The link is none, was used already, or its time is over."""


class WhichAccount(EsdError):
    """The address may sign in for several accounts; one has to be chosen first."""

    def __init__(self, entries: list[Entry]) -> None:
        super().__init__("The address may sign in for several accounts.")
        self.entries = entries


def folded(address: str) -> str | None:
    """An address as it is compared; None for what is none."""
    kept = address.strip().lower()
    return kept if len(kept) <= _LONGEST_ADDRESS and is_address(kept) else None


async def ask_to_sign_in(services: Services, address: str, network: str) -> ProviderRow | None:
    """Take note that somebody in a network wants to sign in with an address, known or not. Answers
    the organisation that vouches for its domain, if one does; otherwise a link may be mailed.
    Raises TooOften."""
    await take_turn(services, Turn.LINK_OF_NETWORK, network)
    await take_turn(services, Turn.LINK_OF_ADDRESS, hash_of(address))
    async with serving(services) as connection:
        return await portal_users.provider_for(connection, address.rpartition("@")[2])


async def mail_link(services: Services, address: str, language: str, base_url: str) -> None:
    """Mail a link to an address, if it may sign in for any account. A mail that cannot leave now is
    tried again while a link would be good."""
    await require(services, Right.SERVE)
    now = services.now()
    async with services.store.change() as work:
        if not await portal_users.entries_of(work.connection, address):
            return
        link = PortalLink(
            address=address,
            language=language,
            message_id=f"<{new_id()}@esd-desktop.invalid>",
            state=MailState.QUEUED,
            attempts=0,
            next_attempt_at=now,
            asked_at=now,
            ends_at=now + GOOD_FOR,
        )
        work.add(link)
        await work.commit(unseen=True)
    await _deliver(services, link.id, base_url)


async def send_due_links(services: Services, base_url: str) -> None:
    """Try every mail with a link that waits. Faults stay with their mail."""
    async with serving(services) as connection:
        due = await portal_sessions.due_links(connection, services.now())
    for link_id in due:
        await _deliver(services, link_id, base_url)


async def look_at_link(services: Services, token: str, network: str) -> list[Entry]:
    """The accounts that a link would sign in for. Raises UsedUp, TooOften."""
    await take_turn(services, Turn.SIGN_IN, network)
    async with serving(services) as connection:
        address = await portal_sessions.address_of_link(connection, hash_of(token), services.now())
        entries = await portal_users.entries_of(connection, address) if address else []
    if not entries:
        raise _used_up()
    return entries


async def sign_in_by_link(
    services: Services, token: str, network: str, account_id: int | None = None
) -> str:
    """Sign in by a link, which is used up by it; answers the token of the session. Raises UsedUp,
    TooOften, and WhichAccount where there are several and none of them was chosen."""
    entries = await look_at_link(services, token, network)
    chosen = [entry for entry in entries if entry.account_id == account_id]
    if len(entries) == 1:
        chosen = entries
    if not chosen:
        raise WhichAccount(entries)
    (entry,) = chosen
    acting = services.for_visitor(entry.account_id, told_as(entry.address))
    async with acting.store.change() as work:
        if await portal_sessions.use_link(work, hash_of(token), services.now()) is None:
            raise _used_up()
        session = begin_session(
            acting, work, entry.account_id, entry.address, entry.name, how="by a link"
        )
        await work.commit()
    return session


def _used_up() -> UsedUp:
    return UsedUp("This link was used already, or its time is over.")


async def _deliver(services: Services, link_id: int, base_url: str) -> None:
    """Send one link's mail; whatever goes wrong is kept with it."""
    claimed = await _claim(services, link_id)
    if claimed is None:
        return
    link, token = claimed
    try:
        server = await mail_server(services)
        mail = await _message(services, link, f"{base_url}/sign-in/link?token={token}", server)
        await services.mailer.send(server, mail)
    except MailRefused as refusal:
        await _end(services, link, MailState.FAILED, refusal.sentence)
    except EsdError as fault:
        await _end(services, link, MailState.QUEUED, fault.sentence)
    else:
        await _end(services, link, MailState.SENT, None)


async def _claim(services: Services, link_id: int) -> tuple[PortalLink, str] | None:
    """Take the mail for this attempt and make its token; None where another process has it."""
    now, token = services.now(), new_token()
    async with services.store.change() as work:
        link = await portal_sessions.link_for_change(work, link_id)
        if link is None or link.state is not MailState.QUEUED or link.next_attempt_at > now:
            return None
        link.attempts += 1
        link.next_attempt_at = now + _CLAIM
        link.token_hash = hash_of(token)
        await work.commit(unseen=True)
    return link, token


async def _message(
    services: Services, link: PortalLink, address_of_link: str, server: MailServer
) -> EmailMessage:
    settings = await setting_texts(services)
    async with serving(services) as connection:
        made = await templates.made_for(connection, SIGN_IN)
        entries = await portal_users.entries_of(connection, link.address)
    _, text = text_for(SIGN_IN, made, link.language)
    words = {
        "name": entries[0].name if entries else link.address,
        "link": address_of_link,
        "minutes": str(int(GOOD_FOR.total_seconds() // 60)),
        "seller": settings["company.name"] or settings["mail.sender"],
    }
    return message(
        render(text, words),
        message_id=link.message_id,
        sender=server.sender,
        recipient=link.address,
    )


async def _end(
    services: Services, claimed: PortalLink, state: MailState, error: str | None
) -> None:
    """Keep what came of an attempt, and tell it to staff in the history of each account."""
    if error is not None:
        log.info("link_not_sent", link=claimed.id, why=error)
    async with serving(services) as connection:
        entries = await portal_users.entries_of(connection, claimed.address)
    told_by = told_as(claimed.address)
    acting = [services.for_visitor(entry.account_id, told_by) for entry in entries]
    async with (acting[0] if acting else services).store.change() as work:
        link = await portal_sessions.link_for_change(work, claimed.id)
        if link is None:
            return
        link.state, link.last_error = state, error
        if state is MailState.QUEUED:
            link.next_attempt_at = services.now() + _AGAIN_AFTER
        sentence = _what_came_of(link)
        if sentence and entries:
            record(acting[0], work, LINK_MAILED, sentence, account_id=entries[0].account_id)
        await work.commit(unseen=sentence is None)
    if sentence is None:
        return
    # A transaction on a server's store reaches one account.
    for one, entry in zip(acting[1:], entries[1:], strict=True):
        async with one.store.change() as work:
            record(one, work, LINK_MAILED, sentence, account_id=entry.account_id)
            await work.commit()


def _what_came_of(link: PortalLink) -> str | None:
    """What staff are told; None for one more attempt that failed as the first one did."""
    if link.state is MailState.SENT:
        return f"A link to sign in was mailed to {link.address}."
    failed = f"The mail with a link to sign in could not be sent to {link.address}"
    if link.state is MailState.FAILED:
        return f"{failed}: {link.last_error}"
    if link.attempts > 1:
        return None
    return f"{failed}, and is tried again for as long as the link is good: {link.last_error}"
