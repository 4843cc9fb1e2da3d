"""``esd export``: a list into a workbook or a CSV file, as the window shows it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Session, UsageError
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.rows import AssetQuery, AssetView, StatusFilter

if TYPE_CHECKING:
    from esd_desktop.services.changes import Outcome


class List(StrEnum):
    """What can be exported."""

    ASSETS = "assets"
    ORDERS = "orders"
    INVOICES = "invoices"
    REQUESTS = "requests"
    MAILS = "mails"
    CATALOGUE = "catalogue"
    DISCREPANCIES = "discrepancies"


async def export_file(
    session: Session,
    what: Annotated[List, typer.Argument(metavar="LIST", help=f"One of {', '.join(List)}.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Ends with .xlsx or .csv.")],
    account: Annotated[
        str | None,
        typer.Option(metavar="ACCOUNT", help="Only what is this account's, or billed to it."),
    ] = None,
    search: Annotated[str, typer.Option(metavar="TEXT", help="Only what is found so.")] = "",
    status: Annotated[StatusFilter, typer.Option(help="Only assets of this status.")] = "all",
    view: Annotated[
        AssetView, typer.Option(help="A ready-made view of assets.")
    ] = AssetView.EVERYTHING,
    only: Annotated[
        str, typer.Option(metavar="FILTER", help="A filter of another list, such as failed.")
    ] = "all",
    columns: Annotated[
        str, typer.Option(metavar="NAME,NAME…", help="These columns, in this order.")
    ] = "",
    keys: Annotated[
        bool, typer.Option("--keys", help="Licence keys in full; noted with each asset.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that is there.")] = (
        False
    ),
) -> None:
    """Write a list into a workbook or a text file of values."""
    from esd_desktop.models.asset_rows import AssetChoice
    from esd_desktop.services.browse import find_account
    from esd_desktop.services.export_assets import export_assets
    from esd_desktop.services.export_list import export_list

    out = session.out
    if what is not List.ASSETS and (keys or status != "all" or view is not AssetView.EVERYTHING):
        raise UsageError("--keys, --status and --view are for assets; --only is for other lists.")
    if what is List.ASSETS and only != "all":
        raise UsageError("--only is for other lists; assets have --status and --view.")

    def show(done: int, total: int) -> None:
        out.progress(f"{done:,} of {total:,} rows are written.")

    services = await session.services()
    account_id = (await find_account(services, account)).id if account else None
    names = [name.strip() for name in columns.split(",") if name.strip()]
    outcome: Outcome
    if what is List.ASSETS:
        query = AssetQuery(account_id=account_id, status=status, search=search, view=view)
        outcome = await export_assets(
            services,
            AssetChoice(query),
            names,
            file,
            keys=keys,
            replace_file=replace,
            progress=show,
        )
    else:
        kind = ListKind.OFFERINGS if what is List.CATALOGUE else ListKind(what.value)
        listed = ListQuery(account_id=account_id, filter=only, search=search)
        outcome = await export_list(
            services, kind, listed, names, file, replace=replace, progress=show
        )
    out.end_progress()
    tell_one(out, outcome, {"file": str(file)})
