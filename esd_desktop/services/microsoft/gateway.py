"""The ESD service as the rest of the program sees it: the contract's four calls, and a check."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import quote

from msgspec.structs import replace

from esd_desktop.errors import MicrosoftFault
from esd_desktop.models.licence import LicenceAnswer, ProductAnswer, Purchase
from esd_desktop.models.values import new_id
from esd_desktop.services.microsoft import wire
from esd_desktop.services.microsoft.caller import Call, Caller
from esd_desktop.services.microsoft.errors import AnswerNotUnderstood
from esd_desktop.services.microsoft.http import TimeLimits
from esd_desktop.services.microsoft.pace import Pace
from esd_desktop.services.microsoft.profile import CallIds, ConnectionProfile
from esd_desktop.services.microsoft.retry import Gate, Patience


class EsdGateway:
    """One connection's way to the ESD service.

    Each call raises a MicrosoftFault that carries the correlation id; after ``issue`` and
    ``give_back`` its ``in_doubt`` says whether Microsoft may have done it nevertheless. Both may be
    repeated with the same transaction id: nothing is done twice. ``pace`` is for whoever makes
    many calls at once.
    """

    def __init__(
        self,
        profile: ConnectionProfile,
        patience: Patience | None = None,
        limits: TimeLimits | None = None,
    ) -> None:
        self.profile = profile
        self.pace = Pace()
        self._caller = Caller(profile, patience or Patience(), limits or TimeLimits())

    @property
    def last_answer_at(self) -> datetime | None:
        """When the service last answered, be it with a no; None if it never did."""
        return self._caller.last_answer_at

    @property
    def last_fault(self) -> MicrosoftFault | None:
        """What was in the way of the last call; None where it was answered."""
        return self._caller.last_fault

    @property
    def gate(self) -> Gate:
        """Where its calls wait while Microsoft asks for a pause."""
        return self._caller.gate

    async def products(self, ids: CallIds) -> AsyncIterator[list[ProductAnswer]]:
        """The catalogue in the connection's country and language, a page at a time."""
        seen: set[str] = set()
        items, following = await self._page(ids, None)
        yield items
        while following is not None:
            if following in seen:
                raise _never_ends(ids)
            seen.add(following)
            # Each page is a request of its own, within the one thing the operator did.
            items, following = await self._page(replace(ids, request_id=new_id()), following)
            yield items

    async def issue(self, purchase: Purchase, ids: CallIds) -> LicenceAnswer:
        """Buy one licence."""
        call = Call("POST", self._licences(), body=wire.purchase_body(purchase))
        return await self._licence(call, ids, purchase.client_transaction_id)

    async def read(self, client_transaction_id: str, ids: CallIds) -> LicenceAnswer:
        """A licence as it is now. Raises LicenceNotFound where it was never issued."""
        call = Call("GET", self._licences(client_transaction_id))
        return await self._licence(call, ids, client_transaction_id)

    async def give_back(
        self, client_transaction_id: str, comment: str | None, ids: CallIds
    ) -> LicenceAnswer:
        """Return a licence. Raises AlreadyRedeemed or ReturnWindowClosed where it is too late."""
        path = self._licences(client_transaction_id, "return")
        call = Call("POST", path, body={"comment": comment})
        return await self._licence(call, ids, client_transaction_id)

    async def check(self, ids: CallIds) -> int:
        """Sign in and read the catalogue's first page; answers how many products are on it."""
        items, _ = await self._page(ids, None)
        return len(items)

    async def retire(self) -> None:
        """Close when the calls under way are done."""
        await self._caller.retire()

    async def aclose(self) -> None:
        """Close now; calls under way end as if the line broke."""
        await self._caller.aclose()

    async def _licence(self, call: Call, ids: CallIds, transaction_id: str) -> LicenceAnswer:
        return await self._caller.carry(
            call, ids, lambda content: wire.licence(content, transaction_id)
        )

    async def _page(
        self, ids: CallIds, continuation: str | None
    ) -> tuple[list[ProductAnswer], str | None]:
        query = {"country": self.profile.country, "language": self.profile.language}
        if continuation is not None:
            query["continuationToken"] = continuation
        call = Call("GET", self._path("products"), query=query)
        return await self._caller.carry(call, ids, wire.page)

    def _licences(self, *parts: str) -> str:
        return self._path("licences", *parts)

    def _path(self, *parts: str) -> str:
        """Below the channel. The parts are opaque text, so a slash in one is no slash of ours."""
        below = (self.profile.channel_id, *parts)
        return "/".join(("channels", *(quote(part, safe="") for part in below)))


def _never_ends(ids: CallIds) -> AnswerNotUnderstood:
    fault = AnswerNotUnderstood.told("Its catalogue never ends.")
    fault.correlation_id = ids.correlation_id
    return fault
