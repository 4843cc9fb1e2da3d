"""``esd accounts``: who holds licences, and who is billed for them (C2, C4)."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from msgspec.structs import replace

from esd_desktop.cli.commands import command, group
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Session
from esd_desktop.cli.table import Column
from esd_desktop.models.rows import AccountRow

commands = group("Resellers and their customers.")

_COLUMNS = (
    Column("ID", right=True),
    Column("Kind"),
    Column("Name", flexible=True),
    Column("Reference", flexible=True),
    Column("E-mail", flexible=True),
    Column("Billed through", flexible=True),
    Column("Assets", right=True),
)

Name = Annotated[str, typer.Option(metavar="NAME", help="What the account is called.")]
Email = Annotated[str, typer.Option(metavar="ADDRESS", help="Where its licences are mailed to.")]
Country = Annotated[str, typer.Option(metavar="CODE", help="Two letters, such as GR.")]
Language = Annotated[str, typer.Option(metavar="TAG", help="Of its mails, such as en or el.")]
Reference = Annotated[str, typer.Option(metavar="TEXT", help="Its number in another system.")]


@command(commands, "list")
async def list_accounts(
    session: Session,
    search: Annotated[
        str, typer.Option("--search", metavar="TEXT", help="Only those found by these words.")
    ] = "",
) -> None:
    """List the accounts by name."""
    from esd_desktop.services.browse import account_list

    rows = await account_list(await session.services(), search)
    with Listing(session.out, _COLUMNS, _cells) as listing:
        listing.add(rows)
    if not rows:
        session.out.note("No account was found." if search else "There are no accounts yet.")


@command(commands, "add")
async def add(
    session: Session,
    name: Name,
    email: Email = "",
    country: Country = "",
    language: Language = "",
    reference: Reference = "",
    reseller: Annotated[
        str | None,
        typer.Option(metavar="ACCOUNT", help="The reseller who is billed for the licences."),
    ] = None,
    although_alike: Annotated[
        bool,
        typer.Option("--although-alike", help="Also where an account has the name or address."),
    ] = False,
) -> None:
    """Add a customer."""
    from esd_desktop.services.add_account import AccountForm, add_account
    from esd_desktop.services.browse import find_account

    services = await session.services()
    reseller_id = (await find_account(services, reseller)).id if reseller else None
    form = AccountForm(name, email, country, language, reference, reseller_id)
    added = await add_account(services, form, although_alike=although_alike)
    tell_one(session.out, added.outcome, {"id": added.id})


@command(commands, "edit")
async def edit(
    session: Session,
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="An id, a reference or a name.")
    ],
    name: Annotated[str | None, typer.Option(metavar="NAME")] = None,
    email: Annotated[str | None, typer.Option(metavar="ADDRESS")] = None,
    country: Annotated[str | None, typer.Option(metavar="CODE")] = None,
    language: Annotated[str | None, typer.Option(metavar="TAG")] = None,
    reference: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
) -> None:
    """Correct an account. What is not given stays; an empty text takes a value out."""
    from esd_desktop.services.browse import find_account
    from esd_desktop.services.edit_account import account_for_edit, edit_account

    services = await session.services()
    found = await find_account(services, account)
    opened = await account_for_edit(services, found.id)
    given: dict[str, Any] = {
        "name": name,
        "email": email,
        "country": country,
        "language": language,
        "reference": reference,
    }
    changed = {field: value for field, value in given.items() if value is not None}
    form = replace(opened.form, **changed)
    done = await edit_account(services, found.id, opened.version, form)
    tell_one(session.out, done, {"id": found.id})


def _cells(row: AccountRow) -> tuple[object, ...]:
    return row.id, row.kind, row.name, row.reference, row.email, row.reseller, row.asset_count
