"""``esd settings``: those of this computer (store, vault, theme), and those that all desktops on a
store share (mail server, whether keys may be shown)."""

from __future__ import annotations

from typing import Annotated

import typer

from esd_desktop.cli.asking import secret_from_stdin
from esd_desktop.cli.commands import command, group
from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Session, UsageError
from esd_desktop.errors import InvalidInput
from esd_desktop.services.changes import Outcome

commands = group("Settings: of this computer, and of the store.")

_PASSWORDS = ("mail.password", "mail.bounce_password")


@command(commands, "get")
async def get_settings(
    session: Session,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="All of them without a name.")
    ] = None,
) -> None:
    """Show one setting, or all."""
    values = await _values(session, name)
    session.out.object(dict(values))
    if name is not None:
        session.out.say(values[name])
        return
    width = max(map(len, values))
    session.out.text("\n".join(f"{each:<{width}}  {value}" for each, value in values.items()))


@command(commands, "set")
async def set_setting(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    value: Annotated[str | None, typer.Argument(metavar="[VALUE]")] = None,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read the value from standard input.")
    ] = False,
) -> None:
    """Make a setting. A password is read from standard input only."""
    text = _given(name, value, stdin=stdin)
    done = await _set_local(session, name, text) if _is_local(name) else None
    if done is None:
        from esd_desktop.services.shared_settings import DEFAULTS, change_settings

        if name not in (*DEFAULTS, *_PASSWORDS):
            raise _unknown(name)
        done = await change_settings(await session.services(), {name: text})
    tell_one(session.out, done, {"name": name})


async def _values(session: Session, name: str | None) -> dict[str, str]:
    """The settings in force by name. The store is opened only for its own, so that the others can
    be seen where it cannot be opened."""
    from msgspec.structs import asdict

    from esd_desktop.services.shared_settings import setting_texts

    local = {each: str(value) for each, value in asdict(session.settings()).items()}
    if name in local:
        return {name: local[name]}
    if name in _PASSWORDS:
        raise InvalidInput("A password is kept in the vault and never shown.")
    shared = await setting_texts(await session.services())
    if name is None:
        return local | shared
    if name not in shared:
        raise _unknown(name)
    return {name: shared[name]}


async def _set_local(session: Session, name: str, text: str) -> Outcome:
    from esd_desktop.settings import load_settings, save_setting

    save_setting(session.places, name, text)
    in_force = str(getattr(load_settings(session.places), name))
    if in_force == text.strip():
        return Outcome("The setting is saved.")
    return Outcome(
        "The setting is saved.",
        advice=f"Here the environment goes before it: ESD_DESKTOP_{name.upper()} is {in_force}.",
    )


def _given(name: str, value: str | None, *, stdin: bool) -> str:
    if name in _PASSWORDS and not stdin:
        raise UsageError(
            "A password is not taken from the command line, where others could see it.",
            advice=f"Give it on standard input: “esd settings set {name} --stdin”.",
        )
    if stdin == (value is not None):
        raise UsageError("Give a VALUE, or --stdin to read it from standard input.")
    return secret_from_stdin(name).reveal() if value is None else value


def _unknown(name: str) -> InvalidInput:
    from esd_desktop.services.shared_settings import DEFAULTS
    from esd_desktop.settings import local_setting_names

    known = ", ".join([*local_setting_names(), *DEFAULTS, *_PASSWORDS])
    return InvalidInput(f"There is no setting {name!r}.", advice=f"There are: {known}.")


def _is_local(name: str) -> bool:
    from esd_desktop.settings import local_setting_names

    return name in local_setting_names()
