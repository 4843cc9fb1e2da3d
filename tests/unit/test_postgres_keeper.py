"""No PostgreSQL server of the tests outlives them."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from pathlib import Path

import psycopg
import pytest

from tests.support.postgres_keeper import OWNER
from tests.support.waiting import until


async def test_the_server_ends_with_the_last_who_uses_it(tmp_path: Path) -> None:
    addresses = tmp_path / "postgres.json"
    keeper = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.postgres_keeper", addresses
    )
    await until(lambda: addresses.exists() or keeper.returncode is not None, timeout=30)
    told = json.loads(addresses.read_text())
    with socket.create_connection(("127.0.0.1", told["control"])):
        assert _lets_in(told["port"])
    # What the system does for a process that is killed, the block has done for this one.
    async with asyncio.timeout(30):
        assert await keeper.wait() == 0
    with pytest.raises(psycopg.OperationalError, match="refused"):
        _lets_in(told["port"])
    assert not addresses.exists()


def _lets_in(port: int) -> bool:
    with psycopg.connect(host="127.0.0.1", port=port, user=OWNER, dbname="postgres") as connection:
        return connection.execute("SELECT true").fetchone() == (True,)
