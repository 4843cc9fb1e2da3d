"""``esd keys``: the key that licence keys are encrypted with."""

from __future__ import annotations

from typing import Annotated

import typer

from esd_desktop.cli.commands import command, group
from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Session
from esd_desktop.cli.shapes import plain

commands = group("The key that licence keys are encrypted with.")


@command(commands, "status")
async def show_status(session: Session) -> None:
    """Show since when the key is in use, and whether a change of it waits to be ended."""
    from esd_desktop.services.rotate_data_key import data_key_status

    status = await data_key_status(await session.services())
    session.out.object(plain(status))
    session.out.say(status.sentence)
    if status.older:
        session.out.say("  “esd keys rotate” ends the change.")


@command(commands, "rotate")
async def rotate(
    session: Session,
    new_entry: Annotated[
        bool,
        typer.Option(
            "--new-entry",
            help="Change the vault's entry as well. It has to be copied to every other desktop, "
            "which cannot use licence keys until then.",
        ),
    ] = False,
) -> None:
    """Change the key, and encrypt every licence key anew while everybody goes on working. Stopped
    with Ctrl+C, it goes on where it was with the next run."""
    from esd_desktop.services.rotate_data_key import rotate_data_key

    def tell(done: int, total: int) -> None:
        session.out.progress(f"Encrypting anew… {done:,} of {total:,}")

    services = await session.services()
    done = await rotate_data_key(services, new_entry=new_entry, progress=tell)
    session.out.end_progress()
    tell_one(session.out, done, {})
