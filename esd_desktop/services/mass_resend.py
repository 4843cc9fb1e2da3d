"""B2 for many assets: the mails are put into the outbox in groups, each together with its result,
so that none is queued twice for one asset. They leave as all mails do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from esd_desktop.errors import ChangedMeanwhile, EsdError, Refused
from esd_desktop.models.mass_rows import ItemState
from esd_desktop.models.store.mass_works import ItemResult
from esd_desktop.services.changes import Changes
from esd_desktop.services.mass_holding import MassRun, again_where_changed
from esd_desktop.services.resend_link import queue_again
from esd_desktop.services.send_mails import mail_server

_GROUP = 50


async def resend_all(run: MassRun) -> None:
    """Queue a mail for every asset whose turn it is, until the work is over."""
    try:
        await mail_server(run.services)
    except EsdError as fault:
        run.set_aside(fault)
    while not run.over.is_set() and (ids := await run.next_ids(_GROUP)):
        await again_where_changed(partial(_queued, run, ids))


async def _queued(run: MassRun, ids: Sequence[int]) -> None:
    results, mails = [], set()
    async with run.services.store.change() as work:
        if not await run.may_begin(work):
            return
        for asset_id in ids:
            try:
                queued = await queue_again(run.services, work, asset_id)
            except Refused as fault:
                if isinstance(fault, ChangedMeanwhile):
                    raise
                results.append(ItemResult(asset_id, ItemState.FAILED, fault.sentence, fault.advice))
                continue
            mails.add(queued.mail_id)
            if queued.is_new:
                state, sentence = ItemState.DONE, f"The mail to {queued.address} is on its way."
            else:
                state, sentence = ItemState.UNCHANGED, f"A mail to {queued.address} waits already."
            results.append(ItemResult(asset_id, state, sentence))
        await run.write(work, results)
        await work.commit()
    run.tell(Changes(assets=frozenset(ids), mails=frozenset(mails)))
