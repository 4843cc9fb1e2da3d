"""The one way by which the portal reaches the store for a visitor.

What is read is asked for with the visitor's account, which comes from here and never from a page;
what is done to one record is done only after it has been found among the account's. On a database
server the same holds once more by row-level security (``Services.for_visitor``).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar

from esd_desktop.errors import NotFound
from esd_desktop.models.portal_rows import Visitor
from esd_desktop.models.store import portal_scope
from esd_desktop.models.store.engine import Reading
from esd_desktop.services.context import Services
from esd_desktop.services.portal.refusals import note_refused
from esd_desktop.services.shared_settings import setting_within

P = ParamSpec("P")
Found = TypeVar("Found")
Reaches: TypeAlias = Callable[[Reading, int, int], Awaitable[bool]]


class Own:
    """A reading of what is the visitor's."""

    def __init__(self, connection: Reading, account_id: int) -> None:
        self._connection = connection
        self._account_id = account_id

    async def read(
        self,
        query: Callable[Concatenate[Reading, int, P], Awaitable[Found]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Found:
        """What a query of the portal answers for the visitor's account."""
        return await query(self._connection, self._account_id, *args, **kwargs)

    async def setting(self, name: str) -> str:
        """A shared setting, which is nobody's alone."""
        return await setting_within(self._connection, name)


@asynccontextmanager
async def visiting(services: Services, visitor: Visitor) -> AsyncIterator[Own]:
    """A reading for a visitor. That the portal may be served at all was asked when the visitor's
    session was looked up, with this request; each verb of staff asks for its right besides."""
    async with bound_to(services, visitor).store.read() as connection:
        yield Own(connection, visitor.account_id)


def bound_to(services: Services, visitor: Visitor) -> Services:
    """The services working for a visitor, in whose name the history tells what is done."""
    return services.for_visitor(visitor.account_id, visitor.told)


async def reach_asset(services: Services, visitor: Visitor, asset_id: int) -> Services:
    """The services bound to the visitor, for what is done with an asset of his. Raises NotFound for
    any other, which is noted; so do the functions below."""
    return await _reach(services, visitor, portal_scope.reaches_asset, "asset", asset_id)


async def reach_invoice(services: Services, visitor: Visitor, invoice_id: int) -> Services:
    """The same for an invoice that was made out to the visitor's account."""
    return await _reach(services, visitor, portal_scope.reaches_invoice, "invoice", invoice_id)


async def reach_request(services: Services, visitor: Visitor, request_id: int) -> Services:
    """The same for a request to cancel one of the visitor's assets."""
    return await _reach(services, visitor, portal_scope.reaches_request, "request", request_id)


async def reach_customer(services: Services, visitor: Visitor, customer_id: int) -> Services:
    """The same for a customer of the visitor, a reseller."""
    return await _reach(services, visitor, portal_scope.reaches_customer, "account", customer_id)


async def _reach(
    services: Services, visitor: Visitor, reaches: Reaches, what: str, record_id: int
) -> Services:
    async with visiting(services, visitor) as own:
        if await own.read(reaches, record_id):
            return bound_to(services, visitor)
    raise await not_reached(services, visitor, what, record_id)


async def not_reached(services: Services, visitor: Visitor, what: str, record_id: int) -> NotFound:
    """The fault for a record that is not the visitor's; that it was tried is noted."""
    await note_refused(services, f"{what} {record_id}", visitor=visitor)
    return NotFound(f"There is no {what} {record_id} of this account.")
