"""``esd assets discrepancies`` and ``settle``: what disagrees with Microsoft or with itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

import typer

from esd_desktop.cli.asking import confirm
from esd_desktop.cli.choosing import AssetId, Yes
from esd_desktop.cli.commands import command
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Session
from esd_desktop.cli.shapes import Json, plain
from esd_desktop.cli.table import Column
from esd_desktop.models.discrepancy_rows import DiscrepancyKind, DiscrepancyRow, Remedy
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.wording import counted

if TYPE_CHECKING:
    from esd_desktop.services.changes import Outcome
    from esd_desktop.services.context import Services

# Nameless: its commands join those of assets.py.
commands = typer.Typer(rich_markup_mode=None)

_PAGE = 2_000
_COLUMNS = (
    Column("ID", right=True),
    Column("Kind"),
    Column("Since"),
    Column("Customer", flexible=True),
    Column("Product", flexible=True),
    Column("Order", flexible=True),
    Column("What disagrees", flexible=True),
    Column("Settled by"),
)


@command(commands, "discrepancies")
async def list_discrepancies(
    session: Session,
    kind: Annotated[DiscrepancyKind | None, typer.Option(help="Only those of this kind.")] = None,
    account: Annotated[
        str | None,
        typer.Option(metavar="ACCOUNT", help="Only this account's: an id, a reference or a name."),
    ] = None,
) -> None:
    """List what disagrees with Microsoft or with itself, the most urgent first."""
    from esd_desktop.services.browse import find_account

    services = await session.services()
    account_id = (await find_account(services, account)).id if account else None
    query = ListQuery(account_id=account_id, filter=kind.value if kind else "all")
    with Listing(session.out, _COLUMNS, _cells, _shape) as listing:
        async for rows in _pages(services, query):
            listing.add(rows)
    if not listing.count:
        session.out.note("Nothing disagrees.")
    else:
        session.out.note(f"{counted(listing.count, 'asset')}. “esd assets settle ID” settles one.")


@command(commands, "settle")
async def settle(
    session: Session,
    asset_id: AssetId,
    comment: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="Leave it as it is, for this reason, instead of doing anything."
        ),
    ] = None,
    yes: Yes = False,
) -> None:
    """Do what settles a discrepancy, or with --comment decide that it stays as it is."""
    from esd_desktop.services.browse import discrepancy
    from esd_desktop.services.send_mails import send_due_mails
    from esd_desktop.services.settle_discrepancy import settle_discrepancy

    services = await session.services()
    if comment is not None:
        done = await settle_discrepancy(services, asset_id, comment)
    else:
        row = await discrepancy(services, asset_id)
        remedy = row.remedies[0]
        if remedy in _QUESTIONS:
            confirm(_QUESTIONS[remedy].format(f"{row.product} of {row.customer}"), yes=yes)
        done = await _settled_by(services, remedy, asset_id)
        await send_due_mails(services)
    tell_one(session.out, done, {"id": asset_id})


async def _settled_by(services: Services, remedy: Remedy, asset_id: int) -> Outcome:
    from esd_desktop.services.cancel_licence import cancel_licence
    from esd_desktop.services.provision import provision
    from esd_desktop.services.return_again import return_again
    from esd_desktop.services.settle_doubt import settle_asset
    from esd_desktop.services.update_status import update_status

    match remedy:
        case Remedy.SETTLE_DOUBT:
            return await settle_asset(services, asset_id)
        case Remedy.RETURN_AGAIN:
            return await return_again(services, asset_id)
        case Remedy.CANCEL:
            return await cancel_licence(services, asset_id)
        case Remedy.RETRY:
            return await provision(services, asset_id)
        case Remedy.UPDATE_STATUS | Remedy.ACCEPT:
            return await update_status(services, asset_id)


async def _pages(services: Services, query: ListQuery) -> AsyncIterator[list[DiscrepancyRow]]:
    from esd_desktop.services.lists import list_page

    offset = 0
    while True:
        rows = await list_page(services, ListKind.DISCREPANCIES, query, offset, _PAGE)
        yield rows
        if len(rows) < _PAGE:
            return
        offset += _PAGE


def _cells(row: DiscrepancyRow) -> tuple[object, ...]:
    return (
        row.id,
        row.kind,
        row.since,
        row.customer,
        row.product,
        row.order_number,
        row.detail,
        row.remedies[0],
    )


def _shape(row: DiscrepancyRow) -> Json:
    shape: Json = plain(row)
    return shape | {"detail": row.detail, "remedies": [each.value for each in row.remedies]}


_QUESTIONS = {
    Remedy.CANCEL: "Cancel the record of {}? Microsoft has taken it back already; it is credited.",
    Remedy.RETURN_AGAIN: "Ask Microsoft to take back {}? Nothing is credited again.",
}
