"""D4: a request is made, shows who asked and how, and both sides are told."""

from __future__ import annotations

import asyncio

import pytest

from esd_desktop.errors import InvalidInput, Refused
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.rows import AssetQuery, AssetView
from esd_desktop.models.statuses import Requester, RequestState
from esd_desktop.services.browse import (
    account_history,
    asset_detail,
    asset_history,
    asset_page,
    view_counts,
)
from esd_desktop.services.context import Services
from esd_desktop.services.delete_asset import delete_asset
from esd_desktop.services.lists import list_counts, list_page
from esd_desktop.services.request_cancellation import LONGEST_COMMENT, request_cancellation
from esd_desktop.services.shared_settings import change_settings
from tests.support.connecting import order, order_one
from tests.support.desktops import second_desktop
from tests.support.requesting import CUSTOMER, STAFF, both, latest, requested, requests_of, told
from tests.support.sowing import Sown


async def ask(services: Services, asset_id: int, **traits: object) -> object:
    """A customer's request with these traits."""
    given = {"requester": Requester.CUSTOMER, "requested_by": CUSTOMER, "confirm_by_mail": False}
    return await request_cancellation(services, asset_id, **(given | traits))  # type: ignore[arg-type]


async def test_it_shows_who_asked_when_and_with_which_words(
    services: Services, connected: int
) -> None:
    asset = await order_one(services, connected)
    await change_settings(services, {"requests.instructions": "Do not activate it."})
    row = await requested(services, asset, comment="  Bought twice ")
    assert (row.requester, row.requested_by) == (Requester.CUSTOMER, CUSTOMER)
    assert (row.comment, row.instructions) == ("Bought twice", "Do not activate it.")
    assert row.state is RequestState.REQUESTED
    assert row.confirm_by_mail
    assert row.decided_by is None
    detail = await asset_detail(services, asset)
    assert detail.request == row
    assert detail.facts.requested
    # What the requester was told then stays, whatever is told to the next one.
    await change_settings(services, {"requests.instructions": "Something else."})
    assert (await latest(services, asset)).instructions == "Do not activate it."


async def test_both_sides_are_told_once(services: Services, connected: int) -> None:
    asset = await order_one(services, connected)
    await requested(services, asset)
    assert await told(services, asset) == both("cancellation_requested")


async def test_without_a_confirmation_only_staff_are_told(
    services: Services, connected: int
) -> None:
    asset = await order_one(services, connected)
    await requested(services, asset, confirm_by_mail=False)
    assert await told(services, asset) == [("cancellation_requested", STAFF)]


async def test_without_an_address_of_the_staff_nobody_else_is_told(
    services: Services, connected: int
) -> None:
    asset = await order_one(services, connected)
    await ask(services, asset)
    assert await told(services, asset) == []


async def test_it_stands_in_the_history_of_asset_and_account(
    services: Services, connected: int
) -> None:
    asset = await order_one(services, connected)
    await requested(services, asset)
    newest = (await asset_history(services, asset))[0]
    assert newest.action == "request_cancellation"
    for words in (CUSTOMER, "Bought twice", "office@aegean.example", STAFF):
        assert words in newest.sentence
    customer = (await asset_detail(services, asset)).customer_id
    assert newest in await account_history(services, customer)


async def test_staff_ask_under_their_own_name(services: Services, connected: int) -> None:
    asset = await order_one(services, connected)
    row = await requested(services, asset, requester=Requester.STAFF)
    assert row.requested_by == services.operator
    assert "on the customer’s behalf" in (await asset_history(services, asset))[0].sentence


async def test_a_second_request_is_told_of_the_first(services: Services, connected: int) -> None:
    asset = await order_one(services, connected)
    await requested(services, asset)
    with pytest.raises(Refused, match=f"made by {CUSTOMER} on .* is waiting already"):
        await ask(services, asset)
    assert len(await requests_of(services, asset)) == 1


@pytest.mark.both_stores
async def test_two_at_once_are_one_request_and_one_mail_a_side(
    services: Services, connected: int
) -> None:
    asset = await order_one(services, connected)
    await change_settings(services, {"requests.notify": STAFF})
    async with second_desktop(services) as other:
        answers = await asyncio.gather(
            ask(services, asset, confirm_by_mail=True),
            ask(other, asset, confirm_by_mail=True),
            return_exceptions=True,
        )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    assert len(await requests_of(services, asset)) == 1
    assert await told(services, asset) == both("cancellation_requested")


async def test_what_cannot_be_cancelled_cannot_be_requested(services: Services, sown: Sown) -> None:
    for asset in (sown.redeemed, sown.cancelled, sown.failed, sown.unsynchronised, sown.deleted):
        with pytest.raises(Refused):
            await ask(services, asset)
        assert await requests_of(services, asset) == []


async def test_a_licence_that_was_never_issued_says_so(services: Services, connected: int) -> None:
    (asset,) = await order(services, connected)
    with pytest.raises(Refused, match="whether this licence was issued"):
        await ask(services, asset)


@pytest.mark.parametrize(
    ("traits", "words"),
    [
        ({"requested_by": "  "}, "name or address"),
        ({"requested_by": "x" * 321}, "at most 320"),
        ({"comment": "x" * (LONGEST_COMMENT + 1)}, "at most 2,000"),
    ],
    ids=["nameless", "long name", "novel"],
)
async def test_bad_input_is_a_sentence(
    services: Services, sown: Sown, traits: dict[str, object], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        await ask(services, sown.activated, **traits)
    assert await requests_of(services, sown.activated) == []


async def test_a_confirmation_needs_an_address(services: Services, connected: int) -> None:
    asset = await order_one(services, connected)
    async with services.store.change() as work:
        from esd_desktop.models.store import accounts

        customer_id = (await asset_detail(services, asset)).customer_id
        (await accounts.for_change(work, customer_id)).email = None
        await work.commit()
    with pytest.raises(Refused, match="no e-mail address"):
        await ask(services, asset, confirm_by_mail=True)
    await ask(services, asset)
    assert len(await requests_of(services, asset)) == 1


async def test_a_record_with_a_request_is_not_deleted(services: Services, sown: Sown) -> None:
    await ask(services, sown.activated)
    with pytest.raises(Refused, match="decide it first"):
        await delete_asset(services, sown.activated)


async def test_it_is_listed_where_staff_look(services: Services, sown: Sown) -> None:
    await ask(services, sown.activated)
    counts = await view_counts(services, None)
    assert counts[AssetView.REQUESTED] == 1
    (row,) = await asset_page(services, AssetQuery(view=AssetView.REQUESTED), 0, 10)
    assert (row.id, row.requested) == (sown.activated, True)
    for account, expected in ((sown.customer, 1), (sown.reseller, 1), (sown.other_customer, 0)):
        query = ListQuery(account_id=account, filter="waiting", search="müller")
        rows = await list_page(services, ListKind.REQUESTS, query, 0, 10)
        assert [each.asset_id for each in rows] == [sown.activated] * expected
        counts_of = await list_counts(services, ListKind.REQUESTS, query)
        assert counts_of.by_filter["waiting"] == expected
        assert counts_of.by_filter["all"] == expected
        assert counts_of.by_filter["approved"] == 0
