"""What the lines of a file are read against: which connections there are, what may be returned for
how long, and the cipher for the keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from esd_desktop.errors import InvalidInput, NotFound
from esd_desktop.models.rows import ConnectionRow
from esd_desktop.models.store import connections, settings
from esd_desktop.models.store.import_staging import Staging, return_windows
from esd_desktop.services.context import Services
from esd_desktop.services.importing.columns import Columns, Field
from esd_desktop.services.importing.values import folded
from esd_desktop.services.keys import OpenCipher


class Surroundings(Struct, frozen=True):
    """``connections`` are ids by folded name; ``usual_connection`` is for lines that name none.
    ``seals``: keys and links are to be kept, not only compared."""

    connections: Mapping[str, int]
    usual_connection: int | None
    return_windows: Mapping[tuple[int, str], int]
    cipher: OpenCipher | None
    seals: bool


async def surroundings_of(
    services: Services, place: Staging, columns: Columns, connection: str | None, *, dry_run: bool
) -> Surroundings:
    """Raises InvalidInput or NotFound where it is not clear which connection the licences belong
    to, and VaultFault where their keys could not be kept."""
    rows = await connections.listed(place)
    usual = _usual(rows, connection, columns)
    windows = await return_windows(place)
    has_data_key = bool(await settings.data_keys(place))
    # Whatever was read so far must not hold back the key that may have to be made now.
    await place.rollback()
    return Surroundings(
        connections={folded(row.name): row.id for row in rows},
        usual_connection=usual,
        return_windows=windows,
        cipher=await _cipher(services, columns, for_now=dry_run and not has_data_key),
        seals=not dry_run,
    )


def _usual(rows: Sequence[ConnectionRow], named: str | None, columns: Columns) -> int | None:
    known = ", ".join(f"“{row.name}”" for row in rows)
    if named is not None:
        wanted = folded(named.strip())
        for row in rows:
            if wanted in (folded(row.name), str(row.id)):
                return row.id
        raise NotFound(
            f"There is no connection “{named}”.", advice=f"There are: {known}." if known else _ADD
        )
    if not columns.about_assets:
        return None
    if not rows:
        raise NotFound(
            "There is no connection yet that the file's licences could belong to.", advice=_ADD
        )
    if len(rows) > 1 and not columns.has(Field.CONNECTION):
        raise InvalidInput(
            "There are several connections, and the file does not say which one its licences "
            "belong to.",
            advice=f"Choose one (on the command line with --connection), or add a column "
            f"“{Field.CONNECTION}” to the file. There are: {known}.",
        )
    return rows[0].id if len(rows) == 1 else None


async def _cipher(services: Services, columns: Columns, *, for_now: bool) -> OpenCipher | None:
    """``for_now``: nothing is to be written, and a store that has no data key has no licence keys
    either that these could be compared with."""
    if not columns.has(Field.TOKEN):
        return None
    if for_now:
        return OpenCipher.for_now()
    return await services.cipher.opened()


_ADD = "Add one in Settings, Connections, or with “esd connections add”."
