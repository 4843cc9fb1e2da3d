"""Who is named in an import: for each way of naming somebody an account of the store, or a new one.

An account is found by its number, else by e-mail address and name, else by its name; a number or
an address that differs makes it another account. The result does not depend on the order of the
lines, and is the same when the file is imported again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.statuses import AccountKind
from esd_desktop.models.store import tables
from esd_desktop.models.store.import_staging import known, lines, numbered, pairs, parties

_PAGE = 1_000

_by_number = parties.c.number.is_not(None)
_by_email = and_(parties.c.number.is_(None), parties.c.folded_email.is_not(None))
_by_name = and_(parties.c.number.is_(None), parties.c.folded_email.is_(None))

_same_name = known.c.folded_name == parties.c.folded_name
_same_email = known.c.folded_email == parties.c.folded_email
_no_other_email = or_(known.c.folded_email.is_(None), parties.c.folded_email.is_(None), _same_email)


async def load_known(connection: AsyncConnection, fold: Callable[[str], str]) -> None:
    """Take up the store's accounts. ``fold`` is how names are compared, which no store's own
    functions do alike."""
    last = 0
    while True:
        query = (
            select(
                tables.accounts.c.id,
                tables.accounts.c.name,
                tables.accounts.c.reference,
                tables.accounts.c.email,
                tables.accounts.c.kind,
                tables.accounts.c.reseller_id,
            )
            .where(tables.accounts.c.id > last)
            .order_by(tables.accounts.c.id)
            .limit(_PAGE)
        )
        page = (await connection.execute(query)).all()
        if not page:
            return
        await connection.execute(insert(known), [_as_known(row._mapping, fold) for row in page])
        last = page[-1].id


async def match_accounts(connection: AsyncConnection) -> None:
    """Give every party its account, from the surest way of naming to the least sure."""
    await _join_same_numbers(connection)
    await _match(connection, _by_number, known.c.number == parties.c.number)
    unnumbered = and_(known.c.number.is_(None), _same_name, _no_other_email)
    await _match(connection, _by_number, unnumbered, one_to_one=True)
    await _add_new(connection, _by_number)

    await _match(connection, _by_email, and_(_same_name, _same_email))
    addressless = and_(_same_name, known.c.folded_email.is_(None))
    await _match(connection, _by_email, addressless, one_to_one=True)
    await _add_new(connection, _by_email)

    await _match(connection, _by_name, _same_name)
    await _add_new(connection, _by_name)
    await _follow_same_numbers(connection)
    await _give_to_lines(connection)
    await _find_resellers(connection)


def _as_known(row: Any, fold: Callable[[str], str]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "number": row["reference"],
        "folded_name": fold(row["name"]),
        "folded_email": fold(row["email"]) if row["email"] else None,
        "name": row["name"],
        "kind": row["kind"],
        "reseller_id": row["reseller_id"],
        "search_text": "",
        "real_id": row["id"],
    }


async def _join_same_numbers(connection: AsyncConnection) -> None:
    """One number is one account; the row with an address, or else the first, stands for it."""
    other = parties.alias("other")
    first = (
        select(other.c.identity)
        .where(other.c.number == parties.c.number)
        .order_by(other.c.folded_email.is_(None), other.c.first_seen)
        .limit(1)
        .scalar_subquery()
    )
    await connection.execute(update(parties).where(_by_number).values(same_as=first))
    itself = update(parties).where(parties.c.same_as == parties.c.identity)
    await connection.execute(itself.values(same_as=None))


async def _match(
    connection: AsyncConnection,
    level: ColumnElement[bool],
    same: ColumnElement[bool],
    *,
    one_to_one: bool = False,
) -> None:
    """Give an account to each party of the level that has just one candidate. ``one_to_one``: and
    is the only candidate of that account; otherwise several candidates make it ambiguous."""
    await connection.execute(delete(pairs))
    candidates = (
        select(parties.c.identity, known.c.id)
        .join(known, same)
        .where(level, parties.c.account_id.is_(None), parties.c.same_as.is_(None))
    )
    await connection.execute(insert(pairs).from_select(["identity", "account_id"], candidates))
    accepted: ColumnElement[bool] = pairs.c.identity.in_(_single(pairs.c.identity))
    if one_to_one:
        accepted = and_(accepted, pairs.c.account_id.in_(_single(pairs.c.account_id)))
    else:
        several = select(pairs.c.identity).group_by(pairs.c.identity).having(func.count() > 1)
        doubtful = update(parties).where(parties.c.identity.in_(several))
        await connection.execute(doubtful.values(is_ambiguous=True))
    mate = select(pairs.c.account_id).where(pairs.c.identity == parties.c.identity)
    found = update(parties).where(parties.c.identity.in_(select(pairs.c.identity).where(accepted)))
    await connection.execute(found.values(account_id=mate.scalar_subquery()))


def _single(column: ColumnElement[Any]) -> Any:
    return select(column).group_by(column).having(func.count() == 1)


async def _add_new(connection: AsyncConnection, level: ColumnElement[bool]) -> None:
    """Whoever of the level is still without an account gets a new one."""
    homeless = and_(
        level,
        parties.c.account_id.is_(None),
        parties.c.same_as.is_(None),
        ~parties.c.is_ambiguous,
    )
    taken_over = (
        *("number", "folded_name", "folded_email"),
        *("name", "email", "country", "search_text"),
    )
    new = select(
        -parties.c.first_seen,
        literal(AccountKind.CUSTOMER.value),
        *(parties.c[name] for name in taken_over),
    ).where(homeless)
    await connection.execute(insert(known).from_select(["id", "kind", *taken_over], new))
    await connection.execute(
        update(parties).where(homeless).values(account_id=-parties.c.first_seen)
    )


async def _follow_same_numbers(connection: AsyncConnection) -> None:
    other = parties.alias("other")
    account = select(other.c.account_id).where(other.c.identity == parties.c.same_as)
    followers = update(parties).where(parties.c.same_as.is_not(None))
    await connection.execute(followers.values(account_id=account.scalar_subquery()))


async def _give_to_lines(connection: AsyncConnection) -> None:
    def account_of(column: ColumnElement[Any]) -> Any:
        query = select(parties.c.account_id).where(parties.c.identity == column)
        return query.scalar_subquery()

    await connection.execute(
        update(lines).values(
            customer_id=account_of(lines.c.customer), billing_to_id=account_of(lines.c.billing_to)
        )
    )


async def _find_resellers(connection: AsyncConnection) -> None:
    """A new account that others are billed to is a reseller; a new customer's reseller is the one
    of his first line. A line that names nobody to bill is billed as its customer is."""
    billed_to_other = and_(
        lines.c.billing_to_id.is_not(None), lines.c.billing_to_id != lines.c.customer_id
    )
    resellers = select(lines.c.billing_to_id).where(billed_to_other)
    said_so = select(parties.c.account_id).where(parties.c.is_reseller)
    await connection.execute(
        update(known)
        .where(known.c.id < 0, or_(known.c.id.in_(resellers), known.c.id.in_(said_so)))
        .values(kind=AccountKind.RESELLER)
    )
    first_lines = (
        select(lines.c.customer_id, func.min(lines.c.line))
        .where(billed_to_other, lines.c.customer_id < 0)
        .group_by(lines.c.customer_id)
    )
    await connection.execute(insert(numbered).from_select(["id", "number"], first_lines))
    first = (
        select(lines.c.billing_to_id)
        .join(numbered, numbered.c.number == lines.c.line)
        .where(numbered.c.id == known.c.id)
        .scalar_subquery()
    )
    customers = update(known).where(known.c.id < 0, known.c.kind == AccountKind.CUSTOMER)
    await connection.execute(customers.values(reseller_id=first))
    await connection.execute(delete(numbered))
    usual = select(func.coalesce(known.c.reseller_id, known.c.id)).where(
        known.c.id == lines.c.customer_id
    )
    await connection.execute(
        update(lines)
        .where(lines.c.is_asset, lines.c.billing_to.is_(None))
        .values(billing_to_id=usual.scalar_subquery())
    )
