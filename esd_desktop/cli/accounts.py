"""``esd accounts``: who holds licences, and who is billed for them (C2, C4)."""

from __future__ import annotations

from typing import Annotated

import typer

from esd_desktop.cli.commands import command, group
from esd_desktop.cli.listing import Listing
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


def _cells(row: AccountRow) -> tuple[object, ...]:
    return row.id, row.kind, row.name, row.reference, row.email, row.reseller, row.asset_count
