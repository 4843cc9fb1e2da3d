"""The account browser: what stands where, and the numbers of what is in sight."""

from __future__ import annotations

from collections.abc import Collection

from esd_desktop.models.account_lines import AccountLine
from esd_desktop.models.store import accounts
from esd_desktop.services.context import Services
from esd_desktop.services.rights import viewing


async def account_lines(services: Services, words: str = "") -> list[AccountLine]:
    """What stands at the top: resellers, and customers without one. With words, what they find, and
    the resellers that it stands below. In no order."""
    async with viewing(services) as connection:
        if words.strip():
            return await accounts.found_lines(connection, words)
        return await accounts.top_lines(connection)


async def customer_lines(services: Services, reseller_ids: Collection[int]) -> list[AccountLine]:
    """The customers of these resellers, in no order."""
    async with viewing(services) as connection:
        return await accounts.lines_below(connection, reseller_ids)


async def reseller_above(services: Services, account_id: int) -> int | None:
    """The reseller below which an account stands; None where it stands by itself, or is gone."""
    async with viewing(services) as connection:
        return await accounts.reseller_above(connection, account_id)


async def account_number(services: Services) -> int:
    """How many accounts there are."""
    async with viewing(services) as connection:
        return await accounts.number(connection)


async def asset_numbers(services: Services, account_ids: Collection[int]) -> dict[int, int]:
    """How many assets each of these accounts holds or is billed for."""
    async with viewing(services) as connection:
        counted = await accounts.asset_numbers(connection, account_ids)
    return {account_id: counted.get(account_id, 0) for account_id in account_ids}
