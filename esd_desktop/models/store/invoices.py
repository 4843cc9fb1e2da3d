"""Queries about invoices and credit invoices: what their list is made of, one in full, numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from esd_desktop.errors import NotFound
from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset
from esd_desktop.models.invoice import Invoice, InvoiceItem, NumberSeries
from esd_desktop.models.invoice_rows import InvoiceDetail, InvoiceItemRow, InvoiceRow, Seller
from esd_desktop.models.order import Order
from esd_desktop.models.statuses import InvoiceKind
from esd_desktop.models.store.listing import Listing
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.store.upserting import upsert
from esd_desktop.models.values import Money

_Credit = aliased(Invoice)
_ITEM_COLUMNS = (
    "invoice_id",
    "asset_id",
    "kind",
    "description",
    "amount",
    "tax_rate",
    "tax_amount",
)


async def next_number(work: UnitOfWork, series: str) -> str:
    """The next number of a series, such as ``INV-2026-00001``; without gaps, since the counter
    moves in the same transaction as the record that takes the number."""
    raised = (
        upsert(work.connection, NumberSeries)
        .values(name=series, last_number=1)
        .on_conflict_do_update(
            index_elements=[NumberSeries.name],
            set_={"last_number": NumberSeries.last_number + 1},
        )
        .returning(NumberSeries.last_number)
    )
    number = (await work.connection.execute(raised)).scalar_one()
    return f"{series}-{number:05d}"


async def add(work: UnitOfWork, invoice: Invoice, items: Sequence[InvoiceItem]) -> None:
    """Write an invoice and its items, of which there may be thousands: in bulk, so their ids stay
    with the store."""
    work.add(invoice)
    await work.flush()
    for item in items:
        item.invoice_id = invoice.id
    await work.session.execute(
        insert(InvoiceItem),
        [{name: getattr(item, name) for name in _ITEM_COLUMNS} for item in items],
    )


async def item_of(work: UnitOfWork, asset_id: int, kind: InvoiceKind) -> InvoiceItem | None:
    """What a licence was charged, or credited, with; None where it was not."""
    query = select(InvoiceItem).where(InvoiceItem.asset_id == asset_id, InvoiceItem.kind == kind)
    return (await work.session.execute(query)).scalar_one_or_none()


async def of_item(work: UnitOfWork, item: InvoiceItem) -> Invoice:
    """The invoice on which an item stands."""
    return await work.session.get_one(Invoice, item.invoice_id)


async def detail(connection: AsyncConnection, invoice_id: int) -> InvoiceDetail:
    """All that stands on an invoice. Raises NotFound."""
    query = _ROWS.add_columns(
        Invoice.tax_name,
        Invoice.seller_name,
        Invoice.seller_address,
        Invoice.seller_tax_number,
        Invoice.billed_name,
        Invoice.billed_country,
        _credited_number().label("credits_number"),
    ).where(Invoice.id == invoice_id)
    row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound(f"There is no invoice {invoice_id}.")
    return InvoiceDetail(
        row=_invoice_row(row),
        tax_name=row.tax_name or "",
        seller=Seller(row.seller_name or "", row.seller_address or "", row.seller_tax_number or ""),
        billed_name=row.billed_name or row.account,
        billed_country=row.billed_country or "",
        credits_number=row.credits_number,
        credit_numbers=await _credit_numbers(connection, invoice_id),
        items=await _items(connection, invoice_id),
    )


async def id_of(connection: AsyncConnection, number: str) -> int:
    """The invoice of a number, however it is spelt in capitals. Raises NotFound."""
    wanted = number.strip()
    query = select(Invoice.id).where(Invoice.number.in_([wanted, wanted.upper()]))
    found = (await connection.execute(query)).scalar()
    if found is None:
        raise NotFound(f"There is no invoice {wanted!r}.")
    return int(found)


async def _items(connection: AsyncConnection, invoice_id: int) -> tuple[InvoiceItemRow, ...]:
    query = (
        select(
            InvoiceItem.id,
            InvoiceItem.asset_id,
            Asset.sku,
            InvoiceItem.description,
            InvoiceItem.amount.label("net"),
            InvoiceItem.tax_rate,
            InvoiceItem.tax_amount.label("tax"),
        )
        .join(Asset, Asset.id == InvoiceItem.asset_id)
        .where(InvoiceItem.invoice_id == invoice_id)
        .order_by(InvoiceItem.id)
    )
    return tuple(InvoiceItemRow(**row._mapping) for row in await connection.execute(query))


async def _credit_numbers(connection: AsyncConnection, invoice_id: int) -> tuple[str, ...]:
    query = select(Invoice.number).where(Invoice.credits_id == invoice_id).order_by(Invoice.id)
    return tuple((await connection.execute(query)).scalars())


def _credited_number() -> Any:
    charged = aliased(Invoice)
    return select(charged.number).where(charged.id == Invoice.credits_id).scalar_subquery()


def _invoice_row(row: Row[*tuple[Any, ...]]) -> InvoiceRow:
    return InvoiceRow(
        id=row.id,
        number=row.number,
        kind=row.kind,
        account_id=row.account_id,
        account=row.account,
        order_id=row.order_id,
        order_number=row.order_number,
        issued_at=row.issued_at,
        net=Money(row.net_amount, row.currency),
        tax=Money(row.tax_amount, row.currency),
        credited=None if row.credited is None else Money(-row.credited, row.currency),
    )


_TOTAL = Invoice.net_amount + Invoice.tax_amount
_CREDITED = (
    select(func.sum(_Credit.net_amount + _Credit.tax_amount, type_=Invoice.net_amount.type))
    .where(_Credit.credits_id == Invoice.id)
    .correlate(Invoice)
    .scalar_subquery()
)
_ROWS = (
    select(
        Invoice.id,
        Invoice.number,
        Invoice.kind,
        Invoice.account_id,
        Account.name.label("account"),
        Invoice.order_id,
        Order.number.label("order_number"),
        Invoice.issued_at,
        Invoice.currency,
        Invoice.net_amount,
        Invoice.tax_amount,
        _CREDITED.label("credited"),
    )
    .select_from(Invoice)
    .join(Account, Account.id == Invoice.account_id)
    .outerjoin(Order, Order.id == Invoice.order_id)
)


def _found_by(text: str) -> ColumnElement[bool]:
    """Each word in the number, the order's number or the account's words."""
    columns = (func.lower(Invoice.number), func.lower(Order.number), Account.search_text)
    return and_(
        True,
        *(
            or_(*(column.contains(word, autoescape=True) for column in columns))
            for word in text.casefold().split()
        ),
    )


def _of_account(account_id: int) -> ColumnElement[bool]:
    """What it is billed, and what was billed for its licences. Both halves have an index."""
    ordered = select(Order.id).where(Order.customer_id == account_id)
    return or_(Invoice.account_id == account_id, Invoice.order_id.in_(ordered))


LISTING = Listing(
    id=Invoice.id,
    rows=_ROWS,
    counted=select(Invoice.id),
    made=_invoice_row,
    sorts={
        "issued_at": Invoice.issued_at,
        "number": Invoice.number,
        "kind": Invoice.kind,
        "account": Account.name,
        "order": Order.number,
        "net": Invoice.net_amount,
        "tax": Invoice.tax_amount,
        "total": _TOTAL,
        "credited": _CREDITED,
    },
    filters={
        "invoices": Invoice.kind == InvoiceKind.INVOICE,
        "credits": Invoice.kind == InvoiceKind.CREDIT,
    },
    found_by=_found_by,
    of_account=_of_account,
)
