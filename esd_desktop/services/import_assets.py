"""Import accounts and assets from another system's file: all of it or nothing.

The file is read in batches, off the loop, and each is staged in temporary tables beside the store.
Once all of it is there it is compared with itself and with the store, and only where every line is
good is it written, in one transaction. Nobody is called and no mail is sent. What is there already
stays as it is, so importing a file twice changes nothing.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from esd_desktop.errors import InvalidInput
from esd_desktop.models.rights import Right
from esd_desktop.models.store import import_records, import_writing
from esd_desktop.models.store.import_accounts import load_known, match_accounts
from esd_desktop.models.store.import_matching import (
    match_assets,
    name_transactions,
    note_conflicts,
)
from esd_desktop.models.store.import_records import StagedSecret, Stretch
from esd_desktop.models.store.import_staging import (
    Batch,
    Staging,
    count_bad,
    counts,
    remarks_of,
    settle_statistics,
    stage,
    staging,
)
from esd_desktop.models.store.import_writing import Stamp
from esd_desktop.models.store.streaming import interrupt
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.services.importing.line import LineReader
from esd_desktop.services.importing.report import (
    BadLine,
    ImportProgress,
    ImportReport,
    LineWarning,
    Phase,
    Remarks,
)
from esd_desktop.services.importing.source import Source, open_source
from esd_desktop.services.importing.surroundings import surroundings_of
from esd_desktop.services.importing.teller import Teller
from esd_desktop.services.importing.values import folded
from esd_desktop.services.keys import OpenCipher
from esd_desktop.services.rights import require

Result = TypeVar("Result")

# Few enough for a progress that moves, and to be given up at once.
_READ_AT_ONCE = 1_000
_WRITTEN_AT_ONCE = 10_000


async def import_assets(
    services: Services,
    path: Path,
    *,
    dry_run: bool,
    connection: str | None = None,
    progress: Callable[[ImportProgress], None] | None = None,
) -> ImportReport:
    """Import a CSV file or a workbook. With ``dry_run``, or where a line is bad, nothing is written
    and the report says what would have been.

    ``connection`` is the name of the one that the licences belong to where the file does not say.
    Raises InvalidInput for a file that cannot be used at all, ChangedMeanwhile where somebody wrote
    the same records at the same moment. Cancelling leaves nothing behind, until it is saving.
    """
    await require(services, Right.IMPORT)
    run = _Import(services, path, connection, Teller(progress))
    work = asyncio.ensure_future(run.to_the_end(dry_run=dry_run))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        if run.is_saving:
            return await work
        await run.interrupt()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        raise


class _Import:
    """One import under way."""

    def __init__(
        self, services: Services, path: Path, connection: str | None, teller: Teller
    ) -> None:
        self._services = services
        self._path = path
        self._connection = connection
        self._teller = teller
        self._stopped = threading.Event()
        self._place: Staging | None = None
        self._last_line = 0
        self._own_order = 0
        self.is_saving = False

    async def to_the_end(self, *, dry_run: bool) -> ImportReport:
        """Read, compare and, unless it is a dry run or a line is bad, write."""
        async with self._source() as source, staging(self._services.store) as place:
            self._place = place
            around = await surroundings_of(
                self._services, place, source.columns, self._connection, dry_run=dry_run
            )
            await self._stage(place, source, LineReader(source.columns, around))
            if dry_run:
                return await self._compared(place, source, dry_run=True)
            async with import_writing.writing(place):
                report = await self._compared(place, source, dry_run=False)
                if report.bad:
                    return report
                if report.accounts_new or report.assets_new:
                    await self._write(place, report, around.cipher)
                return replace(report, applied=True, changes=_changes(report))

    async def interrupt(self) -> None:
        """Make give up at once what runs in a thread: the reading, or SQLite."""
        self._stopped.set()
        if self._place is not None:
            await interrupt(self._place)

    @asynccontextmanager
    async def _source(self) -> AsyncIterator[Source]:
        self._teller.tell(Phase.READING, 0, 1)
        # A list, so that what was opened just when the waiting was cancelled is closed as well.
        opened: list[Source] = []
        try:
            await _aside(lambda: opened.append(open_source(self._path, self._stopped)))
            yield opened[0]
        finally:
            for source in opened:
                await _aside(source.close)

    async def _stage(self, place: Staging, source: Source, reader: LineReader) -> None:
        while (batch := await _aside(partial(_next_batch, source, reader))).count:
            await stage(place, batch)
            self._last_line = batch.last_line
            self._own_order = max(self._own_order, batch.own_order)
            self._teller.count(batch.count, batch.bad)
            self._teller.tell(Phase.READING, source.done, source.total)
        if not self._teller.lines:
            raise InvalidInput("The file has a header, but no lines.")

    async def _compared(self, place: Staging, source: Source, *, dry_run: bool) -> ImportReport:
        """What would come of the file."""
        steps = (
            *(partial(load_known, place, folded), partial(settle_statistics, place)),
            *(partial(match_accounts, place), partial(name_transactions, place)),
            *(partial(match_assets, place), partial(note_conflicts, place)),
        )
        for done, step in enumerate(steps):
            self._teller.tell(Phase.COMPARING, done, len(steps))
            await step()
        found = await counts(place)
        return ImportReport(
            dry_run=dry_run,
            applied=False,
            lines=self._teller.lines,
            bad=await count_bad(place),
            accounts_new=found.accounts_new,
            accounts_known=found.accounts_known,
            assets_new=found.assets_new,
            assets_known=found.assets_known,
            columns=source.columns.matches,
            ignored_columns=source.columns.ignored,
            notices=source.notices,
            bad_lines=await _remarks(place, BadLine, bad=True),
            warnings=await _remarks(place, LineWarning, bad=False),
        )

    async def _write(self, place: Staging, report: ImportReport, cipher: OpenCipher | None) -> None:
        stamp = Stamp(self._services.operator, self._services.now(), self._path.name)
        self._teller.tell(Phase.WRITING, 0, self._last_line)
        await import_writing.write_accounts(place, stamp)
        await import_writing.write_orders(place, stamp)
        if self._own_order:
            await import_writing.pass_own_order(place, self._own_order)
        await import_writing.write_invoices(place, stamp)
        for first in range(1, self._last_line + 1, _WRITTEN_AT_ONCE):
            stretch = Stretch(first, first + _WRITTEN_AT_ONCE - 1)
            await import_records.write_assets(place, stamp, stretch)
            if cipher is not None:
                kept = await import_records.staged_secrets(place, stretch)
                anew = await self._services.cipher.current(place)
                resealed = await _aside(partial(_resealed, cipher, anew, kept))
                await import_records.write_secrets(place, anew.key_id, resealed)
            self._teller.tell(Phase.WRITING, min(stretch.last, self._last_line), self._last_line)
        told = f"{stamp.file} was imported: {report.added}."
        await import_writing.write_summary(place, stamp, told)
        self._teller.tell(Phase.SAVING, 0, 1)
        self.is_saving = True
        await place.commit()


def _next_batch(source: Source, reader: LineReader) -> Batch:
    return reader.read(source.read(_READ_AT_ONCE))


def _resealed(
    cipher: OpenCipher, anew: OpenCipher, staged: Sequence[StagedSecret]
) -> list[StagedSecret]:
    """Sealed under the asset's id instead of minus the line's number, by the cipher of now."""

    def again(secret: StagedSecret, sealed: bytes) -> bytes:
        return cipher.reseal(
            sealed, cipher.key_id, -secret.line, by=anew, for_asset=secret.asset_id
        )

    return [
        replace(
            secret,
            sealed_key=again(secret, secret.sealed_key),
            sealed_link=again(secret, secret.sealed_link) if secret.sealed_link else None,
        )
        for secret in staged
    ]


RemarkT = TypeVar("RemarkT", BadLine, LineWarning)


async def _remarks(place: Staging, kind: type[RemarkT], *, bad: bool) -> Remarks[RemarkT]:
    remarks = Remarks(kind)
    async for found in remarks_of(place, bad=bad):
        remarks.add(kind(found.line, found.column, found.reason))
    return remarks


def _changes(report: ImportReport) -> Changes:
    return Changes(everything=bool(report.accounts_new or report.assets_new))


async def _aside(work: Callable[[], Result]) -> Result:
    """Run off the loop. Where the waiting is cancelled the thread is waited for all the same,
    because what it works on is closed next."""
    running = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.gather(running, return_exceptions=True)
        raise
