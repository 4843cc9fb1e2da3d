"""How many decimal places a currency has (ISO 4217), and rounding to them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_USUAL = 2
_OTHERS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_PLACES = {code: places for places, codes in _OTHERS.items() for code in codes.split()}


def minor_units(currency: str) -> int:
    """The decimal places of a currency: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _PLACES.get(currency, _USUAL)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount as it can be paid. A half goes away from zero, so that what is taken back is as
    much as what was charged."""
    step = Decimal(1).scaleb(-minor_units(currency))
    # Adding nothing makes a negative zero an ordinary one.
    return amount.quantize(step, ROUND_HALF_UP) + Decimal(0)


def decimals_shown(amount: Decimal, currency: str) -> int:
    """How many decimals an amount is written with: those of its currency, and more only where
    something would be left out, as in a price of a tenth of a cent."""
    exact = -int(amount.normalize().as_tuple().exponent)
    return max(minor_units(currency), exact)
