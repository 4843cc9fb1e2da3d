"""Changing the key that licence keys are encrypted with, while everybody goes on working.

A new data key is added beside the old one and seals from then on. What the old one sealed is sealed
anew, some hundred at a time, each in a short transaction of its own; what another desktop still
seals with the old one meanwhile is found by looking again. When nothing is left the old one is
removed, and the store itself refuses that while a single licence key refers to it. So wherever this
ends, at a stop or a crash, every licence key can be read; the next run goes on from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from esd_desktop.errors import ChangedMeanwhile, StoreFault
from esd_desktop.models.rights import Right
from esd_desktop.models.store import secrets, settings
from esd_desktop.models.store.secrets import Sealed
from esd_desktop.models.wording import as_moment, counted
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.keys import OpenCipher, entry_name
from esd_desktop.services.record import record
from esd_desktop.services.rights import require

ACTION = "rotate_data_key"
_AT_ONCE = 500
# PostgreSQL lets sealed keys be read for some minutes after it was noted that they are.
_NOTED_FOR = timedelta(minutes=2)
# So often all of them are looked through although nothing is found, with a new note each time.
_IN_VAIN = 3

Progress = Callable[[int, int], None]


class DataKeyStatus(Struct, frozen=True):
    """``made_at``: when the data key that seals was made, None while there is none yet; ``waiting``
    of ``sealed`` licence keys are still sealed with an older one, as long as one is ``older``."""

    made_at: datetime | None
    older: int
    sealed: int
    waiting: int

    @property
    def sentence(self) -> str:
        """The same for people."""
        if self.made_at is None:
            return "There is no key yet; it is made with the first licence key."
        since = f"The key is in use since {as_moment(self.made_at)}"
        if self.older:
            waiting = f"{self.waiting:,} of {counted(self.sealed, 'licence key')}"
            return f"{since}; {waiting} still have to be encrypted anew with it."
        return f"{since}; {counted(self.sealed, 'licence key')} encrypted with it."


async def data_key_status(services: Services) -> DataKeyStatus:
    """How far the licence keys are sealed with the newest data key."""
    await require(services, Right.ROTATE)
    return await _status(services)


async def _status(services: Services) -> DataKeyStatus:
    async with services.store.read() as connection:
        known = await settings.data_keys(connection)
        if not known:
            return DataKeyStatus(None, 0, 0, 0)
        sealed = await secrets.count_sealed(connection)
        waiting = await secrets.count_sealed(connection, before=known[-1].id)
    return DataKeyStatus(known[-1].created_at, len(known) - 1, sealed, waiting)


async def rotate_data_key(
    services: Services, *, new_entry: bool = False, progress: Progress | None = None
) -> Outcome:
    """Make a new data key and seal every licence key with it; where an earlier run was stopped, go
    on with that one instead. ``new_entry`` has the vault's entry changed as well.

    ``progress`` is told, from this loop, how many of how many licence keys are done. Cancelling
    leaves the rest for the next run, as does NotAllowed where the right is taken away meanwhile.
    Raises VaultFault where the vault cannot be used.
    """
    await require(services, Right.ROTATE)
    status = await _status(services)
    if status.made_at is None:
        return Outcome(status.sentence, Result.UNCHANGED)
    await services.cipher.opened()
    entry = await services.cipher.new_entry() if new_entry else None
    begun = await _begun(services, entry)
    if entry and not begun:
        await asyncio.to_thread(services.vault.delete, entry_name(entry))
    run = _Run(services, progress)
    await run.to_the_end()
    where = f" The vault's new entry is “{entry_name(entry)}”." if entry and begun else ""
    done = counted(run.done, "licence key")
    are = "was" if run.done == 1 else "were"
    sentence = f"{done} {are} encrypted anew; the earlier key is removed.{where}"
    async with services.store.change() as work:
        record(services, work, ACTION, sentence)
        await work.commit()
    if new_entry and not begun:
        return Outcome(
            f"{sentence} It was the change that had been begun before.",
            Result.WARNING,
            advice="Its vault entry is the one of before: change the key once more for a new one.",
        )
    advice = "Copy that entry to the vault of every other desktop; keep the old one for backups."
    return Outcome(sentence, changes=Changes(settings=True), advice=advice if where else "")


async def _begun(services: Services, entry: str | None) -> bool:
    """The same, once more where another desktop has begun at this very moment."""
    try:
        return await _begin(services, entry)
    except ChangedMeanwhile:
        return await _begin(services, entry)


async def _begin(services: Services, entry: str | None) -> bool:
    """Add the new data key; False where an earlier run has, whose work is to be ended first."""
    async with services.store.change() as work:
        is_new = len(await settings.data_keys(work.connection)) == 1
        if is_new:
            await services.cipher.add_next(work, entry)
        does = "is changed" if is_new else "goes on being changed"
        record(services, work, ACTION, f"The key that licence keys are encrypted with {does}.")
        await work.commit()
    return is_new


class _Run:
    """One run, from a new data key to the removal of the old one."""

    def __init__(self, services: Services, progress: Progress | None) -> None:
        self._services = services
        self._tell = progress or (lambda done, total: None)
        self._noted_at = services.now()
        self._total = 0
        self.done = 0

    async def to_the_end(self) -> None:
        async with self._services.store.read() as connection:
            keys = await settings.data_keys(connection)
            newest = keys[-1].id
            self._total = await secrets.count_sealed(connection, before=newest)
        self._tell(0, self._total)
        in_vain = 0
        while not await self._retired(newest):
            if await self._pass(newest):
                in_vain = 0
                continue
            in_vain += 1
            if in_vain == _IN_VAIN:
                raise StoreFault(
                    "The database does not give the encrypted licence keys out.",
                    advice="All of them can still be read. Change the key again to go on.",
                )
            # Where the computer was asleep, or its clock set back, the last note is too old.
            await self._note()

    async def _pass(self, newest: int) -> bool:
        """Seal anew, once through all assets, what an older data key has sealed; whether there was
        anything. Raises NotAllowed where the right is there no more."""
        await require(self._services, Right.ROTATE)
        after = 0
        while found := await self._renewed(newest, after):
            async with self._services.store.change() as work:
                self.done += await secrets.seal_anew(work, newest, found)
                await work.commit()
            after = found[-1][0].asset_id
            self._tell(self.done, max(self.done, self._total))
        return after > 0

    async def _renewed(self, newest: int, after: int) -> list[tuple[Sealed, Sealed]]:
        if self._services.now() - self._noted_at >= _NOTED_FOR:
            await self._note()
        async with self._services.store.read() as connection:
            found = await secrets.sealed_before(connection, newest, after=after, limit=_AT_ONCE)
            cipher = await self._services.cipher.current(connection)
        return await asyncio.to_thread(_sealed_anew, cipher, found)

    async def _retired(self, newest: int) -> bool:
        """Remove the older data keys, unless a licence key still refers to one."""
        try:
            async with self._services.store.change() as work:
                if await secrets.count_sealed(work.connection, before=newest):
                    return False
                await settings.retire_data_keys(work, newest)
                await work.commit()
        except ChangedMeanwhile:
            return False
        return True

    async def _note(self) -> None:
        async with self._services.store.change() as work:
            sentence = "The key that licence keys are encrypted with goes on being changed."
            record(self._services, work, ACTION, sentence)
            await work.commit()
        self._noted_at = self._services.now()


def _sealed_anew(cipher: OpenCipher, found: list[Sealed]) -> list[tuple[Sealed, Sealed]]:
    def anew(each: Sealed, sealed: bytes) -> bytes:
        return cipher.reseal(sealed, each.key_id, each.asset_id, by=cipher, for_asset=each.asset_id)

    return [
        (
            each,
            replace(
                each, key=anew(each, each.key), link=anew(each, each.link) if each.link else None
            ),
        )
        for each in found
    ]
