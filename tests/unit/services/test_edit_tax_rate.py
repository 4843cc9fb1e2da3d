"""Tax rates are set and removed with their history; what cannot be a rate is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from esd_desktop.errors import ChangedMeanwhile, InvalidInput, NotFound
from esd_desktop.services.browse import latest_history
from esd_desktop.services.browse_invoices import tax_rate_list
from esd_desktop.services.changes import Result
from esd_desktop.services.context import Services
from esd_desktop.services.edit_tax_rate import (
    NEW,
    rate_from,
    rate_text,
    remove_tax_rate,
    set_tax_rate,
)
from tests.support.desktops import second_desktop


async def test_a_rate_is_set_changed_and_removed_and_the_history_says_so(
    services: Services,
) -> None:
    await set_tax_rate(services, "de", Decimal(19))
    await set_tax_rate(services, "DE", Decimal("16.5"), "MwSt")
    (row,) = await tax_rate_list(services)
    assert (row.country, row.name, row.rate) == ("DE", "MwSt", Decimal("16.50"))
    outcome = await remove_tax_rate(services, "DE", version=row.version)
    assert outcome.sentence == "Invoices to DE carry no tax from now on; it was MwSt 16.5 %."
    assert await tax_rate_list(services) == []
    changes = [row.changes for row in reversed(await latest_history(services))]
    assert changes == [
        {"DE": [None, "VAT 19 %"]},
        {"DE": ["VAT 19 %", "MwSt 16.5 %"]},
        {"DE": ["MwSt 16.5 %", None]},
    ]


async def test_the_same_rate_again_is_no_change(services: Services) -> None:
    await set_tax_rate(services, "DE", Decimal(19))
    assert (await set_tax_rate(services, "DE", Decimal("19.0"))).result is Result.UNCHANGED
    assert len(await latest_history(services)) == 1


@pytest.mark.both_stores
async def test_of_two_people_the_second_is_told(services: Services) -> None:
    await set_tax_rate(services, "DE", Decimal(19))
    (seen,) = await tax_rate_list(services)
    async with second_desktop(services) as other:
        await set_tax_rate(other, "DE", Decimal(20), version=seen.version)
    for attempt in (
        set_tax_rate(services, "DE", Decimal(21), version=seen.version),
        set_tax_rate(services, "DE", Decimal(21), version=NEW),
        remove_tax_rate(services, "DE", version=seen.version),
    ):
        with pytest.raises(ChangedMeanwhile, match="Berta changed the tax rate of DE") as caught:
            await attempt
        assert "DE: VAT 19 % → VAT 20 %." in caught.value.advice
    (row,) = await tax_rate_list(services)
    assert row.rate == 20


@pytest.mark.parametrize(
    ("country", "rate", "name"),
    [
        ("Germany", "19", "VAT"),
        ("D1", "19", "VAT"),
        ("", "19", "VAT"),
        ("DE", "-1", "VAT"),
        ("DE", "100.1", "VAT"),
        ("DE", "NaN", "VAT"),
        ("DE", "7.12345", "VAT"),
        ("DE", "19", " "),
        ("DE", "19", "V" * 51),
    ],
)
async def test_what_cannot_be_a_rate_is_refused(
    services: Services, country: str, rate: str, name: str
) -> None:
    with pytest.raises(InvalidInput):
        await set_tax_rate(services, country, Decimal(rate), name)
    assert await tax_rate_list(services) == []


async def test_what_is_not_there_cannot_be_removed(services: Services) -> None:
    with pytest.raises(NotFound):
        await remove_tax_rate(services, "DE")


@pytest.mark.parametrize("typed", ["8.5", "8,5", " 8.5 %", "8.5%", "08.50"])
def test_a_rate_is_read_as_people_type_it(typed: str) -> None:
    assert rate_text(rate_from(typed)) == "8.5 %"


@pytest.mark.parametrize("typed", ["", "%", "1e1", "-1", "1.234.5", "19 VAT", "٨", "1000", "inf"])
def test_what_is_no_rate_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        rate_from(typed)
