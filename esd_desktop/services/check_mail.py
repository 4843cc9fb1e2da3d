"""D5: does the mail server work? Connect and sign in, without sending a mail."""

from __future__ import annotations

from esd_desktop.models.rights import Right
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.rights import require
from esd_desktop.services.send_mails import mail_server


async def check_mail(services: Services) -> Outcome:
    """Try it. Raises InvalidInput where none is set, MailFault with what is wrong."""
    await require(services, Right.VIEW)
    server = await mail_server(services)
    await services.mailer.check(server)
    return Outcome(f"The mail server {server.host}:{server.port} answers and takes mails from us.")
