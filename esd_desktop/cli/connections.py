"""``esd connections``: how this store signs in at Microsoft (D1)."""

from __future__ import annotations

from typing import Annotated

import typer

from esd_desktop.cli.asking import secret_from_stdin
from esd_desktop.cli.choosing import named_connection
from esd_desktop.cli.commands import command, group
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.results import each, tell_one
from esd_desktop.cli.session import Session
from esd_desktop.cli.table import Column, local_day
from esd_desktop.errors import NotFound
from esd_desktop.models.rows import ConnectionRow
from esd_desktop.services.microsoft.profile import Algorithm

commands = group("Connections to Microsoft's ESD service.")

_COLUMNS = (
    Column("Name", flexible=True),
    Column("Channel"),
    Column("Country"),
    Column("Language"),
    Column("Certificate until"),
    Column("Tenant", flexible=True),
    Column("Service URL", flexible=True),
)


@command(commands, "add")
async def add(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="System Name.")],
    certificate: Annotated[str, typer.Option(metavar="FILE", help="The certificate, PEM.")],
    key: Annotated[str, typer.Option(metavar="FILE", help="Its private key, PEM.")],
    tenant: Annotated[str, typer.Option(help="Azure Active Directory Tenant.")] = "",
    client_id: Annotated[str, typer.Option(help="Client ID.")] = "",
    resource: Annotated[str, typer.Option(metavar="URL", help="Resource API.")] = "",
    service_url: Annotated[str, typer.Option(metavar="URL", help="Service URL.")] = "",
    channel_id: Annotated[str, typer.Option(help="Channel ID (Bill To Account ID).")] = "",
    country: Annotated[str, typer.Option(help="A code of two letters, such as GB.")] = "",
    language: Annotated[str, typer.Option(help="Such as en-GB.")] = "",
    passphrase_stdin: Annotated[
        bool,
        typer.Option("--passphrase-stdin", help="Read the key's passphrase from standard input."),
    ] = False,
    authority: Annotated[
        str | None, typer.Option(metavar="URL", help="Where to sign in, if not at Microsoft's own.")
    ] = None,
    algorithm: Annotated[
        Algorithm, typer.Option(help="How the sign-in is signed; RS256 for older tenants.")
    ] = "PS256",
    ca_file: Annotated[
        str, typer.Option(metavar="FILE", help="Authorities to trust besides the system's, PEM.")
    ] = "",
) -> None:
    """Add a connection. Its certificate is read before anything is kept. What your administrator
    has set of it can be left out."""
    from esd_desktop.services.edit_connection import (
        MICROSOFT_AUTHORITY,
        ConnectionForm,
        add_connection,
    )

    form = ConnectionForm(
        name=name,
        tenant=tenant,
        client_id=client_id,
        certificate_file=certificate,
        key_file=key,
        resource_api=resource,
        service_url=service_url,
        channel_id=channel_id,
        country=country,
        language=language,
        authority=authority or MICROSOFT_AUTHORITY,
        algorithm=algorithm,
        ca_file=ca_file,
        passphrase=secret_from_stdin("Passphrase") if passphrase_stdin else None,
    )
    saved = await add_connection(await session.services(), form)
    tell_one(session.out, saved.outcome, {"id": saved.id, "name": name})
    session.out.note(f'Try it with “esd connections check "{name}"”.')


@command(commands, "list")
async def list_connections(session: Session) -> None:
    """List the connections by name."""
    from esd_desktop.models.certificate_expiry import expiry
    from esd_desktop.services.browse import connection_list

    services = await session.services()
    rows = await connection_list(services)
    with Listing(session.out, _COLUMNS, _cells) as listing:
        listing.add(rows)
    for row in rows:
        seen = expiry(row.name, row.certificate_expires_at, services.now())
        if seen.advice:
            session.out.note(f"{seen.sentence} {seen.advice}")
    if not rows:
        session.out.note("There is no connection yet. Add one with “esd connections add”.")


@command(commands, "check")
async def check(
    session: Session,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]…", help="All of them without a name.")
    ] = None,
) -> None:
    """Sign in at Microsoft and read a page of the catalogue."""
    from esd_desktop.services.browse import connection_list
    from esd_desktop.services.check_connection import check_connection

    services = await session.services()
    if names:
        rows = [await named_connection(services, name) for name in names]
    else:
        rows = await connection_list(services)
    if not rows:
        raise NotFound(
            "There is no connection to check yet.", advice="Add one with “esd connections add”."
        )
    await each(
        session.out,
        rows,
        lambda row: check_connection(services, row.id),
        name=lambda row: row.name,
        mark=lambda row: {"connection": row.name},
    )


@command(commands, "remove")
async def remove(session: Session, name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Remove a connection over which nothing was bought."""
    from esd_desktop.services.edit_connection import remove_connection

    services = await session.services()
    row = await named_connection(services, name)
    done = await remove_connection(services, row.id)
    tell_one(session.out, done, {"id": row.id, "name": row.name})


def _cells(row: ConnectionRow) -> tuple[object, ...]:
    return (
        row.name,
        row.channel_id,
        row.country,
        row.language,
        local_day(row.certificate_expires_at),
        row.tenant,
        row.service_url,
    )
