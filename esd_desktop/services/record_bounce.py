"""D5: a mail came back. Its notice is read, and the mail it names is marked, with the reason."""

from __future__ import annotations

import asyncio
from pathlib import Path

from esd_desktop.errors import InvalidInput, NotFound
from esd_desktop.models.rights import Right
from esd_desktop.models.statuses import MailState
from esd_desktop.models.store import assets, outbox
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.mail.bounce import LARGEST_NOTICE, read_bounce
from esd_desktop.services.mail.kinds import title_of
from esd_desktop.services.record import record_asset
from esd_desktop.services.rights import require


async def record_bounce_file(services: Services, file: Path) -> Outcome:
    """Note what a saved notice says. Raises InvalidInput where the file cannot be read, and what
    ``record_bounce`` raises."""
    await require(services, Right.RESEND)
    try:
        notice = await asyncio.to_thread(_start_of, file)
    except OSError as error:
        raise InvalidInput(f"It cannot be read: {error.strerror or error}.") from error
    return await record_bounce(services, notice)


async def record_bounce(services: Services, notice: bytes) -> Outcome:
    """Note that one of our mails could not be delivered.

    Raises InvalidInput where this is no such notice, NotFound where it names none of our mails. A
    notice of a mere delay, and one that is known already, change nothing.
    """
    await require(services, Right.RESEND)
    bounce = await asyncio.to_thread(read_bounce, notice)
    if not bounce.is_final:
        return Outcome(
            "This notice says that the mail takes longer, not that it came back.",
            result=Result.UNCHANGED,
        )
    async with services.store.change() as work:
        mail = await outbox.named_for_change(work, bounce.message_ids)
        if mail is None:
            raise NotFound(
                "This notice names none of the mails of this store.",
                advice="It may be about a mail that another program sent.",
            )
        what = f"The mail “{title_of(mail.template)}” to {mail.to_address}"
        if mail.state is MailState.BOUNCED:
            return Outcome(f"{what} is marked as returned already.", result=Result.UNCHANGED)
        mail.state = MailState.BOUNCED
        mail.last_error = f"It came back: {bounce.reason}."
        asset = await assets.for_change(work, mail.asset_id)
        sentence = f"{what} came back: {bounce.reason}."
        record_asset(services, work, asset, "mail_bounced", sentence)
        await work.commit()
    return Outcome(
        sentence,
        changes=Changes(assets=frozenset({asset.id}), mails=frozenset({mail.id})),
        advice="Correct the account's e-mail address, and send the mail again.",
    )


def _start_of(file: Path) -> bytes:
    """A file that a person chose by mistake may be of any size."""
    with file.open("rb") as opened:
        return opened.read(LARGEST_NOTICE + 1)
