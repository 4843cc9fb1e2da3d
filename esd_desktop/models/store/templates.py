"""Queries about what staff made of the mails' texts."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.mail_rows import TemplateRow
from esd_desktop.models.notification import MailTemplate
from esd_desktop.models.store.unit_of_work import UnitOfWork

_ROWS = select(
    MailTemplate.name,
    MailTemplate.language,
    MailTemplate.version,
    MailTemplate.subject,
    MailTemplate.text,
    MailTemplate.html,
    MailTemplate.changed_by,
    MailTemplate.changed_at,
)


async def made(connection: AsyncConnection) -> list[TemplateRow]:
    """All that was made, by name and language."""
    rows = await connection.execute(_ROWS.order_by(MailTemplate.name, MailTemplate.language))
    return [TemplateRow(**row._mapping) for row in rows]


async def made_for(connection: AsyncConnection, name: str) -> dict[str, TemplateRow]:
    """What was made of one template, by language."""
    rows = await connection.execute(_ROWS.where(MailTemplate.name == name))
    return {row.language: TemplateRow(**row._mapping) for row in rows}


async def for_change(work: UnitOfWork, name: str, language: str) -> MailTemplate | None:
    """The record itself, to be changed, locked until then; None where the shipped text is used."""
    query = (
        select(MailTemplate)
        .where(MailTemplate.name == name, MailTemplate.language == language)
        .with_for_update()
    )
    return (await work.session.execute(query)).scalar_one_or_none()
