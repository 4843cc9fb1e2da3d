"""Export assets as they are shown, with filter, search, sort and columns. Keys are masked, unless
the store's policy lets people see them and the person asks for them in full."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from esd_desktop.errors import Refused
from esd_desktop.models.asset_rows import AssetChoice, AssetLine
from esd_desktop.models.rights import Right
from esd_desktop.models.store import asset_exports
from esd_desktop.models.values import ProductKey
from esd_desktop.models.wording import counted
from esd_desktop.services.browse import asset_counts, searched_key
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.exporting.columns import ASSETS, TOKEN, chosen
from esd_desktop.services.exporting.table_file import Target
from esd_desktop.services.exporting.writing import Progress, write_table
from esd_desktop.services.open_secrets import open_exported
from esd_desktop.services.record import record
from esd_desktop.services.reveal_key import may_reveal
from esd_desktop.services.rights import require


async def export_assets(
    services: Services,
    choice: AssetChoice,
    columns: Sequence[str],
    path: Path,
    *,
    keys: bool = False,
    replace_file: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Write assets to a workbook or a CSV file, as the name of ``path`` ends.

    ``columns`` are their names in order, all for none. With ``keys`` they are written in full, last
    where the token is none of the columns: that is noted with each asset before the first one
    leaves. ``replace_file``: a file that is there may be replaced. ``progress`` is told, from this
    loop, how many rows of how many are written. Raises InvalidInput for a column or place that
    cannot be, Refused where a file is there or keys may not be seen. Given up or failed, nothing is
    left.
    """
    await require(services, Right.EXPORT)
    if keys:
        await require(services, Right.EXPORT_KEYS)
    wanted = [column for _, column in chosen(ASSETS, _with_token(columns) if keys else columns)]
    target = Target(path, replace=replace_file)
    if keys and not await may_reveal(services):
        raise Refused(
            "The settings of this store do not allow keys to be shown, so none is exported.",
            advice="Export them masked, or have it allowed in Settings, Licence keys.",
        )
    if keys:
        # A vault that cannot be used is found out before anything is noted.
        await services.cipher.opened()
    key_hash = await searched_key(services, choice.query.search)
    total = len(choice.only) or (await asset_counts(services, choice.query)).found
    noted_at = await _note(services, choice, key_hash, path.name, total, keys=keys)
    rows = _rows(services, choice, key_hash, noted_at if keys else None)
    count = await write_table(target, wanted, rows, total, progress)
    is_one = count == 1
    whose = "its key" if is_one else "their keys"
    how = f"with {whose}" if keys else f"{whose} masked"
    are = "is" if is_one else "are"
    sentence = f"{counted(count, 'asset')} {are} in {path.name}, {how}."
    # With keys the history of every one of them has grown.
    return Outcome(sentence, changes=Changes(everything=keys))


def _with_token(columns: Sequence[str]) -> Sequence[str]:
    """What is noted as exported has to be in the file."""
    return (*columns, TOKEN) if columns and TOKEN not in columns else columns


async def _note(
    services: Services,
    choice: AssetChoice,
    key_hash: str | None,
    file: str,
    total: int,
    *,
    keys: bool,
) -> datetime:
    """Write down that a list leaves, and with each asset where its key does, before it is so."""
    how = "with the keys in full" if keys else "keys masked"
    now = services.now()
    async with services.store.change() as work:
        are = "is" if total == 1 else "are"
        sentence = f"{counted(total, 'asset')} {are} exported to {file}, {how}."
        record(services, work, "export", sentence, account_id=choice.query.account_id)
        await work.flush()
        if keys:
            await asset_exports.note_keys(
                work,
                asset_exports.ids_of(choice.query, key_hash, choice.only),
                at=now,
                operator=services.operator,
                sentence=f"The licence key was exported to {file}.",
            )
        await work.commit()
    return now


async def _rows(
    services: Services,
    choice: AssetChoice,
    key_hash: str | None,
    keys_noted_at: datetime | None,
) -> AsyncGenerator[Sequence[AssetLine]]:
    async with services.store.read() as connection:
        every = asset_exports.every(connection, choice.query, key_hash, choice.only)
        async for rows in every:
            if keys_noted_at is None:
                yield rows
                continue
            ids = [row.id for row in rows]
            yield _in_full(rows, await open_exported(services, connection, ids, keys_noted_at))


def _in_full(rows: Sequence[AssetLine], keys: Mapping[int, ProductKey]) -> list[AssetLine]:
    """The lines with their keys in the place of the masked ones."""
    return [replace(row, key=keys[row.id].reveal()) if row.id in keys else row for row in rows]
