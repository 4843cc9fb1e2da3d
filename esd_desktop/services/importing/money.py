"""What a line says was charged: a price, an invoice amount, a currency, or some of them."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from esd_desktop.services.importing.cells import Cells
from esd_desktop.services.importing.columns import Field
from esd_desktop.services.importing.values import checked_amount, read_amount, read_currency


class Charge(Struct, frozen=True):
    """The price of one licence, and what was charged for all of the line."""

    price: Decimal
    charged: Decimal
    currency: str


def read_charge(cells: Cells, quantity: int) -> Charge | None:
    """What was charged; None, with a complaint, where that is not clear. Of price and amount one is
    enough; the currency may stand beside an amount."""
    price, price_in = cells.read(Field.PRICE, read_amount) or (None, None)
    charged, charged_in = cells.read(Field.INVOICE_AMOUNT, read_amount) or (None, None)
    currency = _currency(cells, price_in, charged_in)
    if cells.any_wrong(Field.PRICE, Field.INVOICE_AMOUNT):
        return None
    try:
        if price is None:
            price = None if charged is None else checked_amount(charged / quantity)
        elif charged is None:
            charged = checked_amount(price * quantity)
    except ValueError as error:
        cells.complain(Field.PRICE, f"reckoned with the quantity {error}")
        return None
    cells.needed(Field.PRICE, price)
    if price is None or charged is None or currency is None:
        return None
    return Charge(price, charged, currency)


def _currency(cells: Cells, *beside: str | None) -> str | None:
    """The one currency of the line."""
    column = cells.read(Field.CURRENCY, read_currency)
    named = {each for each in (column, *beside) if each}
    if len(named) > 1:
        cells.complain(Field.CURRENCY, f"is not clear: {' and '.join(sorted(named))}")
        return None
    if not named:
        cells.needed(Field.CURRENCY, None)
    return next(iter(named), None)
