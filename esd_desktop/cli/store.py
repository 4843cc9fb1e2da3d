"""``esd store``: backing it up, verifying a backup, and restoring one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from esd_desktop.cli.asking import confirm
from esd_desktop.cli.commands import command, group
from esd_desktop.cli.output import Output
from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Session, UsageError
from esd_desktop.cli.shapes import plain
from esd_desktop.errors import StoreBroken

if TYPE_CHECKING:
    from esd_desktop.models.store.backup_pages import Progress
    from esd_desktop.services.restore_store import Prospect

commands = group("The store itself: its backups.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")]


@command(commands, "backup")
async def back_up_store(
    session: Session,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Into this folder instead of the usual one."),
    ] = None,
) -> None:
    """Back up the store into a file, and verify the file by opening it."""
    from esd_desktop.services.back_up import back_up

    services = await session.services()
    done = await back_up(services, folder, progress=_progress(session.out))
    session.out.end_progress()
    tell_one(session.out, done, {"file": str(done.file)})


@command(commands, "verify")
async def verify_file(session: Session, file: File) -> None:
    """Open a backup and look through all of it; nothing is changed."""
    from esd_desktop.services.verify_backup import verify_backup

    services = await session.services()
    verdict = await verify_backup(services, file, progress=_progress(session.out))
    session.out.end_progress()
    session.out.object({"sentence": verdict.sentence, **plain(verdict)})
    session.out.say(verdict.sentence)
    if verdict.warning:
        session.out.say(f"  {verdict.warning}")


@command(commands, "restore")
async def restore_file(
    session: Session,
    file: File,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a backup in the place of what the store holds, which is kept in a file beside."""
    from esd_desktop.opening import restore

    if not yes and not sys.stdin.isatty():
        raise UsageError("Restoring replaces the store; where nobody can be asked it takes --yes.")
    prospect = await _prospect(session, file)
    session.out.end_progress()
    if prospect is None:
        session.out.note("The store cannot be opened any more. Its file is kept as it is.")
    else:
        session.out.note(prospect.verdict.sentence)
        session.out.note(prospect.cost)
    confirm("Restore this backup?", yes=yes)
    # It is opened anew by who restores: nobody else may have it open then.
    await session.close()
    done = await restore(session.places, session.settings(), file, _progress(session.out))
    session.out.end_progress()
    tell_one(session.out, done, {})


async def _prospect(session: Session, file: Path) -> Prospect | None:
    """What it would bring; None where the store is damaged."""
    from esd_desktop.services.restore_store import look_before_restoring

    try:
        services = await session.services()
    except StoreBroken:
        return None
    return await look_before_restoring(services, file, progress=_progress(session.out))


def _progress(out: Output) -> Progress:
    def tell(words: str, done: int, total: int) -> None:
        out.progress(f"{words}… {100 * done // max(1, total)} %")

    return tell
