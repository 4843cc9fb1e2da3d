"""D5: looking for undeliverable mails in the mailbox that they come back to.

Unread mails are read without being marked; those that were recorded are marked as read, and nothing
is ever deleted. The mailbox may have other readers.
"""

from __future__ import annotations

from esd_desktop.errors import InvalidInput, NotFound
from esd_desktop.models.rights import Right
from esd_desktop.models.wording import counted
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.mail.mailbox import MailboxPlace, open_mailbox
from esd_desktop.services.record_bounce import record_bounce
from esd_desktop.services.rights import may, require
from esd_desktop.services.shared_settings import BOUNCE_PASSWORD, password_of, setting_texts


async def read_bounces(services: Services) -> Changes:
    """Look, where a mailbox is set and who works here may; what changed. Raises MailFault,
    VaultFault."""
    if not await may(services, Right.RESEND):
        return Changes()
    place = await _place(services)
    return Changes() if place is None else (await _read(services, place))[0]


async def look_for_bounces(services: Services) -> Outcome:
    """Look now, because a person asked. Raises InvalidInput where no mailbox is set, MailFault
    where it cannot be read."""
    await require(services, Right.RESEND)
    place = await _place(services)
    if place is None:
        raise InvalidInput(
            "No mailbox for undeliverable mails is set.",
            advice="Set its server, user name and password in Settings, Mail.",
        )
    changes, read = await _read(services, place)
    if not changes:
        return Outcome(
            f"No mail came back. {counted(read, 'unread mail')} looked at.", Result.UNCHANGED
        )
    found = len(changes.mails)
    return Outcome(f"{counted(found, 'mail')} came back.", Result.WARNING, changes)


async def _place(services: Services) -> MailboxPlace | None:
    settings = await setting_texts(services)
    if not settings["mail.bounce_host"] or not settings["mail.bounce_username"]:
        return None
    password = await password_of(services, BOUNCE_PASSWORD)
    if password is None:
        # Kept by each computer for itself; another one looks into the mailbox.
        return None
    return MailboxPlace(
        host=settings["mail.bounce_host"],
        port=int(settings["mail.bounce_port"]),
        username=settings["mail.bounce_username"],
        password=password,
    )


async def _read(services: Services, place: MailboxPlace) -> tuple[Changes, int]:
    changes = Changes()
    async with open_mailbox(place) as mailbox:
        uids = await mailbox.unseen(services.now())
        for uid in uids:
            try:
                outcome = await record_bounce(services, await mailbox.read(uid))
            except (InvalidInput, NotFound):
                # Somebody's letter, or another program's mail: it stays as it is.
                continue
            changes |= outcome.changes
            await mailbox.mark_seen(uid)
    return changes, len(uids)
