"""Comparing the staged lines of an import with each other and with the store, set by set.

Whatever does not fit becomes a remark about its line. Nothing of the store is changed.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.statuses import AccountKind
from esd_desktop.models.store import tables
from esd_desktop.models.store.import_staging import known, lines, numbered, parties, remarks

_PAGE = 1_000
_NAMESPACE = uuid.UUID("b4f0a3a2-6d0c-4a52-9d0a-2f6f4f8f5b51")
_SEPARATOR = "\x1f"


async def name_transactions(connection: AsyncConnection) -> None:
    """Give a transaction id to each line without one (it has no token): always the same for the
    same connection, order and product, so that a second import knows the asset again."""
    alike = (lines.c.connection_id, lines.c.order_number, lines.c.sku, lines.c.product)
    nth = func.row_number().over(partition_by=alike, order_by=lines.c.line)
    unnamed = select(lines.c.line, nth).where(lines.c.is_asset, lines.c.transaction_id.is_(None))
    await connection.execute(insert(numbered).from_select(["id", "number"], unnamed))
    rename = (
        update(lines)
        .where(lines.c.line == bindparam("of_line"))
        .values(transaction_id=bindparam("made"))
    )
    last = 0
    while True:
        page = (
            select(lines.c.line, *alike, numbered.c.number)
            .join(numbered, numbered.c.id == lines.c.line)
            .where(lines.c.line > last)
            .order_by(lines.c.line)
            .limit(_PAGE)
        )
        rows = (await connection.execute(page)).all()
        if not rows:
            break
        made = [{"of_line": row[0], "made": _made_id(row[1:])} for row in rows]
        await connection.execute(rename, made)
        last = rows[-1][0]
    await connection.execute(delete(numbered))


async def match_assets(connection: AsyncConnection) -> None:
    """Find the assets that are there already, by connection and transaction id."""
    asset = select(tables.assets.c.id).where(
        tables.assets.c.connection_id == lines.c.connection_id,
        tables.assets.c.client_transaction_id == lines.c.transaction_id,
    )
    await connection.execute(
        update(lines).where(lines.c.is_asset).values(asset_id=asset.scalar_subquery())
    )


async def note_conflicts(connection: AsyncConnection) -> None:
    """Note everything that keeps lines from being imported, and what is merely odd."""
    for conflicts in (
        *(_of_party("Customer", lines.c.customer), _of_party("Billing To", lines.c.billing_to)),
        *(_twice("Client Transaction ID", lines.c.connection_id, lines.c.transaction_id),),
        *(_twice("Token", lines.c.key_hash), _key_of_another()),
        *(_two_orders_in_one(), _order_of_another(), _differing_asset(), _billed_to_customer()),
        _moved_on(),
    ):
        for found in conflicts if isinstance(conflicts, list) else [conflicts]:
            await connection.execute(
                insert(remarks).from_select(["line", "column", "reason", "is_bad"], found)
            )


def _remark(
    line: ColumnElement[Any], column: str, reason: Any, *, is_bad: bool = True
) -> Select[*tuple[Any, ...]]:
    said = reason if isinstance(reason, ColumnElement) else literal(reason)
    return select(line, literal(column), said, literal(is_bad))


def _on_line(text: str, line: ColumnElement[Any]) -> ColumnElement[Any]:
    return literal(f"{text} ") + cast(line, String)


def _of_party(column: str, identity: ColumnElement[Any]) -> list[Select[*tuple[Any, ...]]]:
    """What is wrong with the way a line names somebody."""
    first = parties.alias("first")
    of_line = lines.join(parties, parties.c.identity == identity)
    ambiguous = _remark(
        lines.c.line,
        column,
        "is the name of several accounts; give the account's number or e-mail address as well",
    )
    renamed = _remark(
        lines.c.line, column, _on_line("has another name on line", first.c.first_seen // 2)
    )
    readdressed = _remark(
        lines.c.line,
        f"{column} E-mail",
        "is not the same on every line; the account's address is the first one",
        is_bad=False,
    )
    elsewhere = _remark(
        lines.c.line, column, "is known here under another name; it stays as it is", is_bad=False
    )
    followed = of_line.join(first, first.c.identity == parties.c.same_as)
    return [
        ambiguous.select_from(of_line).where(parties.c.is_ambiguous),
        renamed.select_from(followed).where(first.c.folded_name != parties.c.folded_name),
        readdressed.select_from(followed).where(first.c.folded_email != parties.c.folded_email),
        elsewhere.select_from(of_line.join(known, known.c.id == parties.c.account_id)).where(
            known.c.id > 0, known.c.folded_name != parties.c.folded_name
        ),
    ]


def _twice(column: str, *key: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Lines that repeat what an earlier one has."""
    first = func.min(lines.c.line).over(partition_by=key).label("first")
    query = select(lines.c.line, first).where(key[-1].is_not(None), lines.c.is_asset).subquery()
    return _remark(query.c.line, column, _on_line("is the same as on line", query.c.first)).where(
        query.c.line != query.c.first
    )


def _key_of_another() -> Select[*tuple[Any, ...]]:
    same_key = tables.assets.c.key_hash == lines.c.key_hash
    return (
        _remark(lines.c.line, "Token", "belongs to another asset here")
        .select_from(lines.join(tables.assets, same_key))
        .where(or_(lines.c.asset_id.is_(None), lines.c.asset_id != tables.assets.c.id))
    )


def _two_orders_in_one() -> Select[*tuple[Any, ...]]:
    """An order has one customer and is billed to one account."""

    def first(column: ColumnElement[Any]) -> ColumnElement[Any]:
        value = func.first_value(column)
        return value.over(partition_by=lines.c.order_number, order_by=lines.c.line)

    query = (
        select(
            lines.c.line,
            lines.c.customer_id,
            lines.c.billing_to_id,
            first(lines.c.line).label("first_line"),
            first(lines.c.customer_id).label("first_customer"),
            first(lines.c.billing_to_id).label("first_billing"),
        )
        .where(lines.c.is_asset)
        .subquery()
    )
    reason = _on_line("has another customer, or is billed to another, on line", query.c.first_line)
    return _remark(query.c.line, "Order", reason).where(
        or_(
            query.c.customer_id != query.c.first_customer,
            query.c.billing_to_id != query.c.first_billing,
        )
    )


def _order_of_another() -> Select[*tuple[Any, ...]]:
    """A new asset must not slip into somebody else's order."""
    return (
        _remark(lines.c.line, "Order", "is here already, for another customer")
        .select_from(_with_order())
        .where(
            lines.c.asset_id.is_(None),
            or_(
                tables.orders.c.customer_id != lines.c.customer_id,
                tables.orders.c.billing_to_id != lines.c.billing_to_id,
            ),
        )
    )


def _with_order() -> FromClause:
    return lines.join(tables.orders, tables.orders.c.number == lines.c.order_number)


def _differing_asset() -> list[Select[*tuple[Any, ...]]]:
    """An asset that is there already is not touched: its statuses may have moved on since, but
    whose it is, its key, its order and its product may not differ."""
    asset = tables.assets
    there = lines.join(asset, asset.c.id == lines.c.asset_id)
    in_order = there.join(tables.orders, tables.orders.c.id == asset.c.order_id)
    other_key = and_(asset.c.key_hash.is_not(None), asset.c.key_hash != lines.c.key_hash)
    no_key = and_(asset.c.key_hash.is_(None), lines.c.key_hash.is_not(None))
    differing: list[tuple[str, str, FromClause, ColumnElement[bool]]] = [
        ("Customer", "another customer", there, asset.c.customer_id != lines.c.customer_id),
        ("Token", "another key", there, other_key),
        ("Token", "no key; update it from Microsoft instead", there, no_key),
        ("Order", "another order", in_order, tables.orders.c.number != lines.c.order_number),
        ("SKU", "another product code", there, and_(lines.c.sku != "", asset.c.sku != lines.c.sku)),
    ]
    return [
        _remark(lines.c.line, column, f"does not fit: the asset is here already, with {other}")
        .select_from(source)
        .where(condition)
        for column, other, source, condition in differing
    ]


def _billed_to_customer() -> Select[*tuple[Any, ...]]:
    return (
        _remark(lines.c.line, "Billing To", "is a customer here, not a reseller")
        .select_from(lines.join(known, known.c.id == lines.c.billing_to_id))
        .where(
            known.c.id > 0,
            known.c.kind == AccountKind.CUSTOMER,
            lines.c.billing_to_id != lines.c.customer_id,
            lines.c.asset_id.is_(None),
        )
    )


def _moved_on() -> list[Select[*tuple[Any, ...]]]:
    """An asset that is there already and stands otherwise than the file says, or was deleted."""
    asset = tables.assets
    there = lines.join(asset, asset.c.id == lines.c.asset_id)
    axes = (
        ("Status", asset.c.status, lines.c.status),
        ("Provisioning Sync Status", asset.c.provisioning_sync_status, lines.c.provisioning),
        ("Token Status", asset.c.token_status, lines.c.token_status),
    )
    odd = [
        (
            column,
            literal("is “") + cast(here, String) + literal("” here; it stays as it is"),
            here != said,
        )
        for column, here, said in axes
    ]
    odd.append(
        ("", literal("names an asset that was deleted here"), asset.c.deleted_at.is_not(None))
    )
    return [
        _remark(lines.c.line, column, reason, is_bad=False).select_from(there).where(condition)
        for column, reason, condition in odd
    ]


def _made_id(parts: Any) -> str:
    return str(uuid.uuid5(_NAMESPACE, _SEPARATOR.join(str(part) for part in parts)))
