"""How backups stand, for whoever looks at them. Nothing here changes anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from esd_desktop.models.backup_rows import DONE, FAILED, RESTORED, Backup, BackupPlan
from esd_desktop.models.rows import HistoryRow
from esd_desktop.models.store import audit, backup_pages
from esd_desktop.models.store import lineage as lineages
from esd_desktop.models.wording import as_moment
from esd_desktop.services.context import Services
from esd_desktop.services.rights import viewing

STAMP = "%Y%m%d-%H%M%S"


class BackupState(Struct, frozen=True):
    """How backups stand: this computer's plan and its newest backup, what any computer last told of
    a backup of this store, and when the store was last restored, if it was. ``last_told`` is None
    where the newest backup is later than that: it was told in what a restore has replaced."""

    plan: BackupPlan
    newest: Backup | None
    last_told: HistoryRow | None
    restored_at: datetime | None
    overdue: bool

    @property
    def trouble(self) -> str | None:
        """What is wrong, in a sentence; None where nothing is."""
        if self.last_told is not None and self.last_told.action == FAILED:
            return f"{self.last_told.sentence} That was on {as_moment(self.last_told.at)}."
        if self.overdue and self.newest is None:
            return f"No backup has been made yet in {self.plan.folder}."
        if self.overdue and self.newest is not None:
            return f"The newest backup is of {as_moment(self.newest.made_at)}."
        return None


async def backup_state(services: Services) -> BackupState:
    """How backups stand, for who may see the records."""
    plan = services.backups()
    async with viewing(services) as connection:
        told = await audit.last_of(connection, (DONE, FAILED))
        restored = await audit.last_of(connection, (RESTORED,))
    newest = newest_of(services, await own_backups(services, plan.folder))
    if told is not None and newest is not None and newest.made_at > told.at:
        told = None
    # One period late is the moment at which it is due.
    late = plan.period and (newest is None or services.now() - newest.made_at > 2 * plan.period)
    return BackupState(plan, newest, told, restored.at if restored else None, bool(late))


async def own_backups(services: Services, folder: Path) -> list[Backup]:
    """The backups of this store in a folder, the newest first: those with its name whose records
    are its own. What a clock that was wrong has put into the future comes last."""
    async with services.store.read() as connection:
        lineage = await lineages.lineage_of(connection)
    beginning, now = begins(services), services.now()

    def found() -> list[Backup]:
        own = [_backup(file, beginning, lineage) for file in folder.glob(f"{beginning}*.db")]
        return [each for each in own if each is not None]

    try:
        own = await backup_pages.aside(lambda _: found())
    except OSError:  # the disk is not there, or nobody lets us look
        return []
    return sorted(own, key=lambda each: (each.made_at <= now, each.made_at), reverse=True)


def _backup(file: Path, beginning: str, lineage: str | None) -> Backup | None:
    """What this file is a backup of that store as; None where it is not, or gone by now."""
    try:
        made_at = datetime.strptime(file.name, f"{beginning}{STAMP}.db").replace(tzinfo=UTC)
        size = file.stat().st_size
    except (OSError, ValueError):
        return None
    if lineages.lineage(file) != lineage:
        return None
    return Backup(file, made_at, size)


def newest_of(services: Services, own: Sequence[Backup]) -> Backup | None:
    """The newest of a store's own backups; None where all of them are of the future."""
    return own[0] if own and own[0].made_at <= services.now() else None


def short_name(store: str) -> str:
    """A store's name as a part of a file's."""
    return re.sub(r"[^\w.-]+", "-", store) or "store"


def begins(services: Services) -> str:
    """With what the names of this store's backups begin."""
    return f"esd-{short_name(services.store.short_name)}-"
