"""``esd sandbox``: play Microsoft on loopback, and intervene in a sandbox that runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from esd_desktop.cli.commands import Json, Store, command
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.sandbox_guide import guide
from esd_desktop.cli.session import Options, Session, carry_out
from esd_desktop.cli.stopping import told_to_stop
from esd_desktop.cli.table import Column
from esd_desktop.errors import NotFound
from esd_desktop.sandbox.faults import Call, FaultKind

if TYPE_CHECKING:
    from esd_desktop.sandbox.addresses import SandboxAddresses
    from esd_desktop.sandbox.client import SandboxControl

commands = typer.Typer(
    help="Try everything out without Microsoft: start a sandbox, or intervene in one.",
    invoke_without_command=True,
    rich_markup_mode=None,
)

Directory = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Where its state is kept; beside the store by itself."),
]
_MAIL_COLUMNS = (
    Column("No.", right=True),
    Column("Received"),
    Column("To", flexible=True),
    Column("Subject", flexible=True),
)


@commands.callback()
def start(
    ctx: typer.Context, directory: Directory = None, json: Json = False, store: Store = None
) -> None:
    """Without a command: start a sandbox and serve it until Ctrl+C."""
    before: Options = ctx.obj
    ctx.obj = before.and_also(as_json=json, store=store)
    if ctx.invoked_subcommand is None:
        raise typer.Exit(carry_out(partial(_serve, directory=directory), ctx.obj))
    if directory is not None:
        ctx.default_map = {ctx.invoked_subcommand: {"directory": str(directory)}}


async def _serve(session: Session, directory: Path | None) -> None:
    from esd_desktop.sandbox.server import serve

    chosen = _directory(session, directory)

    def tell(addresses: SandboxAddresses) -> None:
        told = addresses.as_json()
        del told["control_secret"]
        session.out.object(told)
        session.out.text(guide(addresses, directory))

    await serve(chosen, told_to_stop(), tell)
    session.out.note("The sandbox has stopped.")


@command(commands, "redeem")
async def redeem(
    session: Session,
    licence: Annotated[
        str, typer.Argument(metavar="ID", help="An asset's id or a client transaction id.")
    ],
    directory: Directory = None,
) -> None:
    """The customer redeems a licence now."""
    transaction_id = await _transaction_id(session, licence)
    with _control(session, directory) as control:
        control.redeem(transaction_id)
    session.out.object({"client_transaction_id": transaction_id, "result": "done"})
    session.out.say("The customer has redeemed the licence. “esd assets update-status” tells.")


@command(commands, "fault")
async def fault(
    session: Session,
    call: Annotated[Call, typer.Argument(metavar="CALL", help=f"One of {', '.join(Call)}.")],
    kind: Annotated[
        FaultKind, typer.Argument(metavar="KIND", help=f"One of {', '.join(FaultKind)}.")
    ],
    times: Annotated[int, typer.Option(min=0, help="So often; 0 is until cleared.")] = 1,
    seconds: Annotated[float | None, typer.Option(help="How long, for delay.")] = None,
    status: Annotated[int | None, typer.Option(help="For error, html and empty.")] = None,
    code: Annotated[str | None, typer.Option(help="The error's code, for error.")] = None,
    retry_after: Annotated[str | None, typer.Option(help="Seconds or a date.")] = None,
    field: Annotated[
        str | None, typer.Option(help="Of the answer, for missing_field and wrong_type.")
    ] = None,
    transaction_id: Annotated[str | None, typer.Option(help="Only of this licence.")] = None,
    recipient: Annotated[str | None, typer.Option(help="Only mails to this address.")] = None,
    directory: Directory = None,
) -> None:
    """Let the next such call go wrong."""
    given = {
        "seconds": seconds,
        "status": status,
        "code": code,
        "retry_after": retry_after,
        "field": field,
        "transaction_id": transaction_id,
        "recipient": recipient,
    }
    chosen: dict[str, Any] = {name: each for name, each in given.items() if each is not None}
    with _control(session, directory) as control:
        control.set_fault(call.value, kind.value, times=times or None, **chosen)
        waiting = control.faults()
    session.out.object({"result": "done", "faults": waiting})
    session.out.say(f"The fault is set. Waiting to strike: {len(waiting)}.")


@command(commands, "clear")
async def clear(session: Session, directory: Directory = None) -> None:
    """Take every fault away."""
    with _control(session, directory) as control:
        control.clear_faults()
    session.out.object({"result": "done"})
    session.out.say("Nothing goes wrong any more.")


@command(commands, "mails")
async def mails(
    session: Session,
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", help="Read this mail.")
    ] = None,
    directory: Directory = None,
) -> None:
    """List the mails that the sandbox took, or read one."""
    with _control(session, directory) as control:
        taken = control.mails()
        if number is not None:
            _tell_mail(session, _mail(control, taken, number))
            return
    with Listing(session.out, _MAIL_COLUMNS, _mail_cells) as listing:
        listing.add(taken)
    if not taken:
        session.out.note("No mail has come yet.")


@contextmanager
def _control(session: Session, directory: Path | None) -> Iterator[SandboxControl]:
    """The running sandbox of a directory."""
    from esd_desktop.sandbox.addresses import SandboxAddresses
    from esd_desktop.sandbox.client import SandboxControl

    control = SandboxControl(SandboxAddresses.read(_directory(session, directory)))
    try:
        yield control
    finally:
        control.close()


async def _transaction_id(session: Session, licence: str) -> str:
    """The licence that is meant. A transaction id is opaque: one of digits that is no asset's id is
    taken as it is."""
    from esd_desktop.services.browse import asset_detail

    if not licence.isdecimal() or len(licence) > len(str(2**62)):
        return licence
    try:
        detail = await asset_detail(await session.services(), int(licence))
    except NotFound:
        return licence
    return detail.client_transaction_id


def _directory(session: Session, directory: Path | None) -> Path:
    return directory or session.places.data / "sandbox"


def _mail(control: SandboxControl, taken: list[dict[str, Any]], number: int) -> dict[str, Any]:
    if number not in {mail["number"] for mail in taken}:
        raise NotFound(f"The sandbox has no mail {number}.")
    return control.mail(number)


def _tell_mail(session: Session, mail: dict[str, Any]) -> None:
    session.out.object(mail)
    session.out.text(f"To: {mail['to']}\nSubject: {mail['subject']}\n\n{mail['text']}")


def _mail_cells(mail: dict[str, Any]) -> tuple[object, ...]:
    received_at = datetime.fromisoformat(mail["received_at"])
    return mail["number"], received_at, mail["to"], mail["subject"]
