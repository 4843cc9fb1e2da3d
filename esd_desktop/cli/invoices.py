"""``esd invoices``: invoices and credit invoices (D3, B3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from esd_desktop.cli.commands import command, group
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Session, UsageError
from esd_desktop.cli.shapes import Json, plain
from esd_desktop.cli.table import Column, Table, local_day, shown
from esd_desktop.models.invoice_rows import InvoiceRow
from esd_desktop.models.values import Money

if TYPE_CHECKING:
    from esd_desktop.models.invoice_rows import InvoiceDetail

commands = group("Invoices and credit invoices.")

_PAGE = 500
_FILTERS = ("all", "invoices", "credits")
_COLUMNS = (
    Column("Number"),
    Column("Issued"),
    Column("Billed to", flexible=True),
    Column("Order"),
    Column("Net", right=True),
    Column("Tax", right=True),
    Column("Total", right=True),
    Column("Credited", right=True),
)

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Such as INV-2026-00001.")]


@command(commands, "list")
async def list_invoices(
    session: Session,
    account: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="Only those of an account.")
    ] = None,
    only: Annotated[str, typer.Option(metavar="KIND", help="all, invoices or credits.")] = "all",
    search: Annotated[str, typer.Option(help="Words of the number, account or order.")] = "",
) -> None:
    """List invoices and credit invoices, newest first."""
    from esd_desktop.models.listing import ListKind, ListQuery
    from esd_desktop.services.browse import find_account
    from esd_desktop.services.lists import list_page

    if only not in _FILTERS:
        raise UsageError(f"--only is one of {', '.join(_FILTERS)}.")
    services = await session.services()
    wanted = (await find_account(services, account)).id if account is not None else None
    query = ListQuery(account_id=wanted, filter=only, search=search)
    with Listing(session.out, _COLUMNS, _cells, _shape) as told:
        while rows := await list_page(services, ListKind.INVOICES, query, told.count, _PAGE):
            told.add(rows)
    session.out.note(f"{told.count:,} found.")


@command(commands, "show")
async def show(session: Session, number: Number) -> None:
    """Show one invoice with all that stands on it."""
    from esd_desktop.services.browse_invoices import find_invoice, invoice_detail

    services = await session.services()
    detail = await invoice_detail(services, await find_invoice(services, number))
    session.out.long_object(_heading(detail), items=_item_shapes(detail))
    session.out.text(_sheet(detail, session.out.table(_ITEM_COLUMNS)))


@command(commands, "pdf")
async def pdf(
    session: Session,
    number: Number,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Its number and .pdf without one.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Write over a file that is there.")
    ] = False,
) -> None:
    """Save an invoice as a PDF."""
    from esd_desktop.services.browse_invoices import find_invoice, invoice_detail
    from esd_desktop.services.invoice_file import save_invoice

    services = await session.services()
    detail = await invoice_detail(services, await find_invoice(services, number))
    path = file or Path(f"{detail.row.number}.pdf")
    done = await save_invoice(services, detail.row.id, path, overwrite=overwrite)
    tell_one(session.out, done, {"number": detail.row.number, "file": str(path)})


def _cells(row: InvoiceRow) -> tuple[object, ...]:
    return (
        row.number,
        local_day(row.issued_at),
        row.account,
        row.order_number,
        row.net,
        row.tax,
        row.total,
        row.credited,
    )


def _shape(row: InvoiceRow) -> Json:
    shape: Json = plain(row)
    return shape | {"total": plain(row.total)}


_ITEM_COLUMNS = (
    Column("Asset", right=True),
    Column("Product", flexible=True),
    Column("SKU"),
    Column("Net", right=True),
    Column("Tax %", right=True),
    Column("Tax", right=True),
)


def _heading(detail: InvoiceDetail) -> Json:
    return _shape(detail.row) | {
        "tax_name": detail.tax_name,
        "seller": plain(detail.seller),
        "billed_name": detail.billed_name,
        "billed_country": detail.billed_country,
        "credits": detail.credits_number,
        "credited_with": list(detail.credit_numbers),
    }


def _item_shapes(detail: InvoiceDetail) -> Iterator[Json]:
    currency = detail.row.net.currency
    for item in detail.items:
        yield {
            "asset": item.asset_id,
            "sku": item.sku,
            "description": item.description,
            "net": Money(item.net, currency).figures,
            "tax_rate": f"{item.tax_rate.normalize():f}",
            "tax": Money(item.tax, currency).figures,
        }


def _sheet(detail: InvoiceDetail, table: Table) -> str:
    row = detail.row
    pairs = [
        (str(row.kind), row.number),
        ("Issued", local_day(row.issued_at)),
        ("Billed to", f"{detail.billed_name} {detail.billed_country}".strip()),
        ("Order", row.order_number),
        ("Credit of", detail.credits_number),
        ("Credited with", ", ".join(detail.credit_numbers) or None),
        ("Net", row.net),
        (detail.tax_name or "Tax", row.tax),
        ("Total", row.total),
    ]
    known = [(label, value) for label, value in pairs if value is not None]
    width = max(len(label) for label, _ in known)
    sheet = [f"{label:<{width}}  {shown(value)}" for label, value in known]
    currency = row.net.currency
    items = [
        (
            item.asset_id,
            item.description,
            item.sku,
            Money(item.net, currency).figures,
            f"{item.tax_rate.normalize():f}",
            Money(item.tax, currency).figures,
        )
        for item in detail.items
    ]
    return "\n".join([*sheet, "", *table.lines(items)])
