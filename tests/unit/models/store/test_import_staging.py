"""The staging tables: gone with their connection, and a long statement can be given up."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from esd_desktop.models.store.import_staging import lines, staging
from esd_desktop.models.store.streaming import interrupt
from esd_desktop.services.context import Services

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


async def test_nothing_is_left_of_them(services: Services) -> None:
    for _ in range(2):
        async with staging(services.store) as place:
            count = (await place.execute(select(func.count()).select_from(lines))).scalar_one()
            assert count == 0
            await place.execute(
                lines.insert(), [{"line": 2, "customer": "Zephyr", "is_asset": False}]
            )
            await place.commit()


async def test_two_imports_do_not_see_each_other(services: Services) -> None:
    async with staging(services.store) as one, staging(services.store) as other:
        await one.execute(lines.insert(), [{"line": 2, "customer": "Z", "is_asset": False}])
        assert (await other.execute(select(lines))).all() == []


async def test_an_endless_statement_is_given_up(services: Services) -> None:
    async with staging(services.store) as place:
        running = asyncio.ensure_future(place.execute(text(ENDLESS)))
        while not running.done():
            await interrupt(place)
            await asyncio.sleep(0)
        with pytest.raises(OperationalError, match="interrupted"):
            await running
