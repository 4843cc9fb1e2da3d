"""Making a command out of an async function: once, for all of them.

A command is written as ``async def verb(session, …)``; ``command`` gives it the options that every
command has, runs it on a loop of its own, and turns what came of it into an exit code.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any, Concatenate, ParamSpec, get_type_hints

import typer

from esd_desktop.cli.session import Options, Session, carry_out

Params = ParamSpec("Params")
Body = Callable[Concatenate[Session, Params], Awaitable[None]]

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]
Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="Use this store: a file, sqlite:///FILE or postgresql://….",
    ),
]


def group(help_text: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(help=help_text, no_args_is_help=True, rich_markup_mode=None)


def command(commands: typer.Typer, name: str) -> Callable[[Body[Params]], Body[Params]]:
    """Register the function under a name; its docstring is the command's help."""

    def register(body: Body[Params]) -> Body[Params]:
        commands.command(name, help=inspect.getdoc(body))(as_callback(body))
        return body

    return register


def as_callback(body: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """The function as typer wants it: synchronous, with ``--json`` and ``--store`` added."""

    def run(ctx: typer.Context, *, json: bool, store: str | None, **given: Any) -> None:
        before: Options = ctx.obj
        options = before.and_also(as_json=json, store=store)
        raise typer.Exit(carry_out(partial(body, **given), options))

    parameters = _parameters(body)
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


def _parameters(body: Callable[..., Any]) -> list[inspect.Parameter]:
    """What typer reads the options from: those of the function, and those that all have."""
    hints = get_type_hints(body, include_extras=True, localns={"Session": Session})
    _, *own = inspect.signature(body).parameters.values()
    keyword = inspect.Parameter.KEYWORD_ONLY
    common = [
        inspect.Parameter("json", keyword, default=False, annotation=Json),
        inspect.Parameter("store", keyword, default=None, annotation=Store),
    ]
    return [
        inspect.Parameter("ctx", keyword, annotation=typer.Context),
        *(each.replace(kind=keyword, annotation=hints[each.name]) for each in own),
        *common,
    ]
