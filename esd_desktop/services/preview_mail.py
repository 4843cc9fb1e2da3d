"""D5: how a mail looks on a real licence, before and after its template is saved, and a test of it
to an address of one's own. The key and the link are masked in all of them."""

from __future__ import annotations

from msgspec import Struct

from esd_desktop.errors import InvalidInput
from esd_desktop.models.rights import Right
from esd_desktop.models.store import outbox
from esd_desktop.models.values import new_id
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.edit_template import check_template
from esd_desktop.services.mail.address import is_address
from esd_desktop.services.mail.kinds import kind_of
from esd_desktop.services.mail.render import MailText, message, render
from esd_desktop.services.mail_facts import chosen_text, mail_facts, words
from esd_desktop.services.record import record
from esd_desktop.services.rights import require, viewing
from esd_desktop.services.send_mails import mail_server

_MARK = "[Test] "


class Preview(Struct, frozen=True):
    """A mail as its reader sees it, and the language it was written in."""

    language: str
    mail: MailText


async def preview_mail(
    services: Services,
    name: str,
    asset_id: int,
    *,
    language: str | None = None,
    unsaved: MailText | None = None,
) -> Preview:
    """A template on a licence; in the customer's language without another. ``unsaved`` is a text
    that was typed and not saved yet. Raises NotFound, InvalidInput for what could not be saved."""
    await require(services, Right.VIEW)
    facts = await mail_facts(services, name, asset_id, None)
    found, text = chosen_text(facts, language)
    if unsaved is not None:
        check_template(name, unsaved)
        found, text = language or found, unsaved
    return Preview(found, render(text, words(facts, found, None)))


async def preview_sent(services: Services, mail_id: int) -> Preview:
    """A mail of the outbox as it would be written today. Raises NotFound, Refused where its
    template cannot be used."""
    async with viewing(services) as connection:
        mail = await outbox.one(connection, mail_id)
    facts = await mail_facts(services, mail.template, mail.asset_id, mail.request_id)
    found, text = chosen_text(facts, mail.language)
    return Preview(found, render(text, words(facts, found, None)))


async def send_test(
    services: Services,
    name: str,
    asset_id: int,
    to_address: str,
    *,
    language: str | None = None,
    unsaved: MailText | None = None,
) -> Outcome:
    """Mail the preview to an address, marked as a test. Raises InvalidInput for an address that is
    none or a text that could not be saved, MailFault where the mail server does not take it."""
    await require(services, Right.TEMPLATES)
    address = to_address.strip()
    if not is_address(address):
        raise InvalidInput(f"{address!r} is not one plain e-mail address.")
    preview = await preview_mail(services, name, asset_id, language=language, unsaved=unsaved)
    server = await mail_server(services)
    title = kind_of(name).title
    async with services.store.change() as work:
        sentence = f"A test of the mail “{title}” ({preview.language}) goes to {address}."
        record(services, work, "test_template", sentence)
        await work.commit()
    marked = MailText(_MARK + preview.mail.subject, preview.mail.text, preview.mail.html)
    await services.mailer.send(
        server,
        message(
            marked,
            message_id=f"<{new_id()}@esd-desktop.invalid>",
            sender=server.sender,
            recipient=address,
        ),
    )
    return Outcome(f"A test of “{title}” was sent to {address}, with the key masked.")
