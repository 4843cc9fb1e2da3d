"""The first page of the asset list, for a window that is just being opened: it is read by itself,
without the services, which take longer to load than a person should look at an empty window."""

from __future__ import annotations

from pathlib import Path

from esd_desktop.models.asset_rows import AssetQuery, AssetRow
from esd_desktop.models.rights import Right, Role, rights_of
from esd_desktop.models.store import first_page


def read_first_page(file: Path, login: str, query: AssetQuery, limit: int) -> list[AssetRow] | None:
    """The first rows of a list without view and search, of a store that is a file. None where they
    cannot be read at once, or may not be seen: opening the store tells why."""
    try:
        roles, rows = first_page.read(file, login, query, limit)
    except first_page.NotAtOnce:
        return None
    if roles is None:
        return rows
    known = [Role(role) for role in roles.split(",") if role in set(Role)]
    return rows if Right.VIEW in rights_of(known) else None
