"""``esd mass``: the same for many assets at once, and the works that this makes.

Here a work is carried out by the command itself, until it ends or is paused with Ctrl+C; a window
or an ``esd worker`` on the same store may take it over, and the other way round.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from esd_desktop.cli.asking import confirm
from esd_desktop.cli.choosing import Yes
from esd_desktop.cli.commands import command, group
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.output import Output
from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Session
from esd_desktop.cli.shapes import Json, plain
from esd_desktop.cli.table import Column
from esd_desktop.errors import InvalidInput
from esd_desktop.models.mass_rows import ItemState, MassItemRow, MassKind, MassState, MassWorkRow
from esd_desktop.models.rows import AssetQuery, AssetView, StatusFilter
from esd_desktop.models.wording import counted

if TYPE_CHECKING:
    from esd_desktop.models.asset_rows import AssetChoice
    from esd_desktop.services.changes import Outcome
    from esd_desktop.services.context import Services

commands = group("The same for many assets at once: update, resend, cancel, and how far that is.")

_PAGE = 2_000
_LOOK_EVERY_S = 0.5
_KINDS = {
    "update-status": MassKind.UPDATE_STATUS,
    "resend": MassKind.RESEND,
    "cancel": MassKind.CANCEL,
}
_QUESTIONS = {
    MassKind.UPDATE_STATUS: "Ask Microsoft about {count}?",
    MassKind.RESEND: "Mail the key and the activation link of {count} to the customers again?",
    MassKind.CANCEL: "Cancel {count}? The licences go back to Microsoft and are credited. "
    "This cannot be undone.",
}
_WORKS = (
    Column("ID", right=True),
    Column("What"),
    Column("Which", flexible=True),
    Column("Asked by"),
    Column("Asked at"),
    Column("State"),
    Column("Total", right=True),
    Column("Done", right=True),
    Column("Unchanged", right=True),
    Column("Warnings", right=True),
    Column("Failed", right=True),
)
_ITEMS = (
    Column("Asset", right=True),
    Column("Customer", flexible=True),
    Column("Product", flexible=True),
    Column("Result"),
    Column("What came of it", flexible=True),
)

WorkId = Annotated[int, typer.Argument(metavar="ID", min=1)]
Ids = Annotated[list[int] | None, typer.Argument(metavar="[ASSET…]", min=1)]
Every = Annotated[bool, typer.Option("--all", help="All assets of the store.")]
OfAccount = Annotated[
    str | None,
    typer.Option(
        "--account",
        metavar="ACCOUNT",
        help="What this account holds or is billed for: an id, a reference or a name.",
    ),
]
OfStatus = Annotated[StatusFilter | None, typer.Option("--status", help="Only of this status.")]


@command(commands, "begin")
async def begin_work(
    session: Session,
    what: Annotated[
        Literal["update-status", "resend", "cancel"], typer.Argument(help="What is done to each.")
    ],
    asset_ids: Ids = None,
    every: Every = False,
    account: OfAccount = None,
    status: OfStatus = None,
    search: Annotated[
        str, typer.Option(metavar="TEXT", help="Only those found by these words.")
    ] = "",
    view: Annotated[AssetView | None, typer.Option(help="A ready-made view.")] = None,
    comment: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Goes to Microsoft with each request to cancel."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Do the same to many assets: bring their status up to date, mail their keys and links again,
    or return them to Microsoft, which credits them. Mails and returns ask first."""
    services = await session.services()
    kind = _KINDS[what]
    choice = await chosen(services, asset_ids, every, account, status, search, view)
    yes = yes or kind is MassKind.UPDATE_STATUS
    await begin_and_follow(session, kind, choice, comment=comment, yes=yes)


@command(commands, "list")
async def list_works(
    session: Session,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
) -> None:
    """List the works, the newest first."""
    from esd_desktop.services.mass_work import works

    rows = await works(await session.services(), limit=limit)
    with Listing(session.out, _WORKS, _work_cells, _work_shape) as listing:
        listing.add(rows)


@command(commands, "show")
async def show(
    session: Session,
    work_id: WorkId,
    state: Annotated[ItemState | None, typer.Option(help="Only results of this kind.")] = None,
) -> None:
    """Show how a work stands, and what came of each of its assets."""
    from esd_desktop.services.mass_work import work

    services = await session.services()
    session.out.note(in_words(await work(services, work_id)))
    with Listing(session.out, _ITEMS, _item_cells) as listing:
        async for rows in _items(services, work_id, state):
            listing.add(rows)


@command(commands, "pause")
async def pause(session: Session, work_id: WorkId) -> None:
    """Begin nothing more of a work for now, wherever it runs."""
    from esd_desktop.services.mass_work import pause as verb

    await _say(session, work_id, verb)


@command(commands, "stop")
async def stop(session: Session, work_id: WorkId) -> None:
    """Begin nothing more of a work for good."""
    from esd_desktop.services.mass_work import stop as verb

    await _say(session, work_id, verb)


@command(commands, "go-on")
async def go_on(session: Session, work_id: WorkId) -> None:
    """Go on with a work that is paused, or whose program has ended."""
    from esd_desktop.services.mass_work import go_on as verb
    from esd_desktop.services.mass_work import work

    services = await session.services()
    if (await work(services, work_id)).state is not MassState.RUNNING:
        await verb(services, work_id)
    await _follow(session, services, work_id)


@command(commands, "retry")
async def retry(session: Session, work_id: WorkId) -> None:
    """Do once more what failed of a work."""
    from esd_desktop.services.mass_work import retry as verb

    services = await session.services()
    await verb(services, work_id)
    await _follow(session, services, work_id)


async def chosen(
    services: Services,
    asset_ids: list[int] | None,
    every: bool,
    account: str | None,
    status: StatusFilter | None,
    search: str,
    view: AssetView | None,
) -> AssetChoice:
    """The assets that are meant. Raises InvalidInput where nothing was said, so that nobody does
    something to all of them by a slip."""
    from esd_desktop.models.asset_rows import AssetChoice
    from esd_desktop.services.browse import find_account

    narrowed = bool(account or status or search or view)
    if [bool(asset_ids), every, narrowed].count(True) != 1:
        raise InvalidInput(
            "Say which assets are meant.",
            advice="Give their ids, or --all, or options such as --account and --status.",
        )
    account_id = (await find_account(services, account)).id if account else None
    query = AssetQuery(
        account_id=account_id,
        status=status or "all",
        search=search,
        view=view or AssetView.EVERYTHING,
    )
    return AssetChoice(query, tuple(asset_ids or ()))


async def begin_and_follow(
    session: Session,
    kind: MassKind,
    choice: AssetChoice,
    *,
    comment: str | None = None,
    yes: bool,
) -> None:
    """Ask, begin the work, and carry it out."""
    from esd_desktop.services.mass_outlook import outlook
    from esd_desktop.services.mass_work import begin

    services = await session.services()
    expected = None
    if not yes:
        found = await outlook(services, kind, choice)
        expected = found.total
        for reason, count in found.refusals:
            session.out.note(f"{counted(count, 'asset')} will be refused: {reason}")
        confirm(_QUESTIONS[kind].format(count=counted(expected, "asset")), yes=False)
    begun = await begin(services, kind, choice, comment=comment, expected=expected)
    session.out.note(f"It is mass work {begun.id}: {counted(begun.total, 'asset')}.")
    await _follow(session, services, begun.id)


async def _follow(session: Session, services: Services, work_id: int) -> None:
    """Carry a work out, saying how far it is."""
    from esd_desktop.services.mass_run import run_work
    from esd_desktop.services.mass_work import work
    from esd_desktop.services.send_mails import send_due_mails

    stop = asyncio.Event()
    running = asyncio.create_task(run_work(services, work_id, lambda _: None, stop))
    try:
        while not running.done():
            await asyncio.wait([running], timeout=_LOOK_EVERY_S)
            session.out.progress(in_words(await work(services, work_id)))
    except asyncio.CancelledError:
        await _pause(session.out, services, work_id, running, stop)
        raise
    session.out.end_progress()
    if not await running:
        session.out.note("Another program works on it; “esd mass show” says how far it is.")
        return
    row = await work(services, work_id)
    if row.kind is not MassKind.UPDATE_STATUS:
        await send_due_mails(services)
    _tell_end(session.out, row)


async def _pause(
    out: Output,
    services: Services,
    work_id: int,
    running: asyncio.Task[bool],
    stop: asyncio.Event,
) -> None:
    """Interrupted by who sees it: it waits for that person, not for the next program."""
    from esd_desktop.services.finishing import to_the_end
    from esd_desktop.services.mass_work import pause as verb

    async def ended() -> None:
        await asyncio.gather(verb(services, work_id), return_exceptions=True)
        stop.set()
        await asyncio.wait([running])

    await to_the_end(ended())
    out.end_progress()
    out.note(f"It is paused. Go on with “esd mass go-on {work_id}”.")


def _tell_end(out: Output, row: MassWorkRow) -> None:
    out.object(_work_shape(row))
    if row.state is MassState.DONE and not row.failed and not row.warnings:
        out.say(in_words(row))
        return
    advice = row.advice
    if row.failed or row.warnings:
        advice = f"{advice} “esd mass show {row.id}” lists the results.".strip()
    out.complaint("", in_words(row), advice, None)


def in_words(row: MassWorkRow) -> str:
    """How a work stands, in a sentence or two."""
    counts = ", ".join(
        f"{count:,} {name}"
        for name, count in (
            ("done", row.done),
            ("unchanged", row.unchanged),
            ("with a warning", row.warnings),
            ("failed", row.failed),
            ("waiting", row.waiting),
        )
        if count
    )
    words = f"{row.kind}, {row.state.lower()}: {counts} of {counted(row.total, 'asset')}."
    if row.seconds_left is not None and row.waiting:
        words += f" {row.per_second:,.0f} a second, about {_time(row.seconds_left)} left."
    return f"{words} {row.reason}".strip()


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    return counted(minutes, "minute") if minutes else counted(max(1, round(seconds)), "second")


async def _items(
    services: Services, work_id: int, state: ItemState | None
) -> AsyncIterator[list[MassItemRow]]:
    from esd_desktop.services.mass_work import items

    offset = 0
    while rows := await items(services, work_id, state=state, offset=offset, limit=_PAGE):
        yield rows
        offset += len(rows)


async def _say(
    session: Session, work_id: int, verb: Callable[[Services, int], Awaitable[Outcome]]
) -> None:
    done = await verb(await session.services(), work_id)
    tell_one(session.out, done, {"id": work_id})


def _work_shape(row: MassWorkRow) -> Json:
    shape: Json = plain(row)
    return shape


def _work_cells(row: MassWorkRow) -> tuple[object, ...]:
    return (
        row.id,
        row.kind,
        row.scope,
        row.asked_by,
        row.asked_at,
        row.state,
        row.total,
        row.done,
        row.unchanged,
        row.warnings,
        row.failed,
    )


def _item_cells(row: MassItemRow) -> tuple[object, ...]:
    return row.asset_id, row.customer, row.product, row.state, row.sentence
