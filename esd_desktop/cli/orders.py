"""``esd orders``: buying licences for an account (D3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from esd_desktop.cli.choosing import ConnectionName, the_connection
from esd_desktop.cli.commands import command, group
from esd_desktop.cli.results import each
from esd_desktop.cli.session import Session, UsageError

if TYPE_CHECKING:
    from esd_desktop.services.order_licences import OrderLine

commands = group("Orders of licences.")


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
    from esd_desktop.services.provision import provision
    from esd_desktop.services.send_mails import send_due_mails

    lines = [_order_line(text) for text in line]
    services = await session.services()
    customer = await find_account(services, account)
    chosen = await the_connection(services, connection)
    placed = await order_licences(services, customer.id, chosen.id, lines)
    session.out.note(f"Order {placed.number} was placed for {customer.name}.")
    await each(
        session.out,
        placed.asset_ids,
        lambda asset_id: provision(services, asset_id),
        name=lambda asset_id: f"Asset {asset_id}",
        mark=lambda asset_id: {"order": placed.number, "id": asset_id},
    )
    await send_due_mails(services)


def _order_line(text: str) -> OrderLine:
    from esd_desktop.services.order_licences import OrderLine

    sku, _, quantity = text.rpartition("=")
    if not sku or not quantity.isdecimal():
        raise UsageError(f"{text!r} is not of the form SKU=QUANTITY.")
    return OrderLine(sku.strip(), int(quantity))
