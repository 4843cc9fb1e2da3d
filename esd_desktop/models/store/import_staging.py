"""Where the lines of an import wait until all are known to be good: temporary tables.

They belong to one connection and vanish with it, so nothing of an import that was cancelled, failed
or killed is ever left. Keys and links lie there sealed. import_matching.py compares what waits with
the store, import_writing.py moves it there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from msgspec import Struct, field
from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    distinct,
    func,
    insert,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.base import Amount, Id, UtcDateTime, WordColumn
from esd_desktop.models.statuses import (
    AccountKind,
    AssetStatus,
    InvoiceKind,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.models.store import tables
from esd_desktop.models.store.engine import Store
from esd_desktop.models.store.upserting import upsert

_PAGE = 1_000
_CACHE_KIB = 128 * 1024

# The connection that an import's tables live on.
Staging = AsyncConnection

metadata = MetaData()


def _temporary(name: str, *columns: Column[Any] | Index) -> Table:
    return Table(name, metadata, *columns, prefixes=["TEMPORARY"])


_FOUND = ("customer_id", "billing_to_id", "asset_id")
# One row a line. What follows ``search_words`` is found by comparing; accounts are ``known`` ones.
lines = _temporary(
    "import_lines",
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("customer", String, nullable=False),
    Column("billing_to", String),
    Column("is_asset", Boolean, nullable=False),
    Column("connection_id", Id),
    Column("transaction_id", String),
    Column("order_number", String),
    Column("purchase_date", UtcDateTime),
    Column("sku", String),
    Column("product", String),
    Column("quantity", Integer),
    Column("unit_type", String),
    Column("price", Amount),
    Column("charged", Amount),
    Column("currency", String),
    Column("status", WordColumn(AssetStatus)),
    Column("provisioning", WordColumn(ProvisioningSyncStatus)),
    Column("details", String),
    Column("token_status", WordColumn(TokenStatus)),
    Column("return_status", WordColumn(ReturnStatus)),
    Column("activation_date", UtcDateTime),
    Column("returnable_until", UtcDateTime),
    Column("key_last_five", String),
    Column("key_hash", String),
    Column("search_words", String),
    Column("customer_id", Id),
    Column("billing_to_id", Id),
    Column("asset_id", Id),
)
FROM_THE_FILE = tuple(name for name in lines.c.keys() if name not in _FOUND)  # noqa: SIM118
# Sealed under minus the line's number, since the asset has no id yet.
secrets = _temporary(
    "import_secrets",
    Column("line", Integer, primary_key=True, autoincrement=False),
    Column("sealed_key", LargeBinary, nullable=False),
    Column("sealed_link", LargeBinary),
)
# Who is named in the file: one row for each different way of naming somebody.
parties = _temporary(
    "import_parties",
    Column("identity", String, primary_key=True),
    Column("number", String, index=True),
    Column("folded_name", String, nullable=False),
    Column("folded_email", String),
    Column("name", String, nullable=False),
    Column("email", String),
    Column("country", String),
    Column("is_reseller", Boolean, nullable=False),
    Column("search_text", String, nullable=False),
    Column("first_seen", Integer, nullable=False),
    Column("same_as", String),
    Column("is_ambiguous", Boolean, nullable=False, default=False),
    Column("account_id", Id),
)
# Every account there is or will be. A new one has a negative id until it is written.
known = _temporary(
    "import_known",
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("number", String, index=True),
    Column("folded_name", String, nullable=False, index=True),
    Column("folded_email", String),
    Column("name", String, nullable=False),
    Column("email", String),
    Column("country", String),
    Column("kind", WordColumn(AccountKind), nullable=False),
    Column("reseller_id", Id),
    Column("search_text", String, nullable=False),
    Column("real_id", Id),
)
pairs = _temporary(
    "import_pairs",
    Column("identity", String, index=True),
    Column("account_id", Id, index=True),
)
numbered = _temporary(
    "import_numbered",
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("number", Id, nullable=False),
)
invoices = _temporary(
    "import_invoices",
    Column("order_number", String, primary_key=True),
    Column("currency", String, primary_key=True),
    Column("kind", WordColumn(InvoiceKind), primary_key=True),
    Column("number", String, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
)
remarks = _temporary(
    "import_remarks",
    Column("id", Integer, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("column", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("is_bad", Boolean, nullable=False),
    Index("ix_import_remarks_line", "line", "id"),
)


class StagedRemark(Struct, frozen=True):
    """Something about a line; ``is_bad`` keeps the whole file from being imported."""

    line: int
    column: str
    reason: str
    is_bad: bool = True


class Batch(Struct):
    """Some lines of the file, ready to be staged: rows by the columns' names. ``own_order`` is the
    highest number among orders that are numbered as our own are."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[dict[str, Any]] = field(default_factory=list)
    parties: dict[str, dict[str, Any]] = field(default_factory=dict)
    remarks: list[StagedRemark] = field(default_factory=list)
    count: int = 0
    bad: int = 0
    last_line: int = 0
    own_order: int = 0

    def name(self, party: dict[str, Any]) -> None:
        """Keep an account that a line names; named again in the same way, it only adds what was not
        said of it before, as _add_parties has it."""
        known = self.parties.setdefault(party["identity"], party)
        known["country"] = known["country"] or party["country"]
        known["is_reseller"] = known["is_reseller"] or party["is_reseller"]


class Counts(Struct, frozen=True):
    """How much of the file is new and how much is there already."""

    accounts_new: int
    accounts_known: int
    assets_new: int
    assets_known: int


@asynccontextmanager
async def staging(store: Store) -> AsyncIterator[AsyncConnection]:
    """A connection with empty staging tables. It is thrown away afterwards, and with it the tables
    and whatever was not committed."""
    async with store.read() as connection:
        try:
            await _prepare(connection)
            yield connection
        finally:
            await connection.invalidate()


async def return_windows(connection: AsyncConnection) -> dict[tuple[int, str], int]:
    """For how many days each product of each connection may be returned, where there is a limit."""
    offerings = tables.offerings.c
    query = select(offerings.connection_id, offerings.sku, offerings.return_window_days)
    limited = query.where(offerings.return_window_days.is_not(None))
    return {(row[0], row[1]): row[2] for row in await connection.execute(limited)}


async def stage(connection: AsyncConnection, batch: Batch) -> None:
    """Put a batch into the tables."""
    if batch.parties:
        await _add_parties(connection, list(batch.parties.values()))
    for table, rows in ((lines, batch.lines), (secrets, batch.secrets)):
        if rows:
            await connection.execute(insert(table), rows)
    await add_remarks(connection, batch.remarks)


async def add_remarks(connection: AsyncConnection, found: Iterable[StagedRemark]) -> None:
    """Keep what was found about lines."""
    rows = [
        {"line": each.line, "column": each.column, "reason": each.reason, "is_bad": each.is_bad}
        for each in found
    ]
    if rows:
        await connection.execute(insert(remarks), rows)


async def count_bad(connection: AsyncConnection) -> int:
    """How many lines are bad."""
    query = select(func.count(distinct(remarks.c.line))).where(remarks.c.is_bad)
    return int((await connection.execute(query)).scalar_one())


async def remarks_of(connection: AsyncConnection, *, bad: bool) -> AsyncIterator[StagedRemark]:
    """What was found, by line."""
    after = (0, 0)
    while True:
        query = (
            select(remarks)
            .where(remarks.c.is_bad if bad else ~remarks.c.is_bad)
            .where(tuple_(remarks.c.line, remarks.c.id) > after)
            .order_by(remarks.c.line, remarks.c.id)
            .limit(_PAGE)
        )
        page = (await connection.execute(query)).all()
        for row in page:
            yield StagedRemark(row.line, row.column, row.reason, bad)
        if len(page) < _PAGE:
            return
        after = (page[-1].line, page[-1].id)


async def counts(connection: AsyncConnection) -> Counts:
    """What is new and what is known, once everything was compared."""
    accounts = select(
        func.count(distinct(parties.c.account_id)).filter(parties.c.account_id < 0),
        func.count(distinct(parties.c.account_id)).filter(parties.c.account_id > 0),
    )
    assets = select(
        func.count().filter(lines.c.is_asset, lines.c.asset_id.is_(None)),
        func.count(lines.c.asset_id),
    )
    new, there = (await connection.execute(accounts)).one()
    return Counts(new, there, *(await connection.execute(assets)).one())


async def settle_statistics(connection: AsyncConnection) -> None:
    """Tell PostgreSQL's planner how much was staged; temporary tables are not watched by it."""
    if connection.dialect.name == "postgresql":
        for table in (lines, secrets, parties, known):
            await connection.execute(text(f"ANALYZE {table.name}"))


async def _prepare(connection: AsyncConnection) -> None:
    if connection.dialect.name == "sqlite":
        # Indexes over random texts outgrow the usual cache long before a million rows.
        await connection.execute(text(f"PRAGMA cache_size = -{_CACHE_KIB}"))
    await connection.run_sync(metadata.create_all, checkfirst=False)
    await connection.commit()


async def _add_parties(connection: AsyncConnection, found: list[dict[str, Any]]) -> None:
    """Whoever is named again in the same way only adds what was not said of him before."""
    new = upsert(connection, parties)
    added = {
        "country": func.coalesce(parties.c.country, new.excluded.country),
        "is_reseller": or_(parties.c.is_reseller, new.excluded.is_reseller),
    }
    again = new.on_conflict_do_update(index_elements=[parties.c.identity], set_=added)
    await connection.execute(again, found)
