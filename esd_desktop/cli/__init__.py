"""``esd``: everything the window can do, for scripts and for people who type.

::

    session.py    one run: options, services when they are needed, exit codes
    commands.py   makes a command of an async function, with --store and --json
    output.py     what is said, as text or JSON; shapes.py, table.py, listing.py, results.py
    choosing.py   from what is typed to the record that is meant
    asking.py     questions at the terminal, secrets from standard input

    and one module for each group of commands

Modules that take long to import are imported within the commands, so that ``esd --help`` is there
at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.main import get_command

import esd_desktop
from esd_desktop.cli import (
    accounts,
    asset_verbs,
    assets,
    audit,
    catalogue,
    connections,
    discrepancies,
    doctor,
    export_file,
    history,
    import_file,
    invoices,
    keys,
    mails,
    mass,
    orders,
    people,
    portal,
    requests,
    sandbox,
    settings,
    store,
    tax,
    templates,
    worker,
)
from esd_desktop.cli.commands import Json, Store, command
from esd_desktop.cli.output import Output, use_utf8
from esd_desktop.cli.session import FAILED, USAGE, Options, UsageError

app = typer.Typer(
    help="Manage Microsoft ESD licences.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main(args: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit code (see session.py)."""
    use_utf8()
    typed = sys.argv[1:] if args is None else list(args)
    try:
        code = get_command(app).main(typed, prog_name="esd", standalone_mode=False)
    except typer.TyperException as fault:
        return _mistyped(fault, as_json="--json" in typed)
    except typer.Abort:
        return FAILED
    return int(code or 0)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ESD Desktop {esd_desktop.__version__}")
        raise typer.Exit


@app.callback()
def common(
    ctx: typer.Context,
    json: Json = False,
    store: Store = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """Manage Microsoft ESD licences."""
    ctx.obj = Options(as_json=json, store=store)


def _mistyped(fault: typer.TyperException, *, as_json: bool) -> int:
    told = fault.format_message()
    ctx = getattr(fault, "ctx", None)
    # Without any arguments the message is the help itself.
    help_of = f"See “{ctx.command_path} --help”." if ctx and "\n" not in told else ""
    Output(as_json=as_json).fault(UsageError(told, advice=help_of))
    return USAGE


assets.commands.add_typer(asset_verbs.commands)
assets.commands.add_typer(discrepancies.commands)
assets.commands.add_typer(history.of_assets)
accounts.commands.add_typer(history.of_accounts)
app.add_typer(accounts.commands, name="accounts")
app.add_typer(assets.commands, name="assets")
app.add_typer(audit.commands, name="audit")
app.add_typer(connections.commands, name="connections")
app.add_typer(catalogue.commands, name="catalogue")
app.add_typer(orders.commands, name="orders")
app.add_typer(invoices.commands, name="invoices")
app.add_typer(tax.commands, name="tax")
app.add_typer(requests.commands, name="requests")
app.add_typer(mails.commands, name="mails")
app.add_typer(mass.commands, name="mass")
app.add_typer(templates.commands, name="templates")
app.add_typer(settings.commands, name="settings")
app.add_typer(people.commands, name="people")
app.add_typer(portal.commands, name="portal")
app.add_typer(keys.commands, name="keys")
app.add_typer(store.commands, name="store")
app.add_typer(sandbox.commands, name="sandbox")
command(app, "import")(import_file.import_file)
command(app, "export")(export_file.export_file)
command(app, "worker")(worker.worker)
command(app, "doctor")(doctor.doctor)
