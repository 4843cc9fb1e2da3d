"""``esd tax``: the tax on what is billed to a country (D3)."""

from __future__ import annotations

from typing import Annotated

import typer

from esd_desktop.cli.commands import command, group
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Session
from esd_desktop.cli.table import Column
from esd_desktop.models.invoice_rows import TaxRateRow

commands = group("The tax on invoices, by the billed account's country.")

_COLUMNS = (Column("Country"), Column("Name", flexible=True), Column("Rate", right=True))

Country = Annotated[
    str, typer.Argument(metavar="COUNTRY", help="A code of two letters, such as DE.")
]


@command(commands, "list")
async def list_rates(session: Session) -> None:
    """List the tax rates. Invoices to other countries carry no tax."""
    from esd_desktop.services.browse_invoices import tax_rate_list
    from esd_desktop.services.edit_tax_rate import rate_text

    def cells(row: TaxRateRow) -> tuple[object, ...]:
        return row.country, row.name, rate_text(row.rate)

    def shape(row: TaxRateRow) -> dict[str, str]:
        rate = rate_text(row.rate).removesuffix(" %")
        return {"country": row.country, "name": row.name, "rate": rate}

    rows = await tax_rate_list(await session.services())
    with Listing(session.out, _COLUMNS, cells, shape) as told:
        told.add(rows)
    if not rows:
        session.out.note("There are no tax rates; invoices carry no tax.")


@command(commands, "set")
async def set_rate(
    session: Session,
    country: Country,
    rate: Annotated[str, typer.Argument(metavar="RATE", help="In per cent, such as 19 or 8.5.")],
    name: Annotated[str, typer.Option(help="What the tax is called on the invoice.")] = "VAT",
) -> None:
    """Tax invoices to a country from now on; those that were issued stay as they are."""
    from esd_desktop.services.edit_tax_rate import rate_from, set_tax_rate

    wanted = rate_from(rate)
    done = await set_tax_rate(await session.services(), country, wanted, name)
    tell_one(session.out, done, {"country": country.strip().upper()})


@command(commands, "remove")
async def remove_rate(session: Session, country: Country) -> None:
    """Tax invoices to a country no longer."""
    from esd_desktop.services.edit_tax_rate import remove_tax_rate

    done = await remove_tax_rate(await session.services(), country)
    tell_one(session.out, done, {"country": country.strip().upper()})
