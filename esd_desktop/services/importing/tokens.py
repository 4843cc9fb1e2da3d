"""Licence keys and activation links in a cell. No reason given here ever repeats one."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from esd_desktop.models.values import ActivationLink, ProductKey
from esd_desktop.services.importing.values import Cell, read_text, text_of

_LONGEST_KEY = 200
_LONGEST_LINK = 4_000
_GROUPS, _GROUP = 5, 5
_FIVE_BY_FIVE = re.compile(r"[A-Z0-9]{5}(?:[- ]?[A-Z0-9]{5}){4}")
_MASK = re.compile(r"[*•●·…?#]|(?:X{5}[- ]?){3}")
_GROUPS_IN_TEXT = re.compile(
    r"(?<![A-Z0-9])[A-Z0-9]{5}([- ])(?:[A-Z0-9]{5}\1){3}[A-Z0-9]{5}(?![A-Z0-9])", re.IGNORECASE
)
_LINK_IN_TEXT = re.compile(r"[?&]token=", re.IGNORECASE)


def read_key(cell: Cell) -> ProductKey:
    """A whole licence key; where it is 5x5 the groups are joined by hyphens, as they are kept."""
    text = read_text(cell, _LONGEST_KEY).upper()
    if _MASK.search(text):
        raise ValueError("is masked; export the whole keys")
    if _FIVE_BY_FIVE.fullmatch(text):
        plain = re.sub("[- ]", "", text)
        text = "-".join(plain[at : at + _GROUP] for at in range(0, _GROUPS * _GROUP, _GROUP))
    return ProductKey.parse(text)


def read_link(cell: Cell) -> ActivationLink:
    """An activation link, as it came."""
    text = text_of(cell)
    if len(text) > _LONGEST_LINK:
        raise ValueError(f"is longer than {_LONGEST_LINK:,} characters")
    if not re.fullmatch(r"https?://[!-~]+", text, re.IGNORECASE):
        raise ValueError("is not a web address (https://…)")
    return ActivationLink(text)


def transaction_in(link: ActivationLink) -> str | None:
    """The client transaction id that a link names, if it does."""
    try:
        named = parse_qs(urlsplit(link.reveal()).query).get("ctid")
    except ValueError:
        return None
    return named[0] if named else None


def read_clear_text(cell: Cell, longest: int) -> str:
    """A text that is kept in the clear, and so must not be a licence key or a link."""
    text = read_text(cell, longest)
    if _may_be_secret(text):
        raise ValueError("holds what looks like a licence key or link, which is not kept here")
    return text


def _may_be_secret(text: str) -> bool:
    """Narrower than what messages leave out: five words of five letters may be somebody's name."""
    found = _GROUPS_IN_TEXT.search(text)
    is_key = found and (found[1] == "-" or any(map(str.isdigit, found[0])))
    return bool(is_key or _LINK_IN_TEXT.search(text))
