"""Small values with rules of their own: money, secrets that mask themselves, moments, new ids."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import ClassVar

from msgspec import Struct

from esd_desktop.models.currencies import decimals_shown

# Microsoft's product keys use these characters only; newer ones carry one N as well.
KEY_ALPHABET = "BCDFGHJKMPQRTVWXY2346789"
_USUAL_KEY = re.compile(rf"[{KEY_ALPHABET}N]{{5}}(-[{KEY_ALPHABET}N]{{5}}){{4}}")
_FIVE_BY_FIVE = re.compile(r"[A-Z0-9]{5}(-[A-Z0-9]{5}){4}")
_CURRENCY = re.compile(r"[A-Z]{3}")
# The store keeps whole ten-thousandths.
AMOUNT_SCALE = Decimal(10_000)


def utc_now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A fresh GUID as text, for transactions, requests and correlations."""
    import uuid  # it takes as long as the rest of this module, which a start needs at once

    return str(uuid.uuid4())


def new_process() -> str:
    """A name that tells a program from every other one that writes into the store."""
    return f"esd-desktop {new_id()}"


@lru_cache(maxsize=1024)
def in_units(ten_thousandths: int) -> Decimal:
    """The amount that a stored whole number stands for, with at least two decimals."""
    exact = Decimal(ten_thousandths) / AMOUNT_SCALE
    two_places = exact.quantize(Decimal("0.01"))
    return two_places if two_places == exact else exact


class Money(Struct, frozen=True):
    """An exact amount of a currency (ISO 4217, three capital letters)."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not self.amount.is_finite():
            raise ValueError("an amount of money must be a number")
        if not _CURRENCY.fullmatch(self.currency):
            raise ValueError(f"{self.currency!r} is not a currency code of three letters")

    @classmethod
    def parse(cls, amount: str, currency: str) -> Money:
        """Money from text such as ``"219.00"``; ValueError where it is not a plain number."""
        try:
            number = Decimal(amount.strip())
        except InvalidOperation:
            raise ValueError(f"{amount!r} is not an amount of money") from None
        return cls(number, currency.strip().upper())

    @property
    def figures(self) -> str:
        """The amount alone, with the decimals that its currency has."""
        return f"{self.amount:.{decimals_shown(self.amount, self.currency)}f}"

    def __str__(self) -> str:
        return f"{self.figures} {self.currency}"


class Secret:
    """Text that shows itself nowhere: not in str, repr, logs, tracebacks or comparisons' messages.

    ``reveal()`` is the only way to the text; only the vault, the wire and the audited
    services/reveal_key.py call it.
    """

    __slots__ = ("_text",)
    _shown: ClassVar[str] = "•••••"

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself. Whoever calls this answers for where it goes."""
        return self._text

    def __str__(self) -> str:
        return self._shown

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._text == other._text

    def __hash__(self) -> int:
        return hash((type(self), self._text))

    def __bool__(self) -> bool:
        return bool(self._text)


class ProductKey(Secret):
    """A7, the token: the 5x5 licence key. Shows its last five characters only."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> ProductKey:
        """A key as it is kept: capital letters, without surrounding space. Any form is accepted."""
        return cls(text.strip().upper())

    @property
    def last_five(self) -> str:
        """The part that staff may see and search by; empty where the key is too short to hide."""
        return self._text[-5:] if len(self._text) >= 15 else ""

    @property
    def looks_usual(self) -> bool:
        """Whether it is 5x5 of Microsoft's alphabet; another form is worth a warning only."""
        return _USUAL_KEY.fullmatch(self._text) is not None

    def __str__(self) -> str:
        return masked_key(self.last_five)


class ActivationLink(Secret):
    """A10: kept as it came, never rebuilt; as secret as the key, since it carries a token."""

    __slots__ = ()


def masked_key(last_five: str | None) -> str:
    """How a key is shown to people: bullets and its last five characters."""
    return f"•••••-{last_five}" if last_five else "•••••"


def looks_like_whole_key(text: str) -> bool:
    """Whether a search text is a complete 5x5 key, as somebody would paste it."""
    return _FIVE_BY_FIVE.fullmatch(text.strip().upper()) is not None
