"""Back up the store into a file: at once, or when it is due. A file gets the name of a backup only
after it was opened and found to be whole; older ones are removed only after that."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from esd_desktop.errors import EsdError, Refused, StoreBroken
from esd_desktop.models.backup_rows import (
    BEGUN,
    DONE,
    FAILED,
    Verdict,
)
from esd_desktop.models.rights import Right
from esd_desktop.models.store import audit, backup_pages, backups
from esd_desktop.models.wording import as_size, counted
from esd_desktop.services.browse_backups import STAMP, begins, newest_of, own_backups, short_name
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.file_lock import take_lock
from esd_desktop.services.record import record
from esd_desktop.services.rights import may, require
from esd_desktop.services.verify_backup import verified

if TYPE_CHECKING:
    from esd_desktop.models.store.backup_pages import Progress, Stop


class BackedUp(Outcome, frozen=True):
    """The backup that was made."""

    file: Path = Path()


async def back_up(
    services: Services, folder: Path | None = None, *, progress: Progress | None = None
) -> BackedUp:
    """Make a backup in ``folder``, or in that of this computer's plan. Raises Refused where one is
    being made there, StoreBroken where the store itself is not whole, StoreFault otherwise. Given
    up or failed, nothing of it is left; only the copy of a store that is not whole stays."""
    await require(services, Right.BACKUP)
    plan = services.backups()
    folder = (folder or plan.folder).absolute()
    await backup_pages.aside(lambda _: backup_pages.make_backup_folder(folder))
    place = folder / f"{begins(services)}{services.now().astimezone(UTC):{STAMP}}.db"
    name = short_name(services.store.short_name)
    with (
        backup_pages.telling(f"{place.name} could not be written"),
        only_one(folder, name),
        backup_pages.unfinished(folder / f"esd-{name}") as part,
    ):
        await _note(services, BEGUN, f"The store is backed up to {place}.")
        await backups.copy_store(services.store, part, progress)
        try:
            verdict = await verified(services.vault, part, progress)
        except StoreBroken as fault:
            raise await _keep_damaged(part, folder / f"{begins(services)}damaged.db") from fault
        await backup_pages.aside(lambda _: backup_pages.put_in_place(part, place))
    await _note(services, DONE, f"A backup was made on {platform.node()}: {place}.")
    removed = await _forget_old(services, place, plan.keep)
    return _outcome(place, verdict, removed)


async def back_up_when_due(services: Services) -> Changes:
    """One round of the journal: make the backup that this computer's plan asks for by now. Raises
    EsdError where it cannot be made; the audit then says so to all desktops."""
    plan = services.backups()
    if plan.period is None or not await may(services, Right.BACKUP):
        return Changes()
    newest = newest_of(services, await own_backups(services, plan.folder))
    if newest is not None and services.now() - newest.made_at < plan.period:
        return Changes()
    try:
        await back_up(services)
    except Refused:
        raise
    except EsdError as fault:
        await _note_failure(services, fault)
        raise
    return Changes(settings=True)


@contextmanager
def only_one(folder: Path, name: str) -> Iterator[None]:
    """Nobody else backs up or restores the store of this name here meanwhile. Raises Refused."""
    with (folder / f".{name}.lock").open("ab") as held:
        try:
            take_lock(held.fileno())
        except OSError:
            raise Refused(
                f"This store is being backed up or restored in {folder} right now.",
                advice="Wait until that is done.",
            ) from None
        yield


async def _keep_damaged(part: Path, place: Path) -> StoreBroken:
    """Keep the copy of a store that is not whole, in the place of an earlier one: it may be the
    last that there is of some records. Answers the fault to be told."""
    await backup_pages.aside(lambda _: backup_pages.put_in_place(part, place))
    return StoreBroken(
        f"The store is not whole, so its copy is not counted as a backup. It is kept as {place}.",
        advice=f'“esd store verify "{place}"” says what is wrong. Keep the earlier backups: the '
        "store may have to be restored from one of them.",
    )


async def _forget_old(services: Services, made: Path, keep: int) -> int:
    """Remove what is more than is to be kept; answers how many. The one just ``made`` stays."""
    others = [each for each in await own_backups(services, made.parent) if each.file != made]
    old = others[max(keep, 1) - 1 :]

    def remove(_: Stop) -> None:
        for backup in old:
            with suppress(OSError):  # it is tried again after the next one
                backup.file.unlink(missing_ok=True)

    await backup_pages.aside(remove)
    return len(old)


async def _note(services: Services, action: str, sentence: str) -> None:
    async with services.store.change() as work:
        record(services, work, action, sentence)
        await work.commit()


async def _note_failure(services: Services, fault: EsdError) -> None:
    """Once, however often the same goes wrong one after the other."""
    sentence = f"No backup could be made on {platform.node()}: {fault.sentence}"
    with suppress(EsdError):  # the store itself may be what is wrong
        async with services.store.read() as connection:
            last = await audit.last_of(connection, (DONE, FAILED))
        if last is None or (last.action, last.sentence) != (FAILED, sentence):
            await _note(services, FAILED, sentence)


def _outcome(place: Path, verdict: Verdict, removed: int) -> BackedUp:
    contents = verdict.contents
    gone = f" {counted(removed, 'older backup')} removed." if removed else ""
    return BackedUp(
        f"The backup is made and verified: {contents.holds}, {as_size(contents.size)}.{gone} "
        f"{verdict.keys}",
        changes=Changes(settings=True),
        advice=f"It is {place}. {verdict.warning}".strip(),
        file=place,
    )
