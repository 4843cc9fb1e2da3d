"""What must hold in the store after a race, besides what the oracle asks: no update was lost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Row, Table, select

from esd_desktop.models.asset import Asset
from esd_desktop.models.store import tables
from esd_desktop.services.context import Services
from esd_desktop.services.record import snapshot

_EDITED = ("name", "email", "country", "language", "reference")

# An asset's or account's values by id, as its history spells them.
Values = Mapping[int, Mapping[str, Any]]


async def lost_updates(services: Services, edits: Iterable[tuple[int, str]]) -> list[str]:
    """Each change that the history tells of begins where the one before it ended, and the record is
    as the last one left it; and each of the ``edits``, the references that somebody was told are
    saved with an account, is among them."""
    async with services.store.read() as connection:

        async def every(table: Table) -> Sequence[Row[Any]]:
            return (await connection.execute(select(table).order_by(table.c.id))).all()

        history = await every(tables.audit)
        accounts = await every(tables.accounts)
        assets = await every(tables.assets)
    of_accounts = [row for row in history if row.action == "edit_account"]
    account_values = {row.id: {name: getattr(row, name) for name in _EDITED} for row in accounts}
    asset_values = {row.id: snapshot(cast(Asset, row)) for row in assets}
    return [
        *_broken("account", account_values, [(row.account_id, row) for row in of_accounts]),
        *_broken("asset", asset_values, [(row.asset_id, row) for row in history if row.asset_id]),
        *_unsaved(of_accounts, edits),
        *_versions(of_accounts, accounts),
    ]


def _broken(what: str, values: Values, history: Iterable[tuple[int, Row[Any]]]) -> Iterator[str]:
    last: dict[int, dict[str, Any]] = defaultdict(dict)
    told_by: dict[tuple[int, str], str | None] = {}
    for number, row in history:
        for name, (old, new) in row.changes.items():
            if name not in values[number]:
                continue
            before = last[number].get(name, old)
            # A cancelled licence is told twice, as Microsoft's answer and as what it means to us.
            again = row.correlation_id and told_by.get((number, name)) == row.correlation_id
            told_by[number, name] = row.correlation_id
            if before != old and not again:
                yield f"{what} {number}: {name} was {before!r}, but row {row.id} found {old!r}"
            last[number][name] = new
    for number, told in last.items():
        for name, value in told.items():
            if values[number][name] != value:
                is_now = values[number][name]
                yield f"{what} {number}: {name} is {is_now!r}, but the history says {value!r}"


def _unsaved(history: Sequence[Row[Any]], edits: Iterable[tuple[int, str]]) -> Iterator[str]:
    saved = Counter(
        (row.account_id, row.changes["reference"][1])
        for row in history
        if "reference" in row.changes
    )
    for account_id, reference in edits:
        if saved[account_id, reference] != 1:
            yield (
                f"account {account_id}: {reference!r} was told to be saved, but the history has it "
                f"{saved[account_id, reference]} times"
            )


def _versions(history: Sequence[Row[Any]], accounts: Sequence[Row[Any]]) -> Iterator[str]:
    """Who wrote it, wrote it down."""
    written = Counter(row.account_id for row in history)
    for account in accounts:
        if account.version != 1 + written[account.id]:
            yield (
                f"account {account.id} was written {account.version - 1} times, but the history "
                f"tells of {written[account.id]}"
            )
