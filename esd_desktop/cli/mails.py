"""``esd mails``: mails on their way, sent, failed and returned (D5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from esd_desktop.cli.asking import confirm
from esd_desktop.cli.choosing import Yes
from esd_desktop.cli.commands import command, group
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.results import each, tell_one
from esd_desktop.cli.session import Session
from esd_desktop.cli.shapes import plain
from esd_desktop.cli.table import Column, shown
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.mail_rows import MailRow
from esd_desktop.models.wording import counted
from esd_desktop.services.changes import Outcome

if TYPE_CHECKING:
    from esd_desktop.services.context import Services

commands = group("Mails: look at them, send them again, note those that came back.")

_PAGE = 500
_LARGEST_ID = 2**63 - 1
_COLUMNS = (
    Column("ID", right=True),
    Column("State"),
    Column("Mail", flexible=True),
    Column("To", flexible=True),
    Column("Customer", flexible=True),
    Column("Product", flexible=True),
    Column("Asset", right=True),
    Column("Queued", flexible=True),
    Column("Attempts", right=True),
)

MailId = Annotated[int, typer.Argument(metavar="MAIL", min=1, max=_LARGEST_ID)]
State = Literal["all", "waiting", "sent", "failed"]


@command(commands, "list")
async def list_mails(
    session: Session,
    account: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="An id, a reference or a name.")
    ] = None,
    state: Annotated[
        State, typer.Option(help="Only those that stand so; failed takes in returned ones.")
    ] = "all",
    search: Annotated[
        str, typer.Option(metavar="TEXT", help="Only those found by address, customer, product.")
    ] = "",
) -> None:
    """List mails, the newest first."""
    from esd_desktop.services.browse import find_account

    services = await session.services()
    account_id = (await find_account(services, account)).id if account else None
    query = ListQuery(account_id=account_id, filter=state, search=search)
    with Listing(session.out, _COLUMNS, _cells) as listing:
        async for rows in _pages(services, query):
            listing.add(rows)
    session.out.note(f"{counted(listing.count, 'mail')}.")


@command(commands, "show")
async def show_mail(session: Session, mail_id: MailId) -> None:
    """Show a mail as it would be written today, the key masked, and what became of it."""
    from esd_desktop.services.preview_mail import preview_sent
    from esd_desktop.services.resend_mail import mail

    services = await session.services()
    row = await mail(services, mail_id)
    preview = await preview_sent(services, mail_id)
    session.out.object(
        plain(row) | {"subject": preview.mail.subject, "body": preview.mail.text.strip()}
    )
    session.out.text(f"{_sheet(row)}\n\n{preview.mail.subject}\n\n{preview.mail.text.strip()}")


@command(commands, "resend")
async def resend(session: Session, mail_id: MailId, yes: Yes = False) -> None:
    """Send a mail again; one that waits is tried now."""
    from esd_desktop.services.resend_mail import mail_recipient, resend_mail

    services = await session.services()
    address = await mail_recipient(services, mail_id)
    session.out.note(f"Mail {mail_id} goes to {address}.")
    confirm("Send it?", yes=yes)
    done = await resend_mail(services, mail_id, confirmed_address=address)
    tell_one(session.out, done, {"id": mail_id, "address": address})


@command(commands, "send")
async def send(session: Session) -> None:
    """Try every mail that waits, now."""
    from esd_desktop.services.send_mails import send_waiting_mails

    tell_one(session.out, await send_waiting_mails(await session.services()), {})


@command(commands, "bounce")
async def bounce(
    session: Session,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE…]", help="Notices as files; without, the mailbox is read."),
    ] = None,
) -> None:
    """Note mails that came back: from saved notices (.eml), or from the mailbox of the settings."""
    from esd_desktop.services.read_bounces import look_for_bounces
    from esd_desktop.services.record_bounce import record_bounce_file

    services = await session.services()
    if not files:
        tell_one(session.out, await look_for_bounces(services), {})
        return

    async def noted(file: Path) -> Outcome:
        return await record_bounce_file(services, file)

    await each(session.out, files, noted, name=str, mark=lambda file: {"file": str(file)})


async def _pages(services: Services, query: ListQuery) -> AsyncIterator[list[MailRow]]:
    from esd_desktop.services.lists import list_page

    offset = 0
    while rows := await list_page(services, ListKind.MAILS, query, offset, _PAGE):
        yield rows
        offset += len(rows)


def _cells(row: MailRow) -> tuple[object, ...]:
    from esd_desktop.services.mail.kinds import title_of

    return (
        row.id,
        row.state,
        title_of(row.template),
        row.to_address,
        row.customer,
        row.product,
        row.asset_id,
        row.queued_at,
        row.attempts,
    )


def _sheet(row: MailRow) -> str:
    from esd_desktop.services.mail.kinds import title_of

    pairs: list[tuple[str, object]] = [
        ("Mail", f"{row.id}, {title_of(row.template)}"),
        ("State", row.state),
        ("To", row.to_address),
        ("Reason", row.last_error),
        ("Customer", row.customer),
        ("Product", row.product),
        ("Asset", row.asset_id),
        ("Queued", row.queued_at),
        ("Queued by", row.queued_by),
        ("Attempts", row.attempts),
        ("Sent", row.sent_at),
        ("Message-ID", row.message_id),
    ]
    width = max(len(label) for label, _ in pairs)
    return "\n".join(f"{label:<{width}}  {shown(value)}" for label, value in pairs)
