from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.mass_rows import MassKind
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.statuses import Requester
from esd_desktop.models.values import Money
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.context import Services
from esd_desktop.services.mass_outlook import outlook
from esd_desktop.services.request_cancellation import request_cancellation
from tests.support.sowing import PURCHASED, Sown

EVERYTHING = AssetChoice(AssetQuery())
REDEEMED = "The customer has redeemed this licence; Microsoft takes back unused ones only."


@pytest.mark.both_stores
async def test_each_asset_counts_as_its_own_rule_says(services: Services, sown: Sown) -> None:
    for kind in MassKind:
        found = await outlook(services, kind, EVERYTHING)
        assert found.total == sown.listed
        assert found.possible + sum(count for _, count in found.refusals) == found.total
    cancel = dict((await outlook(services, MassKind.CANCEL, EVERYTHING)).refusals)
    assert cancel[REDEEMED] >= 1
    assert cancel["This licence is cancelled already."] == 1
    assert cancel["Microsoft has not issued this licence. Retry provisioning first."] == 1


@pytest.mark.both_stores
async def test_the_credit_is_what_cancelling_each_gives_back(
    services: Services, sown: Sown
) -> None:
    found = await outlook(services, MassKind.CANCEL, AssetChoice(AssetQuery(), (sown.activated,)))
    detail = await asset_detail(services, sown.activated)
    assert found.credits == (detail.credit,)
    assert (found.total, found.possible, found.refusals) == (1, 1, ())


async def test_what_can_no_longer_be_returned_is_told_without_a_day(
    services: Services, sown: Sown
) -> None:
    services.clock = lambda: PURCHASED + timedelta(days=40_000)
    found = await outlook(services, MassKind.CANCEL, AssetChoice(AssetQuery(), (sown.activated,)))
    assert found.possible == 0
    assert found.refusals == (("The time for returning them has ended.", 1),)
    assert found.credits == ()


async def test_requests_that_would_be_approved_are_counted(services: Services, sown: Sown) -> None:
    await request_cancellation(services, sown.activated, requester=Requester.STAFF)
    only = AssetChoice(AssetQuery(), (sown.activated,))
    assert (await outlook(services, MassKind.CANCEL, only)).requests == 1
    assert (await outlook(services, MassKind.RESEND, only)).requests == 0


async def test_an_empty_choice_comes_to_nothing(services: Services, sown: Sown) -> None:
    found = await outlook(services, MassKind.RESEND, AssetChoice(AssetQuery(search="nobody")))
    assert (found.total, found.possible, found.credits) == (0, 0, ())
    assert Money(Decimal(0), "GBP") not in found.credits
