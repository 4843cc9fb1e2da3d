"""The same on PostgreSQL, on a server that lives for as long as the measuring takes; by somebody
whom its rules bind, as they do everybody but the owner of the tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench import lists, mass
from bench.place import Measure, Place
from bench.table import Row
from esd_desktop.models.rights import Role
from tests.support.postgres import PostgresServer, PostgresStore
from tests.support.postgres_keeper import ADMINISTRATOR
from tools import postgresql

_LISTS = ("page", "map", "jump", "search")
_MASS = ("refresh",)
_READ_AT_ONCE = 5_000
# What the store itself has put there.
_THERE_ALREADY = ("alembic_version", "role_rights", "pulses")
_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = current_schema()
  AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


def server(place: Place) -> Iterator[Row]:
    """Each row of the list's and the mass work's measurements, on a server."""
    postgresql.provide()
    with place.folder() as folder, _filled(place.file, folder) as store:
        there = replace(place, address=store.person("anna", Role.MANAGER))
        measures: Mapping[str, Measure] = {
            **{name: lists.MEASURES[name] for name in _LISTS},
            **{name: mass.MEASURES[name] for name in _MASS},
        }
        for name, measure in measures.items():
            for row in measure(there):
                yield replace(row, name="postgres", what=f"{name}: {row.what}")


@contextmanager
def _filled(file: Path, folder: Path) -> Iterator[PostgresStore]:
    """A store on a server of its own, with what the file holds."""
    with PostgresServer(folder / "postgres.json") as made, made.store() as store:
        with (
            closing(sqlite3.connect(file)) as source,
            made.connect(store.name, ADMINISTRATOR) as target,
        ):
            _copy(source, target)
        yield store


def _copy(source: sqlite3.Connection, target: psycopg.Connection) -> None:
    """Table by table, with triggers, references and most indexes resting until the end."""
    target.execute("SET session_replication_role = replica")
    target.execute("SET TIME ZONE 'UTC'")
    indexes = target.execute(_INDEXES).fetchall()
    for name, _ in indexes:
        target.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    for (table,) in target.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    ).fetchall():
        if table not in _THERE_ALREADY:
            _copy_table(source, target, table)
    for _, definition in indexes:
        target.execute(definition)
    target.execute("VACUUM (ANALYZE)")  # as the server has done to any store that is in use


def _copy_table(source: sqlite3.Connection, target: psycopg.Connection, table: str) -> None:
    known = {row[1] for row in source.execute(f'PRAGMA table_info("{table}")')}
    described = target.execute(
        "SELECT column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER'",
        [table],
    ).fetchall()
    columns = [name for name, _ in described if name in known]
    if not columns:
        return
    flags = {at for at, name in enumerate(columns) if (name, "boolean") in described}
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    named = ", ".join(f'"{name}"' for name in columns)
    found = source.execute(f'SELECT {named} FROM "{table}"')
    with target.cursor() as cursor, cursor.copy(into) as copy:
        while rows := found.fetchmany(_READ_AT_ONCE):
            for row in rows:
                copy.write_row(_with_flags(row, flags) if flags else row)
    if "id" in columns:
        _go_on_counting(target, table)


def _with_flags(row: tuple[Any, ...], flags: set[int]) -> tuple[Any, ...]:
    return tuple(
        bool(value) if at in flags and value is not None else value for at, value in enumerate(row)
    )


def _go_on_counting(target: psycopg.Connection, table: str) -> None:
    target.execute(
        sql.SQL(
            "SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {})) "
            "WHERE pg_get_serial_sequence({}, 'id') IS NOT NULL"
        ).format(sql.Literal(table), sql.Identifier(table), sql.Literal(table))
    )


MEASURES: dict[str, Measure] = {"postgres": server}
