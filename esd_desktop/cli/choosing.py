"""From what a person types to the record that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from esd_desktop.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from esd_desktop.models.rows import ConnectionRow
    from esd_desktop.services.context import Services

_LARGEST_ID = 2**63 - 1

AssetId = Annotated[int, typer.Argument(metavar="ID", min=1, max=_LARGEST_ID)]
AssetIds = Annotated[list[int], typer.Argument(metavar="ID…", min=1, max=_LARGEST_ID)]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
ConnectionName = Annotated[
    str | None,
    typer.Option("--connection", metavar="NAME", help="Needed where there are several."),
]


async def named_connection(services: Services, name: str) -> ConnectionRow:
    """The connection of this name, or of this id. Raises NotFound."""
    from esd_desktop.services.browse import connection_list

    known = await connection_list(services)
    for row in known:
        if name.strip().casefold() == row.name.casefold() or name.strip() == str(row.id):
            return row
    names = ", ".join(f"“{row.name}”" for row in known)
    raise NotFound(
        f"There is no connection “{name}”.",
        advice=f"There are: {names}." if names else _HOW_TO_ADD,
    )


async def the_connection(services: Services, name: str | None) -> ConnectionRow:
    """The connection that was named, or the only one. Raises InvalidInput where it is not clear."""
    from esd_desktop.services.browse import connection_list

    if name is not None:
        return await named_connection(services, name)
    known = await connection_list(services)
    if not known:
        raise NotFound("There is no connection yet.", advice=_HOW_TO_ADD)
    if len(known) > 1:
        names = ", ".join(f"“{row.name}”" for row in known)
        raise InvalidInput(
            "There are several connections.", advice=f"Choose one with --connection: {names}."
        )
    return known[0]


_HOW_TO_ADD = "Add one with “esd connections add”."
