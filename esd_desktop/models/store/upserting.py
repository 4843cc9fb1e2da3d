"""Inserting what may be there already. Both databases spell it alike; SQLAlchemy has it for each of
them, in packages of which PostgreSQL's takes long to load, and a store that is a file never."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncConnection

from esd_desktop.models.store.by_store import is_on_server

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: AsyncConnection, into: Any) -> postgresql.Insert | sqlite.Insert:
    """An INSERT into a table or for a class, which can say what happens on a conflict."""
    if is_on_server(connection):
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(into)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(into)
