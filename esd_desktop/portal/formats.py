"""How numbers, days and amounts are written in the portal's languages. Days are those of the
computer that serves the portal."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from esd_desktop.models.values import Money
from esd_desktop.services.mail.languages import day_in

# What parts thousands and what begins the decimals.
_SIGNS = {"en": (",", "."), "de": (".", ","), "el": (".", ",")}


def number_in(language: str, number: int | Decimal) -> str:
    """A number with its thousands parted, and a minus that no line ends at."""
    thousands, decimals = _SIGNS[language]
    swap = {",": thousands, ".": decimals, "-": "\N{MINUS SIGN}"}
    return "".join(swap.get(sign, sign) for sign in f"{number:,}")


def money_in(language: str, money: Money) -> str:
    """An amount with the currency's code: before it in English, after it elsewhere."""
    amount = number_in(language, money.amount)
    gap = "\N{NO-BREAK SPACE}"
    parts = (money.currency, amount) if language == "en" else (amount, money.currency)
    return gap.join(parts)


def day_or_dash(language: str, moment: datetime | None) -> str:
    """A day, or a dash where there is none."""
    return "–" if moment is None else day_in(language, moment)
