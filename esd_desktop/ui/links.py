"""Links into the program: ``esd://asset/7`` shows that asset; accounts, orders and invoices alike.

They come from web pages, mails and notes, so that anybody may have written one: a link leads to a
record and does nothing to it, whoever follows it sees only what their roles allow, and what does
not look like a link is refused without being repeated.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from msgspec import Struct

from esd_desktop.errors import InvalidInput
from esd_desktop.services.browse import find_account
from esd_desktop.ui.desk import Desk

_LONGEST = 200
# Ids fit into what Qt's signals carry; numbers are as the store has them.
_ID, _NUMBER = r"[1-9][0-9]{0,8}", r"[A-Za-z0-9][A-Za-z0-9._/#-]{0,63}"
_NAMED_BY = {"asset": _ID, "account": _NUMBER, "order": _NUMBER, "invoice": _NUMBER}


class Link(Struct, frozen=True):
    """``kind`` is "asset", "account", "order" or "invoice". ``number`` is an asset's or account's
    id, an account's reference, or the number of an order or invoice."""

    kind: str
    number: str


def parse(text: str) -> Link:
    """What a link names. Raises InvalidInput."""
    if len(text) <= _LONGEST:
        parts = re.fullmatch(r"esd://([a-z]+)/(.+?)/?", text.strip(), re.IGNORECASE)
        if parts is not None:
            kind, number = parts[1].lower(), unquote(parts[2])
            if kind in _NAMED_BY and re.fullmatch(_NAMED_BY[kind], number, re.ASCII):
                return Link(kind, number)
    raise InvalidInput(
        "This link leads nowhere in ESD Desktop.",
        advice="Links are such as esd://asset/7, and name an asset, account, order or invoice.",
    )


def link_to_asset(asset_id: int) -> str:
    """The link that leads to an asset, on every desktop with the same store."""
    return f"esd://asset/{asset_id}"


async def follow(desk: Desk, text: str) -> None:
    """Show what a link names. Raises EsdError."""
    from esd_desktop.services.order_detail import find_order

    link, navigator = parse(text), desk.navigator
    if link.kind == "asset":
        navigator.asset_wanted.emit(int(link.number))
    elif link.kind == "account":
        navigator.account_wanted.emit((await desk.read(find_account, link.number)).id)
    elif link.kind == "order":
        navigator.order_wanted.emit(await desk.read(find_order, link.number))
    else:
        navigator.invoice_number_wanted.emit(link.number)
