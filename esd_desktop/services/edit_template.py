"""D5: what staff make of a mail's text, in a language; and back to the text that was shipped."""

from __future__ import annotations

from msgspec import Struct

from esd_desktop.errors import ChangedMeanwhile, InvalidInput
from esd_desktop.models.mail_rows import TemplateRow
from esd_desktop.models.notification import MailTemplate
from esd_desktop.models.rights import Right
from esd_desktop.models.store import templates
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.wording import as_moment
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.mail.kinds import KINDS, WELCOME, MailKind, kind_of
from esd_desktop.services.mail.languages import SHIPPED, shipped, tag
from esd_desktop.services.mail.render import MailText, check, variables_of
from esd_desktop.services.record import record
from esd_desktop.services.rights import require, viewing
from esd_desktop.services.second_writer import changed_meanwhile


class TemplateText(Struct, frozen=True):
    """The text of a mail in a language as it is used. ``version`` is 0 where it is the shipped one;
    ``is_shipped`` says that there is one to go back to. Without any text in this language the
    English one stands here to begin with, and ``is_used`` is False."""

    name: str
    language: str
    text: MailText
    version: int
    changed: str
    is_shipped: bool
    is_used: bool


class TemplateLine(Struct, frozen=True):
    """A template in the list: its languages, and those of them that staff changed."""

    kind: MailKind
    languages: tuple[str, ...]
    changed: tuple[str, ...]


async def template_list(services: Services) -> list[TemplateLine]:
    """All templates with their languages."""
    async with viewing(services) as connection:
        made = await templates.made(connection)
    own = {name: tuple(row.language for row in made if row.name == name) for name in KINDS}
    return [
        TemplateLine(kind, tuple(dict.fromkeys([*SHIPPED, *own[name]])), own[name])
        for name, kind in KINDS.items()
    ]


async def template_text(services: Services, name: str, language: str) -> TemplateText:
    """A template's text in exactly this language. Raises NotFound, InvalidInput."""
    kind_of(name)
    language = tag(language)
    async with viewing(services) as connection:
        row = (await templates.made_for(connection, name)).get(language)
    original = shipped(name, language)
    text = MailText(row.subject, row.text, row.html) if row else original or shipped(name, "en")
    assert text is not None
    return TemplateText(
        name,
        language,
        text,
        version=row.version if row else 0,
        changed=_changed(row) if row else "",
        is_shipped=original is not None,
        is_used=row is not None or original is not None,
    )


def check_template(name: str, text: MailText) -> None:
    """Whether it could be saved. Raises InvalidInput with what is wrong and where."""
    check(text, kind_of(name).known)
    if name == WELCOME:
        for words, part in (("text", text.text), ("HTML text", text.html)):
            if not variables_of(part) & {"key", "link"}:
                raise InvalidInput(
                    f"The {words} has neither {{{{ key }}}} nor {{{{ link }}}}: the customer would "
                    "get no licence."
                )


async def save_template(
    services: Services, name: str, language: str, text: MailText, *, version: int
) -> Outcome:
    """Use this text from the next mail on. ``version`` is the one that was read, 0 for the shipped
    one: ChangedMeanwhile where it is another by now. Raises InvalidInput as ``check_template``."""
    await require(services, Right.TEMPLATES)
    check_template(name, text)
    language, title = tag(language), kind_of(name).title
    text = MailText(text.subject.strip(), text.text, text.html)
    async with services.store.change() as work:
        found = await templates.for_change(work, name, language)
        if (found.version if found else 0) != version:
            raise await _changed_meanwhile(work, title, language)
        before = (
            MailText(found.subject, found.text, found.html) if found else shipped(name, language)
        )
        if before == text:
            return Outcome("The template is saved as it was.", result=Result.UNCHANGED)
        if found is None:
            found = MailTemplate(name=name, language=language)
            work.add(found)
        found.subject, found.text, found.html = text.subject, text.text, text.html
        found.changed_by, found.changed_at = services.operator, services.now()
        sentence = f"The mail template “{title}” ({language}) was changed."
        record(services, work, "edit_template", sentence, changes=_differences(before, text))
        await work.commit()
    return Outcome(
        f"The template “{title}” ({language}) is saved; the next mail is written with it.",
        changes=Changes(settings=True),
    )


async def restore_template(
    services: Services, name: str, language: str, *, version: int
) -> Outcome:
    """Use the shipped text again; a language that none was shipped in falls back to another one.
    Raises ChangedMeanwhile where the version is not the one that was read."""
    await require(services, Right.TEMPLATES)
    language, title = tag(language), kind_of(name).title
    async with services.store.change() as work:
        found = await templates.for_change(work, name, language)
        if (found.version if found else 0) != version:
            raise await _changed_meanwhile(work, title, language)
        if found is None:
            return Outcome("This is the shipped text already.", result=Result.UNCHANGED)
        given_up = MailText(found.subject, found.text, found.html)
        changes = _differences(given_up, shipped(name, language))
        await work.session.delete(found)
        sentence = f"The mail template “{title}” ({language}) was put back to the shipped text."
        record(services, work, "restore_template", sentence, changes=changes)
        await work.commit()
    return Outcome(
        f"The template “{title}” ({language}) has the shipped text again.",
        changes=Changes(settings=True),
    )


async def _changed_meanwhile(work: UnitOfWork, title: str, language: str) -> ChangedMeanwhile:
    what, mention = f"the mail template “{title}” ({language})", f"“{title}” ({language})"
    return await changed_meanwhile(
        work, what, ["edit_template", "restore_template"], mention=mention
    )


def _differences(before: MailText | None, after: MailText | None) -> dict[str, list[str | None]]:
    """The lines of each part that went and that came, for the history: whole texts would bury it
    under what stayed the same."""
    found = {}
    for part in ("subject", "text", "html"):
        old, new = (getattr(one, part).splitlines() if one else [] for one in (before, after))
        gone = [line for line in old if line not in new]
        come = [line for line in new if line not in old]
        if old != new:
            found[part] = ["\n".join(gone) or None, "\n".join(come) or None]
    return found


def _changed(row: TemplateRow) -> str:
    return f"Changed by {row.changed_by}, {as_moment(row.changed_at)}"
