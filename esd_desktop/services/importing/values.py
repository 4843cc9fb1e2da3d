"""What is in a cell: texts, amounts, moments, addresses.

Every reader takes a cell's value and raises ValueError with the reason, in words for the person who
has the file. A reason never repeats what may be a licence key or a link (see ``shown``).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct

from esd_desktop.models.statuses import Word
from esd_desktop.models.values import AMOUNT_SCALE

WordT = TypeVar("WordT", bound=Word)


class Unreadable(Struct, frozen=True):
    """A cell without a usable value, and why."""

    reason: str


Cell = str | int | float | datetime | date | Unreadable | None

CURRENCIES = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
    BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW
    KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN
    NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK
    SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS
    VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()
)
_SIGNS = {"€": "EUR", "£": "GBP"}
_LONGEST_SHOWN = 40
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_MOST = Decimal(10) ** 12

_SECRET = re.compile(
    r"(?<![A-Z0-9])[A-Z0-9]{5}([- ]?)[A-Z0-9]{5}(?:\1[A-Z0-9]{5}){3}(?![A-Z0-9])"
    r"|[?&](?:token|ctid)=",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_EMAIL = re.compile(r"[^@\s,;:<>\"()\[\]]+@[^@\s,;:<>\"()\[\]]+\.[^@\s,;:<>\"()\[\].]+")
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?) ?(Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
_DAY_FIRST = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:,? (\d{1,2}:\d\d(?::\d\d)?) ?(Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
_YEAR_FIRST = re.compile(r"(\d{4})([./])(\d{1,2})\2(\d{1,2})", re.ASCII)
_GROUPS = r".,' ’\u00a0\u202f"
_GROUPED = re.compile(
    rf"[1-9]\d{{0,2}}(?P<group>[{_GROUPS}])\d{{3}}(?:(?P=group)\d{{3}})*"
    r"(?:(?!(?P=group))[.,](?P<decimals>\d{1,4}))?",
    re.ASCII,
)
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)
_CODE = re.compile(r"(?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])|[€£]")


def is_secret(text: str) -> bool:
    """Whether a text looks as if it held a licence key or an activation link."""
    return _SECRET.search(text) is not None


def shown(text: str) -> str:
    """A text of the file as a message may repeat it: short, and nothing that may be a secret."""
    plain = _CONTROL.sub(" ", text).strip()
    if is_secret(plain):
        return "(not shown)"
    return plain if len(plain) <= _LONGEST_SHOWN else f"{plain[:_LONGEST_SHOWN]}…"


def is_blank(cell: Cell) -> bool:
    """Whether there is nothing in the cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def text_of(cell: Cell) -> str:
    """A cell as one line of text, without surrounding or doubled space."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if cell is None:
        return ""
    if isinstance(cell, Unreadable):
        raise ValueError(cell.reason)
    if isinstance(cell, float):
        return format(_decimal(cell), "f")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def read_text(cell: Cell, longest: int) -> str:
    """A text that fits into the record."""
    text = text_of(cell)
    if len(text) > longest:
        raise ValueError(f"is longer than {longest} characters")
    if _CONTROL.search(text):
        raise ValueError("has characters that cannot be printed")
    return text


def read_amount(cell: Cell) -> tuple[Decimal, str | None]:
    """An amount, and the currency where the cell names one, as in “EUR 249.00”."""
    if isinstance(cell, int | float):
        return checked_amount(_decimal(cell)), None
    return _amount(text_of(cell))


def read_currency(cell: Cell) -> str:
    """An ISO 4217 code."""
    code = text_of(cell).upper()
    if code not in CURRENCIES:
        raise ValueError(f"“{shown(code)}” is not a currency code such as EUR (ISO 4217)")
    return code


def read_quantity(cell: Cell) -> int:
    """A whole number."""
    text = text_of(cell)
    if not re.fullmatch(r"\d{1,9}([.,]0+)?", text, re.ASCII):
        raise ValueError(f"“{shown(text)}” is not a whole number")
    return int(re.split("[.,]", text)[0])


def read_email(cell: Cell) -> str:
    """An e-mail address."""
    text = text_of(cell)
    if len(text) > 320 or not _EMAIL.fullmatch(text) or _CONTROL.search(text):
        raise ValueError(f"“{shown(text)}” is not an e-mail address")
    return text


def read_country(cell: Cell) -> str:
    """An ISO 3166 code of two letters."""
    text = text_of(cell).upper()
    if not re.fullmatch("[A-Z]{2}", text):
        raise ValueError(f"“{shown(text)}” is not a country code of two letters, such as DE")
    return text


def read_moment(cell: Cell) -> datetime:
    """A moment in UTC. Without a time it is midnight, without a time zone it is UTC."""
    if isinstance(cell, datetime):
        moment = cell if cell.tzinfo else cell.replace(tzinfo=UTC)
    elif isinstance(cell, date):
        moment = datetime(cell.year, cell.month, cell.day, tzinfo=UTC)
    elif isinstance(cell, int | float):
        raise ValueError(f"{text_of(cell)} is a number, not a date; format the cell as a date")
    else:
        return _moment(text_of(cell))
    return _plausible(moment)


def read_word(cell: Cell, words: type[WordT]) -> WordT:
    """One of a closed list of words, in any of its spellings."""
    found: WordT = _word(text_of(cell), words)
    return found


def folded(text: str) -> str:
    """A name as names are compared: without case, and whatever way its accents are encoded."""
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=256)
def _word(text: str, words: type[WordT]) -> WordT:
    try:
        return words.parse(text)
    except ValueError:
        raise ValueError(f"“{shown(text)}” is not one of {', '.join(words)}") from None


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime:
    try:
        moment = _parsed_moment(text)
    except ValueError:
        raise ValueError(
            f"“{shown(text)}” is not a date such as 2024-05-31, 31.05.2024 or 31/05/2024 "
            "(the day comes first)"
        ) from None
    return _plausible(moment)


def _parsed_moment(text: str) -> datetime:
    iso = _ISO.fullmatch(text)
    if iso:
        day, time, zone = iso.groups()
    elif swapped := _YEAR_FIRST.fullmatch(text):
        year, _, month, of_month = swapped.groups()
        day, time, zone = f"{year}-{month:0>2}-{of_month:0>2}", None, None
    elif local := _DAY_FIRST.fullmatch(text):
        of_month, _, month, year, time, zone = local.groups()
        day = f"{year}-{month:0>2}-{of_month:0>2}"
    else:
        raise ValueError(text)
    hours = (time or "00:00").replace(",", ".")
    return datetime.fromisoformat(f"{day}T{hours if hours[2] == ':' else f'0{hours}'}{zone or 'Z'}")


def _plausible(moment: datetime) -> datetime:
    if not _FIRST_YEAR <= moment.year < _LAST_YEAR:
        raise ValueError(f"the year {moment.year} cannot be right")
    return moment.astimezone(UTC)


@lru_cache(maxsize=4096)
def _amount(text: str) -> tuple[Decimal, str | None]:
    number, code = text.strip(), None
    found = _CODE.match(number) or _CODE.search(number, max(len(number) - 3, 0))
    if found and (found.start() == 0 or found.end() == len(number)):
        code = read_currency(_SIGNS.get(found[0], found[0]))
        number = (number[: found.start()] + number[found.end() :]).strip()
    return checked_amount(_number(number)), code


def _number(text: str) -> Decimal:
    """A number with a point or a comma before the decimals, and with thousands separators."""
    if text.startswith(("-", "−")):
        raise ValueError("is negative")
    grouped, plain = _GROUPED.fullmatch(text), _PLAIN.fullmatch(text)
    if grouped and plain:
        raise ValueError(_both_readings(text))
    if plain:
        return Decimal(text.replace(",", "."))
    if not grouped:
        raise ValueError(f"“{shown(text)}” is not an amount of money")
    decimals = grouped["decimals"] or ""
    whole = text[: len(text) - len(decimals) - 1] if decimals else text
    return Decimal(f"{re.sub(r'[^0-9]', '', whole)}.{decimals or '0'}")


def _both_readings(text: str) -> str:
    first, second = re.split("[.,]", text)
    return f"“{text}” can mean {first}{second} or {first}.{second}; write it with two decimals"


def checked_amount(amount: Decimal) -> Decimal:
    """An amount that the record can hold."""
    if amount < 0:
        raise ValueError("is negative")
    if amount >= _MOST:
        raise ValueError("is too large")
    if amount * AMOUNT_SCALE % 1:
        raise ValueError("has more than four decimal places")
    return amount


def _decimal(number: float) -> Decimal:
    """What a spreadsheet shows of a number: its first fifteen digits."""
    return Decimal(format(number, ".15g"))
