"""What docs/administering.md says of a read replica: it takes what only reads, and follows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from esd_desktop.errors import StoreFault
from esd_desktop.models.rights import Role
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.values import new_id
from esd_desktop.services.browse import account, asset_counts, asset_page, map_assets
from esd_desktop.services.context import Services
from esd_desktop.services.verify_audit import verify_audit
from esd_desktop.settings import Folders
from tests.support.desktops import elsewhere, rename
from tests.support.postgres import PostgresServer, PostgresStore
from tests.support.postgres_replica import replica_of
from tests.support.sowing import Sown, sow
from tests.support.waiting import until_answered

_MORE = 300


@pytest.fixture
def store_of_my_own(postgres_of_my_own: PostgresServer) -> Iterator[PostgresStore]:
    with postgres_of_my_own.store() as store:
        yield store


async def test_a_replica_is_read_follows_and_is_not_written_to(
    places: Folders, store_of_my_own: PostgresStore
) -> None:
    store = store_of_my_own
    async with elsewhere(places, store.address) as owner:
        sown = await sow(owner, more=_MORE)
    manager = store.person("manager", Role.MANAGER, Role.AUDITOR)
    with replica_of(store.server) as replica:
        async with (
            elsewhere(places, manager) as written_to,
            elsewhere(places, replica.address(manager)) as read,
        ):
            await _is_read(read, sown)
            await _follows(read, written_to, sown)
            with pytest.raises(StoreFault, match="can only be read: it is a replica"):
                await rename(read, sown.customer, "Nobody")


async def _is_read(read: Services, sown: Sown) -> None:
    query = AssetQuery(search="so-")
    counts = await asset_counts(read, query)
    assert counts.found == sown.listed + _MORE
    await map_assets(read, query)
    last = await asset_page(read, query, counts.found - 2, 5, counted=counts.found)
    assert len(last) == 2


async def _follows(read: Services, written_to: Services, sown: Sown) -> None:
    name = f"Renamed {new_id()}"

    async def is_told() -> bool:
        return (await account(read, sown.customer)).name == name

    await rename(written_to, sown.customer, name)
    await until_answered(is_told)
    assert (await verify_audit(read)).rows == 1, "the history of the renaming"
