"""Put a backup in the place of what the store holds. What it holds is kept in a file first, and
nothing of it is lost: the file is a store of its own, from which records can be brought over.

What the world has seen since the backup is not undone: numbers of invoices go on after those that
were given out, mails that have gone do not go again, and calls that were in doubt are settled under
their own ids. Licences that Microsoft issued since are in the kept file only. At the portal nobody
is signed in afterwards, and no link to sign in that was mailed before is good any more.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from esd_desktop.errors import StoreBroken
from esd_desktop.models.audit import AuditRow
from esd_desktop.models.backup_rows import RESTORED, Losses, Verdict
from esd_desktop.models.chain import Head
from esd_desktop.models.rights import Right
from esd_desktop.models.store import audit, backup_file, portal_sessions
from esd_desktop.models.store.audit_chain import head_and_hash_at
from esd_desktop.models.store.backup_pages import (
    Progress,
    aside,
    copy_pages,
    for_good,
    make_backup_folder,
    telling,
    unfinished,
)
from esd_desktop.models.store.backups import (
    NOT_RESTORED,
    Exchange,
    exchange,
    replace_broken,
)
from esd_desktop.models.store.engine import open_store
from esd_desktop.models.store.errors import broken_store
from esd_desktop.models.store.schema import HEAD
from esd_desktop.models.store.upgrading import upgrade_file
from esd_desktop.models.values import utc_now
from esd_desktop.models.wording import as_moment
from esd_desktop.services.back_up import only_one
from esd_desktop.services.browse_backups import short_name
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.rights import require
from esd_desktop.services.vault import Vault
from esd_desktop.services.verify_backup import verified

# Among the changes of its audit row: the file, and what is in that file only.
_KEPT, _LATER = "kept_in", "came_later"
_STAMP = "%Y%m%d-%H%M%S"


class Prospect(Struct, frozen=True):
    """What restoring a backup would bring, and what the store would be without afterwards; None
    where it is damaged and cannot be read any more."""

    verdict: Verdict
    losses: Losses | None

    @property
    def cost(self) -> str:
        """What restoring would cost, in words."""
        if self.losses is None:
            return "The store is damaged. Its file is kept as it is."
        return self.losses.sentence


async def look_before_restoring(
    services: Services, file: Path, *, progress: Progress | None = None
) -> Prospect:
    """Verify a backup and compare it with the store. Raises EsdError for one that is of no use."""
    await require(services, Right.RESTORE)
    verdict = await verified(services.vault, file, progress)
    try:
        async with services.store.read() as connection:
            losses = await backup_file.losses(connection, verdict.contents)
    except StoreBroken:
        return Prospect(verdict, None)
    return Prospect(verdict, losses)


class Restored(Struct, frozen=True):
    """What was done, and where the store's audit ends now: what was seen of it later is gone."""

    outcome: Outcome
    audit_head: Head


async def restore_store(
    services: Services, backup: Path, *, progress: Progress | None = None
) -> Restored:
    """Put the backup in the place of what the store holds, all or nothing. Raises EsdError;
    StoreBroken also where the store is damaged, and restore_broken is what helps.

    A file is replaced while nobody has it open, so these services are of no more use afterwards,
    whether it went well or not: whoever opened them closes them and opens the store anew.
    """
    prospect = await look_before_restoring(services, backup, progress=progress)
    if prospect.losses is None:
        raise broken_store()
    name, file = short_name(services.store.short_name), services.store.file
    folder = services.backups().folder if file is None else file.parent
    await aside(lambda _: make_backup_folder(folder))
    kept = folder / f"{name}.before-restore-{services.now():{_STAMP}}.db"
    restoring = _Restoring(prospect.verdict, prospect.losses, kept)
    row = restoring.audit_row(services.now(), services.operator, services.store.login)
    with (
        telling(NOT_RESTORED),
        only_one(folder, name),
        unfinished(folder / f"{name}.prepared") as prepared,
    ):
        head = await _prepare(backup, prepared, row, services.vault)
        await services.store.close()
        what = Exchange(prepared, kept, not prospect.losses.other_store)
        await exchange(services.store, what, progress)
    return Restored(restoring.outcome, head)


async def restore_broken(
    store: Path, backup: Path, vault: Vault, operator: str, progress: Progress | None = None
) -> Restored:
    """The same for the file of a store that cannot be opened any more: nobody can be asked for a
    right, and nothing in it can be compared. It is kept as it is."""
    now = utc_now()
    kept = store.with_name(f"{store.name}.damaged-{now:{_STAMP}}")
    restoring = _Restoring(await verified(vault, backup, progress), None, kept)
    with (
        telling(NOT_RESTORED),
        only_one(store.parent, short_name(store.stem)),
        unfinished(store.with_suffix(".prepared")) as prepared,
    ):
        row = restoring.audit_row(now, operator, None)
        head = await _prepare(backup, prepared, row, vault)
        replacing = asyncio.to_thread(replace_broken, store, prepared, kept)
        await for_good(replacing, lambda: None)
    return Restored(restoring.outcome, head)


async def left_to_bring_over(services: Services) -> tuple[str, str] | None:
    """What the last restore left in the kept file only, and what to do about it, for as long as
    that file is there; None where there is nothing."""
    async with services.store.read() as connection:
        last = await audit.last_of(connection, (RESTORED,))
    if last is None or not last.changes[_LATER][1]:
        return None
    kept = Path(last.changes[_KEPT][1])
    return (last.sentence, _how_to_bring_over(kept)) if await _is_there(kept) else None


class _Restoring(Struct, frozen=True):
    """A backup on its way into the store, and the file that keeps what was there. ``losses`` is
    None where that cannot be read any more."""

    verdict: Verdict
    losses: Losses | None
    kept: Path

    @property
    def sentence(self) -> str:
        """What was done, in words."""
        was = as_moment(self.verdict.contents.made_at)
        return f"The store was restored as it was on {was}. {self._what_is_kept} in {self.kept}."

    @property
    def outcome(self) -> Outcome:
        """What was done, and what is left to do."""
        advice = self.verdict.warning
        if self.losses is None:
            advice = "Keep that file: what came after the backup is nowhere else."
        elif self.losses:
            advice = _how_to_bring_over(self.kept)
        return Outcome(self.sentence, changes=Changes(everything=True), advice=advice)

    def audit_row(self, at: datetime, operator: str, login: str | None) -> AuditRow:
        """Written into the backup before it is put in its place, where nobody is signed in: so the
        row itself says who was."""
        later = self.losses.words if self.losses else None
        return AuditRow(
            at=at,
            operator=operator,
            action=RESTORED,
            sentence=self.sentence,
            changes={_KEPT: [None, str(self.kept)], _LATER: [None, later]},
            login=login,
        )

    @property
    def _what_is_kept(self) -> str:
        if self.losses is None:
            return "The damaged file, as it was, is"
        if not self.losses:
            return "What was there is"
        whose = "another store held" if self.losses.other_store else "came later"
        return f"What {whose} ({self.losses.words}) is only"


async def _prepare(backup: Path, prepared: Path, row: AuditRow, vault: Vault) -> Head:
    """A copy of the backup, brought up to date, that says in its audit what was done; answers where
    that ends."""
    await aside(lambda stop: copy_pages(backup, prepared, stop))
    await aside(lambda _: upgrade_file(prepared, HEAD))
    store = await open_store(str(prepared))
    try:
        async with store.change() as work:
            work.add(row)
            # Who signed out since then, or was signed out, must not be signed in again.
            await portal_sessions.forget_all(work)
            await work.commit()
        async with store.read() as connection:
            head, _ = await head_and_hash_at(connection, 0)
    finally:
        await store.close()
    await verified(vault, prepared, None)
    return head


def _how_to_bring_over(kept: Path) -> str:
    return (
        "To bring over the licences that came later, with their accounts: "
        f'esd --store "{kept}" export assets later.csv --keys, then esd import later.csv, which '
        "passes over what is known already. Then move that file away."
    )


async def _is_there(file: Path) -> bool:
    return await aside(lambda _: file.exists())
