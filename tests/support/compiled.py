"""Statements compiled once for a worker.

SQLAlchemy keeps what it compiled with the engine and its dialect. Each test opens a store of its
own, and would spend a good part of its time on compiling the same statements to the same SQL.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import URL, Dialect
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import LRUCache

from esd_desktop.models.store import engine

_MOST = 5_000


def keep_compiled() -> None:
    """From now on the engines of one driver share a dialect and what was compiled for it; all else
    is their own."""
    create = engine._create_engine
    compiled: LRUCache[Any, Any] = LRUCache(_MOST)
    dialects: dict[str, Dialect] = {}

    def create_alike(address: URL, process: str) -> AsyncEngine:
        made = create(address, process)
        own = made.sync_engine
        own.dialect = dialects.setdefault(address.drivername, own.dialect)
        own._compiled_cache = compiled
        return made

    engine._create_engine = create_alike
