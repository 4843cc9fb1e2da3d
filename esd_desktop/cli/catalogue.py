"""``esd catalogue``: what may be ordered (D2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from esd_desktop.cli.asking import confirm
from esd_desktop.cli.choosing import ConnectionName, Yes, the_connection
from esd_desktop.cli.commands import command, group
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Session, UsageError
from esd_desktop.cli.shapes import Json, plain
from esd_desktop.cli.table import Column
from esd_desktop.errors import NotFound
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.wording import counted

if TYPE_CHECKING:
    from esd_desktop.cli.output import Output
    from esd_desktop.models.offering_rows import OfferingPriceRow
    from esd_desktop.models.rows import OfferingRow
    from esd_desktop.services.refresh_catalogue import CatalogueProgress, CatalogueRead

commands = group("What may be ordered at Microsoft.")

_COLUMNS = (
    Column("SKU"),
    Column("Name", flexible=True),
    Column("Unit type"),
    Column("Status"),
    Column("In use", right=True),
    Column("At Microsoft", right=True),
)
_PRICE_COLUMNS = (
    Column("From"),
    Column("Price", right=True),
    Column("Unit type"),
    Column("Name", flexible=True),
    Column("Accepted by", flexible=True),
)


@command(commands, "refresh")
async def refresh(session: Session, connection: ConnectionName = None) -> None:
    """Read what a connection may sell (Get Services Definition)."""
    from esd_desktop.services.refresh_catalogue import refresh_catalogue

    out = session.out

    def tell(progress: CatalogueProgress) -> None:
        products = counted(progress.products, "product")
        out.progress(f"Reading… {counted(progress.pages, 'page')}, {products}")

    services = await session.services()
    chosen = await the_connection(services, connection)
    try:
        done = await refresh_catalogue(services, chosen.id, progress=tell)
    finally:
        out.end_progress()
    tell_one(out, done, {"connection": chosen.name} | _found(done))
    for status, skus in _found(done).items():
        if skus:
            out.say(f"  {status.capitalize()}: {', '.join(skus)}")


@command(commands, "list")
async def show(
    session: Session,
    connection: ConnectionName = None,
    status: Annotated[
        CatalogueStatus | None,
        typer.Option(case_sensitive=False, help="Only those of this catalogue status."),
    ] = None,
) -> None:
    """List what a connection may sell: the price in use, and Microsoft's where it differs."""
    from esd_desktop.services.browse import offering_list

    services = await session.services()
    chosen = await the_connection(services, connection)
    rows = await offering_list(services, chosen.id)
    with Listing(session.out, _COLUMNS, _cells) as listing:
        listing.add(row for row in rows if status in (None, row.status))
    if not rows:
        session.out.note(f"The catalogue of “{chosen.name}” has not been read yet: {_HOW_TO_READ}.")
    elif not listing.count and status is not None:
        session.out.note(f"No product is {status.value.casefold()}.")


@command(commands, "accept")
async def accept(
    session: Session,
    sku: Annotated[
        list[str] | None, typer.Argument(metavar="[SKU…]", help="The products to accept.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is new or changed.")] = False,
    connection: ConnectionName = None,
    yes: Yes = False,
) -> None:
    """Accept new and changed products: they are sold at Microsoft's name and price from then on."""
    from esd_desktop.models.offering_rows import can_be_accepted
    from esd_desktop.services.accept_offering import accept_offerings
    from esd_desktop.services.browse import offering_list

    if bool(sku) == everything:
        raise UsageError("Give the SKUs to accept, or --all.")
    services = await session.services()
    chosen = await the_connection(services, connection)
    rows = await offering_list(services, chosen.id)
    named = [_named(rows, each, chosen.name) for each in sku or ()]
    wanted = [row for row in rows if can_be_accepted(row)] if everything else named
    if not wanted:
        _tell_nothing(session.out, chosen.name)
        return
    for row in wanted:
        _tell_differences(session.out, row)
    confirm(f"Accept {counted(len(wanted), 'product')}?", yes=yes)
    done = await accept_offerings(services, {row.id: row.version for row in wanted})
    accepted = [_accepted(row) for row in wanted]
    tell_one(session.out, done, {"connection": chosen.name, "accepted": accepted})


@command(commands, "prices")
async def prices(
    session: Session,
    sku: Annotated[str, typer.Argument(metavar="SKU")],
    connection: ConnectionName = None,
) -> None:
    """Show what a product was called and cost since it was first accepted, newest first."""
    from esd_desktop.services.browse import offering_list, offering_prices

    services = await session.services()
    chosen = await the_connection(services, connection)
    row = _named(await offering_list(services, chosen.id), sku, chosen.name)
    history = await offering_prices(services, row.id)
    with Listing(session.out, _PRICE_COLUMNS, _price_cells) as listing:
        listing.add(history)
    if not history:
        session.out.note(f"No acceptance of {row.name} ({row.sku}) is recorded.")


def _found(done: CatalogueRead) -> dict[str, list[str]]:
    return {
        "new": sorted(done.new.values()),
        "changed": sorted(done.changed.values()),
        "discontinued": sorted(done.discontinued.values()),
    }


def _cells(row: OfferingRow) -> Sequence[object]:
    from esd_desktop.models.offering_rows import at_microsoft

    name, _, price = at_microsoft(row)
    is_new = row.status is CatalogueStatus.NEW
    offered = price if is_new or price != row.price else None
    in_use = None if is_new else row.price
    return (
        *(row.sku, name if is_new else row.name, row.unit_type),
        *(row.status.value, in_use, offered),
    )


def _price_cells(row: OfferingPriceRow) -> Sequence[object]:
    return row.valid_from, row.price, row.unit_type, row.name, row.accepted_by


def _named(rows: Iterable[OfferingRow], sku: str, connection: str) -> OfferingRow:
    for row in rows:
        if row.sku.casefold() == sku.strip().casefold():
            return row
    raise NotFound(
        f"There is no product {sku!r} in the catalogue of “{connection}”.",
        advice=f"“esd catalogue list” names them; {_HOW_TO_READ} reads them again.",
    )


def _tell_nothing(out: Output, connection: str) -> None:
    sentence = f"Nothing is new or changed in the catalogue of “{connection}”."
    out.object({"connection": connection, "result": "unchanged", "sentence": sentence})
    out.say(sentence)


def _tell_differences(out: Output, row: OfferingRow) -> None:
    from esd_desktop.models.offering_rows import differences

    out.say(f"{row.sku}  {row.name} ({row.status.value.casefold()})")
    for each in differences(row):
        change = each.offered if each.in_use is None else f"{each.in_use} → {each.offered}"
        out.say(f"  {each.what}: {change}")


def _accepted(row: OfferingRow) -> Json:
    from esd_desktop.models.offering_rows import differences

    return {"id": row.id, "sku": row.sku, "differences": plain(differences(row))}


_HOW_TO_READ = "“esd catalogue refresh”"
