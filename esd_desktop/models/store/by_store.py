"""What the two stores are asked in different words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    UnaryExpression,
    any_,
    literal,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.operators import OperatorType, custom_op
from sqlalchemy.sql.visitors import InternalTraversal


def is_on_server(connection: AsyncConnection) -> bool:
    """Whether PostgreSQL has the store, and not SQLite."""
    return connection.dialect.name == "postgresql"


class ByStore(ColumnElement[bool]):
    """``on_file`` where SQLite has the store, ``on_server`` where PostgreSQL has."""

    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy's own spelling
        ("on_file", InternalTraversal.dp_clauseelement),
        ("on_server", InternalTraversal.dp_clauseelement),
    ]
    type = Boolean()

    def __init__(self, on_file: ColumnElement[bool], on_server: ColumnElement[bool]) -> None:
        self.on_file = on_file
        self.on_server = on_server

    def self_group(self, against: OperatorType | None = None) -> Self:
        """As it is: compared with a number, as SQLAlchemy would, no index is asked."""
        return self


@compiles(ByStore)
def _compiled(condition: ByStore, compiler: SQLCompiler, **how: Any) -> str:
    on_server = compiler.dialect.name == "postgresql"
    return f"({compiler.process(condition.on_server if on_server else condition.on_file, **how)})"


def one_of(column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """That a column has one of these ids. To a server they are one value: however many there are,
    the statement is the same, so that it is made and planned once."""
    together = literal(list(ids), ARRAY(BigInteger))
    return ByStore(on_file=column.in_(ids), on_server=column == any_(together))


def unindexed(column: Any) -> ColumnElement[Any]:
    """A column as SQLite looks it up in no index; to a server it is as any other."""
    return UnaryExpression(column.__clause_element__(), operator=custom_op("+"), type_=column.type)
