"""``esd audit``: what was done by anybody, and whether that record is as it was written."""

from __future__ import annotations

from typing import Annotated

import typer

from esd_desktop.cli.commands import command, group
from esd_desktop.cli.history import FEW, Limit, tell_history
from esd_desktop.cli.session import Session, UsageError
from esd_desktop.models.rows import HistoryRow

commands = group("The record of everything that was done in this store.")


@command(commands, "list")
async def list_audit(session: Session, limit: Limit = FEW) -> None:
    """Tell what was done by anybody, the newest first."""
    from esd_desktop.services.browse import latest_history

    services = await session.services()

    async def older(before: int | None) -> list[HistoryRow]:
        return await latest_history(services, before=before)

    await tell_history(session.out, older, limit)


@command(commands, "verify")
async def verify(
    session: Session,
    expect: Annotated[
        list[str] | None,
        typer.Option(
            metavar="POSITION:HASH", help="A head that was printed before; may be given again."
        ),
    ] = None,
    after_restore: Annotated[
        bool,
        typer.Option(
            "--after-restore",
            help="The store was restored from a backup: take what is there now as seen.",
        ),
    ] = False,
) -> None:
    """Check that no row of the audit was changed, taken out or put in.

    Note the head that it prints somewhere else: with --expect it shows later that nothing up to it
    was written anew.
    """
    from esd_desktop.models.chain import Head
    from esd_desktop.services.verify_audit import verify_audit

    try:
        heads = [Head.parsed(each) for each in expect or ()]
    except ValueError as error:
        raise UsageError(
            f"“{error}” is no head of an audit.",
            advice="It is a position, a colon and 64 digits and letters, as it was printed.",
        ) from None
    found = await verify_audit(await session.services(), heads, after_restore=after_restore)
    session.out.say(found.sentence)
    if found.rows:
        session.out.say(f"Head: {found.head}")
    session.out.object(
        {"rows": found.rows, "head": str(found.head) if found.rows else None, "intact": True}
    )
