"""``esd assets list`` and ``show``: looking at licences (A1-A11, C1-C3)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

import typer

from esd_desktop.cli.asset_sheet import asset_sheet
from esd_desktop.cli.choosing import AssetId
from esd_desktop.cli.commands import command, group
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.session import Session
from esd_desktop.cli.shapes import Revealed, asset_in_full, asset_line
from esd_desktop.cli.table import Column
from esd_desktop.models.rows import AssetDetail, AssetQuery, AssetRow, AssetView, StatusFilter
from esd_desktop.models.wording import counted

if TYPE_CHECKING:
    from esd_desktop.services.context import Services

commands = group("Licences: look at them, update, resend, cancel, delete.")

_PAGE = 2_000
_COLUMNS = (
    Column("ID", right=True),
    Column("Status"),
    Column("Token status"),
    Column("Provisioning"),
    Column("Customer", flexible=True),
    Column("Product", flexible=True),
    Column("Order", flexible=True),
    Column("Purchased", flexible=True),
    Column("Price", right=True),
    Column("Key"),
)


@command(commands, "list")
async def list_assets(
    session: Session,
    account: Annotated[
        str | None,
        typer.Option(
            metavar="ACCOUNT",
            help="What this account holds or is billed for: an id, a reference or a name.",
        ),
    ] = None,
    status: Annotated[StatusFilter, typer.Option(help="Only those of this status.")] = "all",
    search: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help="Only those found by these words: customer, reseller, order, product, the key's "
            "last five; or by a whole key.",
        ),
    ] = "",
    view: Annotated[AssetView, typer.Option(help="A ready-made view.")] = AssetView.EVERYTHING,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    offset: Annotated[int, typer.Option(min=0, help="Leave so many out at the start.")] = 0,
) -> None:
    """List assets, the newest purchase first."""
    from esd_desktop.services.browse import asset_counts, find_account

    services = await session.services()
    account_id = (await find_account(services, account)).id if account else None
    query = AssetQuery(account_id=account_id, status=status, search=search, view=view)
    with Listing(session.out, _COLUMNS, _cells, asset_line) as listing:
        async for rows in _pages(services, query, offset, limit):
            listing.add(rows)
    if not session.out.as_json:
        counts = await asset_counts(services, query)
        session.out.note(f"{listing.count:,} of {counted(counts.all, 'asset')}.")


@command(commands, "show")
async def show_asset(
    session: Session,
    asset_id: AssetId,
    reveal: Annotated[
        bool,
        typer.Option(
            "--reveal",
            help="Show the key and the link, where the store's settings allow it. It is audited.",
        ),
    ] = False,
) -> None:
    """Show everything about one asset."""
    from esd_desktop.services.browse import asset_detail

    services = await session.services()
    detail = await asset_detail(services, asset_id)
    revealed = await _revealed(services, detail) if reveal else None
    shape = asset_in_full(detail, revealed)
    session.out.object(shape)
    session.out.text(asset_sheet(detail, shape["token"], shape["link"]))


async def _pages(
    services: Services, query: AssetQuery, offset: int, limit: int | None
) -> AsyncIterator[list[AssetRow]]:
    """The list a page at a time, so that it may be of any length."""
    from esd_desktop.services.browse import asset_page

    left = limit
    while left is None or left > 0:
        wanted = _PAGE if left is None else min(_PAGE, left)
        rows = await asset_page(services, query, offset, wanted)
        yield rows
        if len(rows) < wanted:
            return
        offset += wanted
        left = None if left is None else left - wanted


async def _revealed(services: Services, detail: AssetDetail) -> Revealed:
    """The secrets, each with its audit row written before."""
    from esd_desktop.services.reveal_key import Purpose, reveal

    key = await reveal(services, detail.id, Purpose.SHOW_KEY)
    if not detail.has_link:
        return Revealed(key.reveal(), None)
    link = await reveal(services, detail.id, Purpose.SHOW_LINK)
    return Revealed(key.reveal(), link.reveal())


def _cells(row: AssetRow) -> tuple[object, ...]:
    return (
        row.id,
        row.status,
        row.token_status,
        row.provisioning_sync_status,
        row.customer,
        row.product,
        row.order_number,
        row.purchase_date,
        row.price,
        row.masked_key,
    )
