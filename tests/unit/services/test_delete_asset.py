"""B4, Delete: soft, undoable, audited; Microsoft is not asked."""

from __future__ import annotations

import pytest

from esd_desktop.errors import NotFound, Refused
from esd_desktop.models.rows import AssetQuery
from esd_desktop.services.browse import asset_counts, asset_detail, asset_history
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset, restore_asset
from tests.support.sowing import Sown


async def test_a_deleted_record_leaves_the_list_and_comes_back(
    services: Services, sown: Sown
) -> None:
    before = await asset_counts(services, AssetQuery())
    await delete_asset(services, sown.activated)
    gone = await asset_counts(services, AssetQuery())
    assert gone.all == before.all - 1
    assert (await asset_detail(services, sown.activated)).deleted_at is not None
    await restore_asset(services, sown.activated)
    assert await asset_counts(services, AssetQuery()) == before
    actions = [row.action for row in await asset_history(services, sown.activated)]
    assert actions[:2] == ["restore", "delete"]


async def test_what_may_not_be_deleted_says_why(services: Services, sown: Sown) -> None:
    for asset in (sown.cancelled, sown.failed, sown.unsynchronised, sown.deleted):
        with pytest.raises(Refused) as caught:
            await delete_asset(services, asset)
        assert caught.value.sentence.endswith(".")


async def test_a_record_that_is_not_there(services: Services, sown: Sown) -> None:
    with pytest.raises(NotFound):
        await delete_asset(services, 987_654)


async def test_what_is_not_deleted_cannot_come_back(services: Services, sown: Sown) -> None:
    with pytest.raises(Refused):
        await restore_asset(services, sown.redeemed)
