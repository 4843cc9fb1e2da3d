"""``esd catalogue``: what may be ordered (D2)."""

from __future__ import annotations

from esd_desktop.cli.choosing import ConnectionName, the_connection
from esd_desktop.cli.commands import command, group
from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Session

commands = group("What may be ordered at Microsoft.")


@command(commands, "refresh")
async def refresh(session: Session, connection: ConnectionName = None) -> None:
    """Read what a connection may sell (Get Services Definition)."""
    from esd_desktop.services.refresh_catalogue import refresh_catalogue

    services = await session.services()
    chosen = await the_connection(services, connection)
    done = await refresh_catalogue(services, chosen.id)
    tell_one(session.out, done, {"connection": chosen.name})
