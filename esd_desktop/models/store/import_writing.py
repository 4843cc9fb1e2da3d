"""Moving what an import has staged, and found good, into the store, in one transaction.

Accounts, orders and invoices are written set by set; import_records.py writes what there is one of
for each line.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    JSON,
    ColumnElement,
    FromClause,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.errors import ChangedMeanwhile
from esd_desktop.models.statuses import AccountKind, AssetStatus, InvoiceKind
from esd_desktop.models.store import tables
from esd_desktop.models.store.engine import WRITES
from esd_desktop.models.store.import_staging import invoices, known, lines, numbered
from esd_desktop.models.store.upserting import upsert

_LOCK = 0x45534449  # any number that only imports use
_ACTION = "import"
# The series that order_licences numbers by.
OWN_ORDERS = "SO"
_ACCOUNT = (
    *("id", "version", "kind", "name", "reference", "email", "country"),
    *("reseller_id", "search_text", "created_at"),
)
_SERIES = {InvoiceKind.INVOICE: "IMP", InvoiceKind.CREDIT: "IMP-CRN"}


class Stamp(Struct, frozen=True):
    """Who imports, when, and from which file."""

    operator: str
    at: datetime
    file: str


@asynccontextmanager
async def writing(connection: AsyncConnection) -> AsyncIterator[None]:
    """The transaction that writes. Within it no other import, and on SQLite nobody else, writes.
    Without ``connection.commit()`` it never happened."""
    await connection.commit()
    await connection.execution_options(**{WRITES: True})
    if connection.dialect.name == "postgresql":
        # The audit's chain goes on from what others commit until the end.
        await connection.execution_options(isolation_level="READ COMMITTED")
    try:
        if connection.dialect.name == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        yield
    except IntegrityError as error:
        raise ChangedMeanwhile(
            "Somebody else wrote one of the file's orders or accounts at the same moment; nothing "
            "of the file was written.",
            advice="Import it again.",
        ) from error


async def write_accounts(connection: AsyncConnection, stamp: Stamp) -> None:
    """The accounts that are new, resellers first since their customers name them."""
    await _number_accounts(connection)
    reseller = known.alias("reseller")
    for kind in (AccountKind.RESELLER, AccountKind.CUSTOMER):
        new = (
            select(
                known.c.real_id,
                literal(1),
                known.c.kind,
                known.c.name,
                known.c.number,
                known.c.email,
                known.c.country,
                reseller.c.real_id,
                known.c.search_text,
                literal(stamp.at, tables.accounts.c.created_at.type),
            )
            .select_from(known.outerjoin(reseller, reseller.c.id == known.c.reseller_id))
            .where(known.c.id < 0, known.c.kind == kind)
            .order_by(known.c.real_id)
        )
        await connection.execute(insert(tables.accounts).from_select(_ACCOUNT, new))
    sentence = literal(f"Imported from {stamp.file}.")
    new_accounts = select(null(), known.c.real_id, sentence).where(known.c.id < 0)
    await write_audit(connection, stamp, new_accounts.order_by(known.c.real_id))


async def write_orders(connection: AsyncConnection, stamp: Stamp) -> None:
    """The orders that are new, with the assets they generate numbered: ``numbered`` has an asset's
    id for each new line from here on."""
    new_lines = select(lines.c.line.label("id")).where(lines.c.is_asset, lines.c.asset_id.is_(None))
    await _number(connection, tables.assets, new_lines, order_by="id")
    is_there = select(tables.orders.c.id).where(tables.orders.c.number == lines.c.order_number)
    customer, billed = known.alias("customer"), known.alias("billed")
    new = (
        select(
            lines.c.order_number,
            func.min(customer.c.real_id),
            func.min(billed.c.real_id),
            func.min(lines.c.purchase_date),
            literal(stamp.operator),
        )
        .join(numbered, numbered.c.id == lines.c.line)
        .join(customer, customer.c.id == lines.c.customer_id)
        .join(billed, billed.c.id == lines.c.billing_to_id)
        .where(~is_there.exists())
        .group_by(lines.c.order_number)
        .order_by(func.min(lines.c.line))
    )
    columns = ("number", "customer_id", "billing_to_id", "placed_at", "placed_by")
    await connection.execute(insert(tables.orders).from_select(columns, new))


async def pass_own_order(connection: AsyncConnection, number: int) -> None:
    """Let our own orders be numbered from above this one on: imported orders keep the numbers they
    came with, and no two orders have the same."""
    series = tables.number_series
    passed = (
        upsert(connection, series)
        .values(name=OWN_ORDERS, last_number=number)
        .on_conflict_do_update(
            index_elements=["name"],
            set_={"last_number": number},
            where=series.c.last_number < number,
        )
    )
    await connection.execute(passed)


async def write_invoices(connection: AsyncConnection, stamp: Stamp) -> None:
    """For each order and currency one invoice over what is new, and one credit invoice where some
    of it was cancelled already. When that was, no file says: it is credited as of now."""
    charged_at = func.min(lines.c.purchase_date)
    credited_at = literal(stamp.at, tables.invoices.c.issued_at.type)
    await _invoices(connection, InvoiceKind.INVOICE, charged_at, literal(True))
    cancelled = lines.c.status == AssetStatus.CANCELLED
    await _invoices(connection, InvoiceKind.CREDIT, credited_at, cancelled)


async def write_audit(
    connection: AsyncConnection, stamp: Stamp, about: Select[Any, Any, str]
) -> None:
    """Rows of the history. ``about`` selects an asset's id, an account's id and a sentence."""
    asset_id, account_id, sentence = about.subquery().c
    moment = literal(stamp.at, tables.audit.c.at.type)
    whole = select(
        moment,
        literal(stamp.operator),
        literal(_ACTION),
        sentence,
        cast(asset_id, tables.audit.c.asset_id.type),
        cast(account_id, tables.audit.c.account_id.type),
        literal({}, JSON),
    )
    columns = ("at", "operator", "action", "sentence", "asset_id", "account_id", "changes")
    await connection.execute(insert(tables.audit).from_select(columns, whole))


async def write_summary(connection: AsyncConnection, stamp: Stamp, sentence: str) -> None:
    """The row of the history about the file as a whole."""
    await write_audit(connection, stamp, select(null(), null(), literal(sentence)))


async def _number_accounts(connection: AsyncConnection) -> None:
    """Give the new accounts their ids, in the order of the file."""
    new = select(known.c.id, (-known.c.id).label("place")).where(known.c.id < 0)
    await _number(connection, tables.accounts, new, order_by="place")
    given = select(numbered.c.number).where(numbered.c.id == known.c.id).scalar_subquery()
    await connection.execute(update(known).where(known.c.id < 0).values(real_id=given))
    await connection.execute(delete(numbered))


async def _number(
    connection: AsyncConnection, table: Table, new: Select[Any], *, order_by: str
) -> None:
    """Fill ``numbered``: for each ``id`` of ``new`` the next id of the table."""
    row = new.subquery()
    place = row.c[order_by]
    if connection.dialect.name == "postgresql":
        ordered = select(row.c.id).order_by(place).subquery()
        next_id = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
        numbers = select(ordered.c.id, next_id)
    else:
        highest = select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery()
        numbers = select(row.c.id, highest + func.row_number().over(order_by=place))
    await connection.execute(insert(numbered).from_select(["id", "number"], numbers))


async def _invoices(
    connection: AsyncConnection,
    kind: InvoiceKind,
    issued_at: ColumnElement[datetime],
    which: ColumnElement[bool],
) -> None:
    """Invoices of one kind over the new lines of which ``which`` holds; ``invoices`` says which one
    an order's items of a currency stand on."""
    groups = (
        select(
            lines.c.order_number,
            lines.c.currency,
            issued_at.label("issued_at"),
            func.sum(lines.c.charged).label("net"),
            func.row_number().over(order_by=func.min(lines.c.line)).label("place"),
        )
        .join(numbered, numbered.c.id == lines.c.line)
        .where(which)
        .group_by(lines.c.order_number, lines.c.currency)
        .subquery()
    )
    count = select(func.count()).select_from(groups)
    needed = (await connection.execute(count)).scalar_one()
    if not needed:
        return
    before = await _take_numbers(connection, _SERIES[kind], needed)
    staged = select(
        groups.c.order_number,
        groups.c.currency,
        literal(kind, invoices.c.kind.type),
        literal(f"{_SERIES[kind]}-") + _five_digits(groups.c.place + before),
        groups.c.issued_at,
    )
    staged_columns = ("order_number", "currency", "kind", "number", "issued_at")
    await connection.execute(insert(invoices).from_select(staged_columns, staged))
    await _write_staged(connection, kind, groups)


async def _write_staged(connection: AsyncConnection, kind: InvoiceKind, groups: FromClause) -> None:
    """Move the staged invoices of one kind into the store, with what their items come to."""
    order, billed = tables.orders, tables.accounts
    of_its_group = and_(
        groups.c.order_number == invoices.c.order_number, groups.c.currency == invoices.c.currency
    )
    new = (
        select(
            invoices.c.number,
            invoices.c.kind,
            order.c.billing_to_id,
            order.c.id,
            invoices.c.currency,
            invoices.c.issued_at,
            _credited() if kind is InvoiceKind.CREDIT else null(),
            -groups.c.net if kind is InvoiceKind.CREDIT else groups.c.net,
            literal(0),
            billed.c.name,
            billed.c.country,
        )
        .join(groups, of_its_group)
        .join(order, order.c.number == invoices.c.order_number)
        .join(billed, billed.c.id == order.c.billing_to_id)
        .where(invoices.c.kind == kind)
        .order_by(order.c.id, invoices.c.number)
    )
    columns = (
        *("number", "kind", "account_id", "order_id", "currency", "issued_at", "credits_id"),
        *("net_amount", "tax_amount", "billed_name", "billed_country"),
    )
    await connection.execute(insert(tables.invoices).from_select(columns, new))


def _credited() -> ColumnElement[Any]:
    """The invoice that a staged credit takes back: the one over the same order and currency, which
    was written before."""
    charge, charged = invoices.alias(), tables.invoices.alias()
    return (
        select(charged.c.id)
        .join(charge, charge.c.number == charged.c.number)
        .where(
            charge.c.order_number == invoices.c.order_number,
            charge.c.currency == invoices.c.currency,
            charge.c.kind == InvoiceKind.INVOICE,
        )
        .correlate(invoices)
        .scalar_subquery()
    )


async def _take_numbers(connection: AsyncConnection, series: str, count: int) -> int:
    """The last number that the series gave before; the next ``count`` are taken."""
    last = tables.number_series.c.last_number
    raised = (
        upsert(connection, tables.number_series)
        .values(name=series, last_number=count)
        .on_conflict_do_update(index_elements=["name"], set_={"last_number": last + count})
        .returning(last)
    )
    return int((await connection.execute(raised)).scalar_one()) - count


def _five_digits(number: ColumnElement[Any]) -> ColumnElement[str]:
    """The number as text with leading zeros, as every store can make it."""
    digits = cast(number, String)
    zeros = literal("0000") + digits
    return func.substr(zeros, case((number < 10_000, func.length(digits)), else_=5), type_=String)
