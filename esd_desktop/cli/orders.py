"""``esd orders``: buying licences for an account (D3), and what became of each order."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from esd_desktop.cli import shapes
from esd_desktop.cli.choosing import ConnectionName, the_connection
from esd_desktop.cli.commands import command, group
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.order_sheet import order_sheet
from esd_desktop.cli.output import Output
from esd_desktop.cli.results import tell
from esd_desktop.cli.session import Session, UsageError
from esd_desktop.cli.table import Column
from esd_desktop.models.order_rows import OrderRow

if TYPE_CHECKING:
    from esd_desktop.services.context import Services
    from esd_desktop.services.order_preview import OrderLine
    from esd_desktop.services.provision_order import LicenceResult

commands = group("Orders of licences.")

_PAGE = 500
_COLUMNS = (
    Column("Order"),
    Column("Placed"),
    Column("Customer", flexible=True),
    Column("Billing To", flexible=True),
    Column("Licences", right=True),
    Column("Issued", right=True),
    Column("Failed", right=True),
    Column("Waiting", right=True),
    Column("Net", right=True),
)

OrderNumber = Annotated[str, typer.Argument(metavar="NUMBER", help="Such as SO-00001.")]


@command(commands, "place")
async def place(
    session: Session,
    account: Annotated[
        str, typer.Option(metavar="ACCOUNT", help="Who gets them: an id, a reference or a name.")
    ],
    line: Annotated[
        list[str],
        typer.Option(metavar="SKU=QUANTITY", help="So many of this product; may be repeated."),
    ],
    connection: ConnectionName = None,
) -> None:
    """Order licences, get their tokens from Microsoft and mail them to the customer."""
    from esd_desktop.services.browse import find_account
    from esd_desktop.services.order_licences import order_licences

    lines = [_order_line(text) for text in line]
    services = await session.services()
    customer = await find_account(services, account)
    chosen = await the_connection(services, connection)
    placed = await order_licences(services, customer.id, chosen.id, lines)
    session.out.note(f"Order {placed.number} was placed for {customer.name}.")
    await _get_tokens(session.out, services, placed.id, placed.number)


@command(commands, "retry")
async def retry(session: Session, number: OrderNumber) -> None:
    """Get the tokens that an order is still without, under the same transactions."""
    from esd_desktop.services.order_detail import find_order, order_detail

    services = await session.services()
    order_id = await find_order(services, number)
    order = (await order_detail(services, order_id)).order
    await _get_tokens(session.out, services, order_id, order.number)


@command(commands, "list")
async def list_orders(
    session: Session,
    account: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="Only those of this account.")
    ] = None,
    is_open: Annotated[
        bool, typer.Option("--open", help="Only those with a licence that failed or waits.")
    ] = False,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only those with a licence that failed.")
    ] = False,
    search: Annotated[
        str,
        typer.Option("--search", metavar="TEXT", help="By number, customer or reseller."),
    ] = "",
) -> None:
    """List the orders, the latest first."""
    from esd_desktop.models.listing import ListKind, ListQuery
    from esd_desktop.services.browse import find_account
    from esd_desktop.services.lists import list_page

    services = await session.services()
    account_id = (await find_account(services, account)).id if account else None
    chosen = "failed" if failed else "open" if is_open else "all"
    query = ListQuery(account_id=account_id, filter=chosen, search=search)
    with Listing(session.out, _COLUMNS, _cells) as listing:
        while rows := await list_page(services, ListKind.ORDERS, query, listing.count, _PAGE):
            listing.add(rows)
    if not listing.count:
        narrowed = account_id is not None or chosen != "all" or bool(search)
        session.out.note("No order was found." if narrowed else "There are no orders yet.")


@command(commands, "show")
async def show(session: Session, number: OrderNumber) -> None:
    """Show one order: its products, its invoices and how far each licence has come."""
    from esd_desktop.services.order_detail import find_order, order_detail

    services = await session.services()
    detail = await order_detail(services, await find_order(services, number))
    session.out.object(shapes.plain(detail))
    session.out.text(order_sheet(detail))


async def _get_tokens(out: Output, services: Services, order_id: int, number: str) -> None:
    """Tell each licence's result as it comes. Ctrl+C stops after those that are under way."""
    from esd_desktop.services.changes import Result
    from esd_desktop.services.provision_order import Stop, provision_order
    from esd_desktop.services.send_mails import send_due_mails

    stop = Stop()
    work = asyncio.ensure_future(
        provision_order(
            services, order_id, tell=lambda result: _tell(out, number, result), stop=stop
        )
    )
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        stop.ask()
        out.end_progress()
        out.note("Stopping; what is under way is finished first.")
        out.note(f"{(await work).sentence} Go on with “esd orders retry {number}”.")
        raise
    finally:
        out.end_progress()
    out.begin_list()
    out.end_list()
    outcome = work.result()
    out.note(f"{outcome.sentence} {outcome.advice}".strip())
    out.failed = out.failed or outcome.result is Result.WARNING
    await send_due_mails(services)


def _tell(out: Output, number: str, result: LicenceResult) -> None:
    out.begin_list()
    out.item({"order": number, "id": result.asset_id} | shapes.outcome(result.outcome))
    out.end_progress()
    tell(out, result.outcome, subject=f"Asset {result.asset_id}")
    out.progress(f"{result.done:,} of {result.total:,} licences")


def _order_line(text: str) -> OrderLine:
    from esd_desktop.services.order_preview import OrderLine

    sku, _, quantity = text.rpartition("=")
    if not sku or not (quantity.isascii() and quantity.isdecimal()):
        raise UsageError(f"{text!r} is not of the form SKU=QUANTITY.")
    return OrderLine(sku.strip(), int(quantity))


def _cells(row: OrderRow) -> tuple[object, ...]:
    progress = row.licences, row.issued, row.failed, row.waiting
    return row.number, row.placed_at, row.customer, row.billing_to, *progress, row.net
