"""Export a list as it is shown, with its filter, search, sort and columns: orders, invoices,
requests to cancel, mails, a catalogue, discrepancies. services/export_assets.py does the assets."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.rights import Right
from esd_desktop.models.store import listings
from esd_desktop.models.wording import counted
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.exporting.columns import LISTS, chosen
from esd_desktop.services.exporting.table_file import Target
from esd_desktop.services.exporting.writing import Progress, write_table
from esd_desktop.services.lists import list_counts
from esd_desktop.services.record import record
from esd_desktop.services.rights import require


async def export_list(
    services: Services,
    kind: ListKind,
    query: ListQuery,
    columns: Sequence[str],
    path: Path,
    *,
    replace: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Write all rows of a list to a workbook or a CSV file, as the name of ``path`` ends.

    ``columns`` are their names in order, all for none; ``replace``: a file that is there may be
    replaced. ``progress`` is told, from this loop, how many rows of how many are written. Raises
    InvalidInput for a column, filter or place that cannot be, Refused where a file is there. Given
    up or failed, nothing is left.
    """
    await require(services, Right.EXPORT)
    wanted = chosen(LISTS[kind], columns)
    target = Target(path, replace=replace)
    total = (await list_counts(services, kind, query)).found
    async with services.store.change() as work:
        sentence = f"The list of {kind.value} is exported to {path.name}: {counted(total, 'row')}."
        record(services, work, "export", sentence, account_id=query.account_id)
        await work.commit()
    rows = _rows(services, kind, query)
    count = await write_table(target, [column for _, column in wanted], rows, total, progress)
    are = "is" if count == 1 else "are"
    return Outcome(f"{counted(count, 'row')} {are} in {path.name}.")


async def _rows(
    services: Services, kind: ListKind, query: ListQuery
) -> AsyncGenerator[Sequence[Any]]:
    async with services.store.read() as connection:
        async for rows in listings.LISTINGS[kind].every(connection, query):
            yield rows
