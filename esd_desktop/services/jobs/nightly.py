"""What workers begin once a night: to ask about every licence that may still change, to read the
catalogues, and to try again what was ordered and has no token.

The moment is a setting of the store, ``worker.nightly_at``, in UTC, since workers may be anywhere.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import structlog

from esd_desktop.errors import EsdError, Refused
from esd_desktop.models.mass_rows import MassKind, MassState
from esd_desktop.models.mass_work import MassWork
from esd_desktop.models.rights import Right
from esd_desktop.models.store import job_queue
from esd_desktop.models.wording import counted
from esd_desktop.services.browse import connection_list
from esd_desktop.services.context import Services
from esd_desktop.services.record import record
from esd_desktop.services.refresh_catalogue import refresh_catalogue
from esd_desktop.services.rights import require
from esd_desktop.services.settle_all import settle_all
from esd_desktop.services.shared_settings import NEVER, NIGHTLY_AT, setting_texts

log = structlog.get_logger(__name__)

# So long afterwards it is still begun. Where no worker lived all that time, the next night does.
_STILL_DUE = timedelta(hours=1)
_SCOPE = "Every licence that may still change, nightly"


async def due_tonight(services: Services) -> int | None:
    """The moment, in seconds since 1970, at which tonight's jobs were due; None where it has not
    come, or was long ago. The same moment is answered again, so whoever queues asks for once."""
    chosen = (await setting_texts(services))[NIGHTLY_AT]
    if chosen == NEVER:
        return None
    now = services.now()
    moment = datetime.combine(now.date(), time.fromisoformat(chosen), UTC)
    if moment > now:
        moment -= timedelta(days=1)
    return int(moment.timestamp()) if now - moment < _STILL_DUE else None


async def refresh_status(services: Services, moment: int) -> None:
    """Lay down a mass work for every licence that may still change; of a moment only one, also
    where the job was broken off and is done again."""
    await require(services, Right.UPDATE)
    made = MassWork(
        kind=MassKind.UPDATE_STATUS,
        scope=_SCOPE,
        asked_by=services.operator,
        asked_at=services.now(),
        state=MassState.RUNNING,
        run_by=services.operator,
    )
    # The computers' clocks differ a little.
    since = datetime.fromtimestamp(moment, UTC) - _STILL_DUE
    async with services.store.change() as work:
        if not await job_queue.lay_down_changeable(work, made, since):
            return
        sentence = f"{_SCOPE}: update the status of {counted(made.total, 'asset')}."
        record(services, work, "mass_work", sentence)
        await job_queue.queue_work(work, made.id)
        await work.commit()


async def refresh_catalogues(services: Services) -> None:
    """Read the catalogue of every connection. One that cannot be read does not keep the others."""
    for connection in await connection_list(services):
        try:
            outcome = await refresh_catalogue(services, connection.id)
            log.info("catalogue_read", connection=connection.id, found=outcome.sentence)
        except EsdError as fault:
            log.info("catalogue_not_read", connection=connection.id, why=fault.sentence)


async def retry_unissued(services: Services) -> None:
    """Try again what is without its token since more than a day."""
    try:
        outcome = await settle_all(services)
        log.info("unissued_tried_again", came_of_it=outcome.sentence)
    except Refused:
        return  # there is nothing
