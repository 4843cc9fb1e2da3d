"""Minor units of currencies, and rounding to them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esd_desktop.models.currencies import decimals_shown, minor_units, rounded

_AMOUNTS = st.decimals(-(10**9), 10**9, places=4)
_CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "CLF"])


@pytest.mark.parametrize(
    ("currency", "places"), [("EUR", 2), ("JPY", 0), ("ISK", 0), ("KWD", 3), ("CLF", 4)]
)
def test_a_currency_has_its_minor_units(currency: str, places: int) -> None:
    assert minor_units(currency) == places


@pytest.mark.parametrize(
    ("amount", "currency", "payable"),
    [
        ("0.005", "EUR", "0.01"),
        ("-0.005", "EUR", "-0.01"),
        ("2.675", "GBP", "2.68"),
        ("0.0049", "EUR", "0.00"),
        ("-0.0049", "EUR", "0.00"),
        ("21900.5", "JPY", "21901"),
        ("12.3445", "KWD", "12.345"),
        ("1.2345", "CLF", "1.2345"),
    ],
)
def test_a_half_goes_away_from_zero(amount: str, currency: str, payable: str) -> None:
    assert str(rounded(Decimal(amount), currency)) == payable


@given(_AMOUNTS, _CURRENCIES)
def test_what_is_taken_back_is_what_was_charged(amount: Decimal, currency: str) -> None:
    there, back = rounded(amount, currency), rounded(-amount, currency)
    assert there + back == 0
    assert abs(there - amount) * 2 <= Decimal(1).scaleb(-minor_units(currency))
    assert rounded(there, currency) == there


@pytest.mark.parametrize(
    ("amount", "currency", "places"),
    [("21900.00", "JPY", 0), ("249", "EUR", 2), ("0.0125", "EUR", 4), ("1.50", "KWD", 3)],
)
def test_nothing_of_an_amount_is_left_out(amount: str, currency: str, places: int) -> None:
    assert decimals_shown(Decimal(amount), currency) == places
