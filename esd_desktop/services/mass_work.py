"""Many assets at once: update their status, send their links again, cancel them.

::

    begin        lay a work down for a choice of assets; it answers at once
    works, work  how they stand: a row of MassWorkRow each, with rate and time left
    items        what came of each asset, all of a work or those of one state
    pause        begin nothing more for now; go_on goes on, also after the program was killed
    stop         begin nothing more for good
    retry        do those that failed once more

A work is carried out by services/mass_run.py, in the program that holds it: the window's worker
process, or the command line. What it does is announced as ``Changes``: ``works`` with the work's
id, and the records that changed. The work itself says how it stands, so that every desktop sees it.
"""

from __future__ import annotations

from msgspec import Struct

from esd_desktop.errors import Refused
from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.mass_rows import ItemState, MassItemRow, MassKind, MassState, MassWorkRow
from esd_desktop.models.mass_work import MassWork
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetView
from esd_desktop.models.store import accounts, job_queue, mass_works
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.wording import counted
from esd_desktop.services.browse import searched_key
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.record import record
from esd_desktop.services.rights import require, viewing
from esd_desktop.services.send_mails import mail_server

RIGHTS = {
    MassKind.UPDATE_STATUS: Right.UPDATE,
    MassKind.RESEND: Right.RESEND,
    MassKind.CANCEL: Right.CANCEL,
}
_ACTIONS = {
    MassKind.UPDATE_STATUS: "update the status",
    MassKind.RESEND: "send the activation link again",
    MassKind.CANCEL: "cancel the licence",
}
_LONGEST_COMMENT = 1_000


class Begun(Struct, frozen=True):
    """A work that was laid down: its id, to how many assets it is done, and what to tell."""

    id: int
    total: int
    outcome: Outcome

    @property
    def changes(self) -> Changes:
        """That there is another work."""
        return self.outcome.changes


async def begin(
    services: Services,
    kind: MassKind,
    choice: AssetChoice,
    *,
    comment: str | None = None,
    expected: int | None = None,
) -> Begun:
    """Lay a work down for the assets of a choice; whoever carries works out begins by itself.

    ``comment`` goes to Microsoft with each cancellation. ``expected``: how many assets the person
    was shown; where they are others by now, nothing is begun. Raises Refused for that, for a choice
    without assets, and for mails without a mail server.
    """
    await require(services, RIGHTS[kind])
    if kind is MassKind.RESEND:
        await mail_server(services)
    key_hash = await searched_key(services, choice.query.search)
    scope = await _in_words(services, choice, key_hash)
    async with services.store.change() as work:
        made = MassWork(
            kind=kind,
            scope=scope,
            comment=comment[:_LONGEST_COMMENT] if comment else None,
            asked_by=services.operator,
            asked_at=services.now(),
            state=MassState.RUNNING,
            run_by=services.operator,
        )
        await mass_works.lay_down(work, made, choice.query, key_hash, choice.only)
        _check(made.total, expected)
        await job_queue.queue_work(work, made.id)
        sentence = f"{scope}: {_ACTIONS[kind]} of {counted(made.total, 'asset')}."
        record(services, work, "mass_work", sentence, account_id=choice.query.account_id)
        await work.commit()
    told = Outcome(f"{counted(made.total, 'asset')} to go.", changes=_about(made.id))
    return Begun(made.id, made.total, told)


async def works(
    services: Services, *, limit: int = 100, before: int | None = None
) -> list[MassWorkRow]:
    """The works, newest first; ``before`` the one of this id."""
    async with viewing(services) as connection:
        return await mass_works.listed(connection, limit, before)


async def work(services: Services, work_id: int) -> MassWorkRow:
    """How one stands now. Raises NotFound."""
    async with viewing(services) as connection:
        return await mass_works.one(connection, work_id)


async def items(
    services: Services,
    work_id: int,
    *,
    state: ItemState | None = None,
    offset: int = 0,
    limit: int = 128,
) -> list[MassItemRow]:
    """What came of each asset, by its id: all, or those of one state."""
    async with viewing(services) as connection:
        return await mass_works.items(connection, work_id, state, offset, limit)


async def pause(services: Services, work_id: int) -> Outcome:
    """Begin nothing more for now; what is under way ends. Raises Refused where it does not run."""
    await require(services, *RIGHTS.values())
    async with services.store.change() as change:
        made = await _allowed(services, change, work_id, MassState.RUNNING)
        made.state = MassState.PAUSED
        await change.commit()
    return Outcome("Paused; what is under way ends.", changes=_about(work_id))


async def go_on(services: Services, work_id: int) -> Outcome:
    """Go on with a work that is paused, from here on under the name of who says so. Raises
    Refused."""
    await require(services, *RIGHTS.values())
    async with services.store.change() as change:
        made = await _allowed(services, change, work_id, MassState.PAUSED)
        await _set_running(services, change, made)
        await change.commit()
    return Outcome("It goes on.", changes=_about(work_id))


async def stop(services: Services, work_id: int) -> Outcome:
    """Begin nothing more for good; what is under way ends. Raises Refused where it has ended."""
    await require(services, *RIGHTS.values())
    async with services.store.change() as change:
        made = await _allowed(services, change, work_id, MassState.RUNNING, MassState.PAUSED)
        made.state = MassState.STOPPED
        made.ended_at = services.now()
        left = made.total - made.done - made.unchanged - made.warnings - made.failed
        await change.commit()
    return Outcome(f"Stopped with {counted(left, 'asset')} left.", changes=_about(work_id))


async def retry(services: Services, work_id: int) -> Outcome:
    """Do once more what failed, and only that where the work was stopped. Raises Refused while it
    runs, and where nothing failed."""
    await require(services, *RIGHTS.values())
    async with services.store.change() as change:
        made = await _allowed(
            services, change, work_id, MassState.PAUSED, MassState.STOPPED, MassState.DONE
        )
        if not made.failed:
            raise Refused("Nothing of this work failed.")
        if made.state is MassState.STOPPED:
            made.total -= await mass_works.drop_waiting(change, work_id)
        again = await mass_works.set_waiting(change, made)
        await _set_running(services, change, made)
        await change.commit()
    return Outcome(f"{counted(again, 'asset')} to be tried again.", changes=_about(work_id))


async def _allowed(
    services: Services, change: UnitOfWork, work_id: int, *states: MassState
) -> MassWork:
    """The work, to be changed. Raises NotAllowed, and Refused where its state is none of these."""
    made = await mass_works.for_change(change, work_id)
    await require(services, RIGHTS[made.kind])
    if made.state not in states:
        raise Refused(f"This work is {made.state.lower()}.")
    return made


async def _set_running(services: Services, change: UnitOfWork, made: MassWork) -> None:
    made.state = MassState.RUNNING
    made.reason = made.advice = ""
    made.run_by = services.operator
    made.ended_at = None
    await job_queue.queue_work(change, made.id)


def _check(total: int, expected: int | None) -> None:
    if not total:
        raise Refused("There is no asset to do it to.")
    if expected is not None and total != expected:
        raise Refused(
            f"The list has changed: there are {counted(total, 'asset')} now, not {expected:,}.",
            advice="Nothing was begun. Look at the list again.",
        )


async def _in_words(services: Services, choice: AssetChoice, key_hash: str | None) -> str:
    """Which assets these are, for people; never a key."""
    query = choice.query
    if choice.only:
        return "Selected assets"
    state = "" if query.status == "all" else f"{query.status} "
    words = f"All {state}assets"
    account_id = query.customer_id or query.account_id
    if account_id is not None:
        async with services.store.read() as connection:
            words += f" of {(await accounts.one(connection, account_id)).name}"
    if query.view is not AssetView.EVERYTHING:
        words += f" in the view {query.view.value}"
    if key_hash is not None:
        words += " with a certain key"
    elif query.search.strip():
        words += f" found by “{query.search.strip()}”"
    return words


def _about(work_id: int) -> Changes:
    return Changes(works=frozenset({work_id}))
