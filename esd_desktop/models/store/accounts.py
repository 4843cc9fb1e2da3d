"""Queries about accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from msgspec.json import Decoder
from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from esd_desktop.errors import NotFound
from esd_desktop.models.account import Account
from esd_desktop.models.account_lines import AccountLine
from esd_desktop.models.asset import Asset
from esd_desktop.models.rows import AccountRow
from esd_desktop.models.statuses import AccountKind
from esd_desktop.models.store.by_store import ByStore
from esd_desktop.models.store.search import contains_words
from esd_desktop.models.store.unit_of_work import UnitOfWork

_Reseller = aliased(Account)
# A customer of somebody who is no reseller stands by itself, and so does a reseller.
_Above = aliased(Account)
_Below = aliased(Account)
# A file has no other truth than 0 and 1.
_LINES = Decoder(list[AccountLine], strict=False)


async def listed(
    connection: AsyncConnection, *, search: str = "", reseller_id: int | None = None
) -> list[AccountRow]:
    """All accounts by name, or those that match the search or are a reseller's customers, with how
    many assets each has."""
    query = _rows().order_by(func.lower(Account.name), Account.id)
    if reseller_id is not None:
        query = query.where(Account.reseller_id == reseller_id)
    if search.strip():
        query = query.where(contains_words(Account.search_text, search))
    rows = (await connection.execute(query)).all()
    counts = await asset_numbers(connection, None if reseller_id is None else _ids(rows))
    return [_account_row(row, counts) for row in rows]


async def top_lines(connection: AsyncConnection) -> list[AccountLine]:
    """What stands at the top of the browser, in no order: resellers, and who buys directly."""
    return await _lines(connection, _Above.id.is_(None))


async def lines_below(
    connection: AsyncConnection, reseller_ids: Collection[int]
) -> list[AccountLine]:
    """The customers of these resellers, in no order."""
    return await _lines(connection, _Above.id.in_(reseller_ids)) if reseller_ids else []


async def found_lines(connection: AsyncConnection, search: str) -> list[AccountLine]:
    """What the words find, and the resellers it stands below, in no order."""
    found = contains_words(Account.search_text, search)
    below = Account.kind != AccountKind.RESELLER
    leading = select(Account.reseller_id).where(found, below, Account.reseller_id.is_not(None))
    leads = and_(Account.kind == AccountKind.RESELLER, Account.id.in_(leading))
    return await _lines(connection, or_(found, leads), found)


async def number(connection: AsyncConnection) -> int:
    """How many accounts there are."""
    return (await connection.scalar(select(func.count()).select_from(Account))) or 0


async def reseller_above(connection: AsyncConnection, account_id: int) -> int | None:
    """The reseller below which an account stands; None where it stands by itself, or is gone."""
    lines = await _lines(connection, Account.id == account_id)
    return lines[0].reseller_id if lines else None


async def suggested(connection: AsyncConnection, search: str, limit: int) -> list[AccountRow]:
    """The first accounts by name that match the search; their assets are not counted."""
    query = _rows().order_by(func.lower(Account.name), Account.id).limit(limit)
    if search.strip():
        query = query.where(contains_words(Account.search_text, search))
    return [_account_row(row, {}) for row in await connection.execute(query)]


async def resellers(connection: AsyncConnection) -> list[AccountRow]:
    """All resellers by name; their assets are not counted."""
    query = _rows().where(Account.kind == AccountKind.RESELLER)
    ordered = query.order_by(func.lower(Account.name), Account.id)
    return [_account_row(row, {}) for row in await connection.execute(ordered)]


async def one(connection: AsyncConnection, account_id: int) -> AccountRow:
    """One account. Raises NotFound."""
    row = (await connection.execute(_rows().where(Account.id == account_id))).first()
    if row is None:
        raise NotFound(f"There is no account {account_id}.")
    counts = await asset_numbers(connection, [account_id])
    return _account_row(row, counts)


async def matching(connection: AsyncConnection, wanted: str) -> list[AccountRow]:
    """The accounts that a person may mean by an id, a reference or an exact name."""
    folded = wanted.strip().casefold()
    same = [Account.reference == wanted.strip(), func.lower(Account.name) == folded]
    # The store's lower() may know ASCII only, so names are compared once more in Python below.
    same.append(Account.search_text.contains(folded, autoescape=True))
    if wanted.strip().isdigit() and len(wanted.strip()) < 19:
        same.append(Account.id == int(wanted))
    rows = (await connection.execute(_rows().where(or_(*same)))).all()
    exact = [row for row in rows if _means(row, folded)]
    counts = await asset_numbers(connection, _ids(exact))
    return [_account_row(row, counts) for row in exact]


async def asset_numbers(
    connection: AsyncConnection, account_ids: Collection[int] | None
) -> dict[int, int]:
    """Account id → assets it holds or is billed for; an asset that is both counts once. Of these
    accounts, or of all; who has none is not in it."""
    held = select(Asset.customer_id.label("account_id"), func.count().label("count"))
    billed = select(Asset.billing_to_id.label("account_id"), func.count().label("count")).where(
        Asset.billing_to_id != Asset.customer_id
    )
    counts: dict[int, int] = {}
    for query, column in ((held, Asset.customer_id), (billed, Asset.billing_to_id)):
        listed_only = query.where(Asset.deleted_at.is_(None)).group_by(column)
        if account_ids is not None:
            listed_only = listed_only.where(column.in_(account_ids))
        for row in await connection.execute(listed_only):
            counts[row.account_id] = counts.get(row.account_id, 0) + int(row[1])
    return counts


async def for_change(work: UnitOfWork, account_id: int) -> Account:
    """The record itself, to be changed. Raises NotFound."""
    account = await work.session.get(Account, account_id)
    if account is None:
        raise NotFound(f"There is no account {account_id}.")
    return account


async def version_of(connection: AsyncConnection, account_id: int) -> int:
    """Which writing of the account is the last one. Raises NotFound."""
    query = select(Account.version).where(Account.id == account_id)
    found = (await connection.execute(query)).scalar()
    if found is None:
        raise NotFound(f"There is no account {account_id}.")
    return found


async def with_reference(connection: AsyncConnection, reference: str) -> AccountRow | None:
    """The account that has this reference; None where there is none."""
    row = (await connection.execute(_rows().where(Account.reference == reference))).first()
    return None if row is None else _account_row(row, {})


async def alike(connection: AsyncConnection, name: str, email: str) -> list[AccountRow]:
    """The accounts that have this name or, where there is one, this address."""
    folded_name, folded_email = name.casefold(), email.casefold()
    words = [Account.search_text.contains(folded_name, autoescape=True)]
    if email:
        words.append(Account.search_text.contains(folded_email, autoescape=True))
    rows = await connection.execute(_rows().where(or_(*words)).order_by(Account.id))
    return [
        _account_row(row, {})
        for row in rows
        if row.name.casefold() == folded_name
        or (email and (row.email or "").casefold() == folded_email)
    ]


async def _lines(
    connection: AsyncConnection,
    which: ColumnElement[bool],
    found: ColumnElement[bool] | None = None,
) -> list[AccountLine]:
    """In one text, which the store strings together: a row each would hold Python's lock, and with
    it the window, for as long as it takes to make some ten thousand of them."""
    is_reseller = Account.kind == AccountKind.RESELLER
    every_reseller = select(_Above.id).where(_Above.kind == AccountKind.RESELLER)
    # The index by which they are found does not say of what kind they are: a file need not be asked
    # for the record of each.
    is_customer = ByStore(_Below.id.not_in(every_reseller), _Below.kind != AccountKind.RESELLER)
    customers = (
        select(func.count())
        .where(_Below.reseller_id == Account.id, is_customer)
        .correlate(Account)
        .scalar_subquery()
    )
    query = (
        select(
            Account.id,
            Account.name,
            cast(is_reseller, Integer),
            _Above.id.label("above"),
            case((is_reseller, customers), else_=0),
            cast(true() if found is None else found, Integer),
        )
        .outerjoin(
            _Above,
            and_(
                _Above.id == Account.reseller_id,
                _Above.kind == AccountKind.RESELLER,
                Account.kind != AccountKind.RESELLER,
            ),
        )
        .where(which)
        .subquery()
    )
    text = await connection.scalar(select(_strung(connection, query.c)))
    return _LINES.decode(text or "[]")


def _strung(connection: AsyncConnection, columns: Iterable[ColumnElement[Any]]) -> Any:
    if connection.dialect.name == "postgresql":
        return cast(func.json_agg(func.json_build_array(*columns)), String)
    return func.json_group_array(func.json_array(*columns))


def _ids(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[int]:
    return [row.id for row in rows]


def _means(row: Row[*tuple[Any, ...]], folded: str) -> bool:
    reference = (row.reference or "").casefold()
    return folded in (str(row.id), reference, row.name.casefold())


def _rows() -> Select[*tuple[Any, ...]]:
    return select(
        Account.id,
        Account.kind,
        Account.name,
        Account.reference,
        Account.email,
        Account.country,
        Account.language,
        Account.reseller_id,
        _Reseller.name.label("reseller"),
    ).outerjoin(_Reseller, _Reseller.id == Account.reseller_id)


def _account_row(row: Row[*tuple[Any, ...]], counts: dict[int, int]) -> AccountRow:
    return AccountRow(
        id=row.id,
        kind=row.kind,
        name=row.name,
        reference=row.reference,
        email=row.email,
        country=row.country,
        language=row.language,
        reseller_id=row.reseller_id,
        reseller=row.reseller,
        asset_count=counts.get(row.id, 0),
    )
