"""``esd assets history`` and ``esd accounts history``: who or what changed which field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated

import typer

from esd_desktop.cli.choosing import AssetId
from esd_desktop.cli.commands import command
from esd_desktop.cli.output import Output
from esd_desktop.cli.session import Session
from esd_desktop.cli.shapes import plain
from esd_desktop.cli.table import shown
from esd_desktop.models.fields import field_words, value_words
from esd_desktop.models.rows import HistoryRow
from esd_desktop.models.wording import as_moment

# Nameless: their commands join those of assets.py and accounts.py.
of_assets = typer.Typer(rich_markup_mode=None)
of_accounts = typer.Typer(rich_markup_mode=None)

Limit = Annotated[int, typer.Option(min=1, help="At most so many.")]
FEW = 50


@command(of_assets, "history")
async def asset(session: Session, asset_id: AssetId, limit: Limit = FEW) -> None:
    """Tell what was done with an asset, the newest first."""
    from esd_desktop.services.browse import asset_detail, asset_history

    services = await session.services()
    await asset_detail(services, asset_id)

    async def older(before: int | None) -> list[HistoryRow]:
        return await asset_history(services, asset_id, before=before)

    await tell_history(session.out, older, limit)


@command(of_accounts, "history")
async def account(
    session: Session,
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="An id, a reference or a name.")
    ],
    limit: Limit = FEW,
) -> None:
    """Tell what was done with an account and its assets, the newest first."""
    from esd_desktop.services.browse import account_history, find_account

    services = await session.services()
    account_id = (await find_account(services, account)).id

    async def older(before: int | None) -> list[HistoryRow]:
        return await account_history(services, account_id, before=before)

    await tell_history(session.out, older, limit)


async def tell_history(
    out: Output, older: Callable[[int | None], Awaitable[list[HistoryRow]]], limit: int
) -> None:
    """The newest rows, at most so many; ``older`` reads those before the one of an id."""
    out.begin_list()
    left, rows = limit, await older(None)
    if not rows:
        out.note("Nothing has been done yet.")
    while rows and left > 0:
        for row in rows[:left]:
            out.item(plain(row))
            for line in _lines(row):
                out.line(line)
        left -= len(rows)
        rows = await older(rows[-1].id) if left > 0 else []
    out.end_list()


def _lines(row: HistoryRow) -> Iterator[str]:
    about = f" (asset {row.asset_id})" if row.asset_id else ""
    yield f"{as_moment(row.at)}  {shown(row.operator)}  {row.action}{about}"
    yield f"    {shown(row.sentence)}"
    for field, (old, new) in row.changes.items():
        yield f"    {field_words(field)}: {shown(value_words(old))} → {shown(value_words(new))}"
    if row.correlation_id:
        yield f"    Correlation id {row.correlation_id}"
