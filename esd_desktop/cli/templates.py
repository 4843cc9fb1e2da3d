"""``esd templates``: the mails' texts (D5): looked at, changed, previewed, tried."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from esd_desktop.cli.commands import command, group
from esd_desktop.cli.listing import Listing
from esd_desktop.cli.results import tell_one
from esd_desktop.cli.session import Session
from esd_desktop.cli.table import Column
from esd_desktop.errors import InvalidInput

if TYPE_CHECKING:
    from esd_desktop.services.edit_template import TemplateLine

commands = group("The mails' texts: show, change, preview, try.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Such as welcome.")]
Language = Annotated[str, typer.Option(metavar="LANGUAGE", help="Such as de or de-AT.")]
AssetOption = Annotated[int, typer.Option("--asset", metavar="ID", min=1, max=2**63 - 1)]
_COLUMNS = (
    Column("Name"),
    Column("Mail", flexible=True),
    Column("Languages", flexible=True),
    Column("Changed here", flexible=True),
)


@command(commands, "list")
async def list_templates(session: Session) -> None:
    """List the templates and their languages."""
    from esd_desktop.services.edit_template import template_list

    with Listing(session.out, _COLUMNS, _cells, _shape) as listing:
        listing.add(await template_list(await session.services()))


@command(commands, "show")
async def show_template(session: Session, name: Name, language: Language = "en") -> None:
    """Show a template's text and the variables that it may use."""
    from esd_desktop.services.edit_template import template_text
    from esd_desktop.services.mail.kinds import kind_of

    found = await template_text(await session.services(), name, language)
    variables = {one.name: one.description for one in kind_of(name).variables}
    session.out.object(
        {
            "name": name,
            "language": found.language,
            "changed": found.changed or None,
            "subject": found.text.subject,
            "text": found.text.text,
            "html": found.text.html,
            "variables": variables,
        }
    )
    listed = "\n".join(f"  {{{{ {one} }}}}  {told}" for one, told in variables.items())
    session.out.text(
        f"{found.changed or 'The shipped text'}\n\nSubject: {found.text.subject}\n\n"
        f"{found.text.text}\n{found.text.html}\nVariables:\n{listed}"
    )


@command(commands, "set")
async def set_template(
    session: Session,
    name: Name,
    language: Language,
    subject_file: Annotated[Path | None, typer.Option(help="The new subject, one line.")] = None,
    text_file: Annotated[Path | None, typer.Option(help="The new plain text.")] = None,
    html_file: Annotated[Path | None, typer.Option(help="The new HTML text.")] = None,
) -> None:
    """Change a template's text from files; a part that is not given stays."""
    from esd_desktop.services.edit_template import save_template, template_text
    from esd_desktop.services.mail.render import MailText

    services = await session.services()
    found = await template_text(services, name, language)
    text = MailText(
        _read(subject_file, found.text.subject),
        _read(text_file, found.text.text),
        _read(html_file, found.text.html),
    )
    done = await save_template(services, name, language, text, version=found.version)
    tell_one(session.out, done, {"name": name, "language": found.language})


@command(commands, "restore")
async def restore(session: Session, name: Name, language: Language) -> None:
    """Use the shipped text again."""
    from esd_desktop.services.edit_template import restore_template, template_text

    services = await session.services()
    found = await template_text(services, name, language)
    done = await restore_template(services, name, language, version=found.version)
    tell_one(session.out, done, {"name": name, "language": found.language})


@command(commands, "preview")
async def preview(
    session: Session,
    name: Name,
    asset: AssetOption,
    language: Annotated[
        str | None, typer.Option(metavar="LANGUAGE", help="Without, the customer's.")
    ] = None,
) -> None:
    """Show the mail as it would be written for an asset, its key masked."""
    from esd_desktop.services.preview_mail import preview_mail

    made = await preview_mail(await session.services(), name, asset, language=language)
    session.out.object(
        {
            "language": made.language,
            "subject": made.mail.subject,
            "text": made.mail.text,
            "html": made.mail.html,
        }
    )
    session.out.text(f"Subject: {made.mail.subject}\n\n{made.mail.text}")


@command(commands, "test")
async def try_out(
    session: Session,
    name: Name,
    asset: AssetOption,
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="An address of your own.")],
    language: Annotated[
        str | None, typer.Option(metavar="LANGUAGE", help="Without, the customer's.")
    ] = None,
) -> None:
    """Mail a test to an address of your own: marked as a test, with the key masked."""
    from esd_desktop.services.preview_mail import send_test

    done = await send_test(await session.services(), name, asset, to, language=language)
    tell_one(session.out, done, {"name": name, "address": to})


def _read(file: Path | None, kept: str) -> str:
    if file is None:
        return kept
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file} is not a text file in UTF-8.") from error


def _cells(line: TemplateLine) -> tuple[object, ...]:
    return (
        line.kind.name,
        line.kind.title,
        ", ".join(line.languages),
        ", ".join(line.changed),
    )


def _shape(line: TemplateLine) -> dict[str, object]:
    return {
        "name": line.kind.name,
        "title": line.kind.title,
        "languages": list(line.languages),
        "changed": list(line.changed),
    }
