"""Mail somebody who may sign in where the portal is. The mail signs nobody in: a link that does is
good for fifteen minutes and once, so that the person asks for it when it is wanted."""

from __future__ import annotations

from esd_desktop.errors import InvalidInput, NotFound
from esd_desktop.models.rights import Right
from esd_desktop.models.store import accounts, portal_users, templates
from esd_desktop.models.values import new_id
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.mail.kinds import INVITATION
from esd_desktop.services.mail.render import MailText, message, render
from esd_desktop.services.mail_facts import text_for
from esd_desktop.services.portal.sign_in import folded
from esd_desktop.services.record import record
from esd_desktop.services.rights import require, viewing
from esd_desktop.services.send_mails import mail_server
from esd_desktop.services.shared_settings import PORTAL_URL, setting_texts


async def invite_portal_user(services: Services, account_id: int, address: str) -> Outcome:
    """Send it now, in the language of the account's mails. Raises NotFound for an address that may
    not sign in, InvalidInput where the portal's address or the mail server is not set, MailFault
    where the mail cannot be sent."""
    await require(services, Right.ACCOUNTS)
    server = await mail_server(services)
    mail = message(
        await _invitation(services, account_id, address),
        message_id=f"<{new_id()}@esd-desktop.invalid>",
        sender=server.sender,
        recipient=address,
    )
    await services.mailer.send(server, mail)
    sentence = f"An invitation to the portal was mailed to {address}."
    async with services.store.change() as work:
        record(services, work, "invite_portal_user", sentence, account_id=account_id)
        await work.commit()
    return Outcome(sentence, changes=Changes(accounts=frozenset({account_id})))


async def _invitation(services: Services, account_id: int, address: str) -> MailText:
    settings = await setting_texts(services)
    if not settings[PORTAL_URL]:
        raise InvalidInput(
            "The portal's address is not set, so that nobody can be led there.",
            advice="An administrator types it under Settings, Portal.",
        )
    async with viewing(services) as connection:
        account = await accounts.one(connection, account_id)
        entries = await portal_users.entries_of(connection, folded(address) or "")
        made = await templates.made_for(connection, INVITATION)
    names = [entry.name for entry in entries if entry.account_id == account_id]
    if not names:
        raise NotFound(f"{address} may not sign in for {account.name}.")
    _, text = text_for(INVITATION, made, account.language)
    words = {
        "name": names[0],
        "account": account.name,
        "address": address,
        "link": f"{settings[PORTAL_URL]}/sign-in",
        "seller": settings["company.name"] or settings["mail.sender"],
    }
    return render(text, words)
