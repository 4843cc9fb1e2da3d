"""D2, Get Services Definition: read what a connection may sell, and add what is missing.

A price, a name or a unit type in use is never overwritten: an offering that differs is marked
Changed and keeps Microsoft's values beside its own until a person accepts them
(services/accept_offering.py). One that Microsoft no longer sells is marked Discontinued; where it
is sold again it is New again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from esd_desktop.errors import ChangedMeanwhile
from esd_desktop.models.licence import ProductAnswer
from esd_desktop.models.offering import Offering
from esd_desktop.models.rights import Right
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.store import offerings
from esd_desktop.models.values import new_id
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.connect import gateway_for
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.errors import AnswerNotUnderstood
from esd_desktop.services.microsoft.profile import CallIds
from esd_desktop.services.record import record
from esd_desktop.services.rights import require

_ATTEMPTS = 3


class CatalogueProgress(Struct, frozen=True):
    """How much of the catalogue has been read."""

    pages: int
    products: int


class CatalogueRead(Outcome, frozen=True):
    """What a reading found: the product codes of the offerings by id, for each status that one came
    into by it."""

    new: Mapping[int, str] = field(default_factory=dict)
    changed: Mapping[int, str] = field(default_factory=dict)
    discontinued: Mapping[int, str] = field(default_factory=dict)


async def refresh_catalogue(
    services: Services,
    connection_id: int,
    *,
    progress: Callable[[CatalogueProgress], None] | None = None,
) -> CatalogueRead:
    """Read every page of a connection's catalogue, then write what was found in one transaction.

    Raises MicrosoftFault, also for a catalogue that is empty where it was not; nothing is written
    then, nor where the reading is cancelled.
    """
    await require(services, Right.CATALOGUE)
    gateway = await gateway_for(services, connection_id)
    ids = CallIds(correlation_id=new_id())
    products: dict[str, ProductAnswer] = {}
    pages = 0
    async for page in gateway.products(ids):
        products |= {product.sku: product for product in page}
        pages += 1
        if progress is not None:
            progress(CatalogueProgress(pages, len(products)))
    found = await _write_at_last(services, connection_id, products, ids)
    return found.outcome(connection_id, ids)


class _Found:
    """The offerings that a reading brought into another status, or changed once more."""

    def __init__(self, *, nothing_sold: bool) -> None:
        self.new: list[Offering] = []
        self.changed: list[Offering] = []
        self.discontinued: list[Offering] = []
        self._nothing_sold = nothing_sold

    @property
    def sentence(self) -> str:
        if self._nothing_sold:
            return "The catalogue was read: it is empty, so nothing can be ordered."
        return (
            f"The catalogue was read: {len(self.new)} new, {len(self.changed)} changed, "
            f"{len(self.discontinued)} discontinued."
        )

    def outcome(self, connection_id: int, ids: CallIds) -> CatalogueRead:
        waiting = bool(self.new or self.changed)
        return CatalogueRead(
            self.sentence,
            Result.WARNING if self._nothing_sold else Result.DONE,
            self._changes(connection_id),
            ids.correlation_id,
            "Accept what is new or changed before it is sold that way." if waiting else "",
            new=_codes(self.new),
            changed=_codes(self.changed),
            discontinued=_codes(self.discontinued),
        )

    def _changes(self, connection_id: int) -> Changes:
        """The connection is among them because what it sells was read at another time now."""
        touched = [*self.new, *self.changed, *self.discontinued]
        return Changes(
            connections=frozenset({connection_id}),
            offerings=frozenset(offering.id for offering in touched),
        )


async def _write_at_last(
    services: Services, connection_id: int, products: Mapping[str, ProductAnswer], ids: CallIds
) -> _Found:
    """Write it, again where somebody accepted or read at the same moment: what they wrote is then
    compared instead of overwritten."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return await _write(services, connection_id, products, ids)
        except ChangedMeanwhile:
            continue
    return await _write(services, connection_id, products, ids)


async def _write(
    services: Services, connection_id: int, products: Mapping[str, ProductAnswer], ids: CallIds
) -> _Found:
    async with services.store.change() as work:
        known = await offerings.all_of(work, connection_id)
        if known and not products:
            raise _empty(ids)
        found = _Found(nothing_sold=not products)
        for product in products.values():
            offering = known.pop(product.sku, None)
            if offering is None:
                work.add(_added(connection_id, product, found))
            else:
                _compare(offering, product, found)
        for gone in known.values():
            _discontinue(gone, found)
        await offerings.mark_read(work, connection_id, services.now())
        record(services, work, "refresh_catalogue", found.sentence)
        await work.commit()
    return found


def _added(connection_id: int, product: ProductAnswer, found: _Found) -> Offering:
    offering = Offering(
        connection_id=connection_id,
        sku=product.sku,
        name=product.name,
        description=product.description,
        unit_type=product.unit_type,
        price_amount=product.price.amount,
        currency=product.price.currency,
        return_window_days=product.return_window_days,
        status=CatalogueStatus.NEW if product.available else CatalogueStatus.DISCONTINUED,
    )
    (found.new if product.available else found.discontinued).append(offering)
    return offering


def _compare(offering: Offering, product: ProductAnswer, found: _Found) -> None:
    """Bring a known offering up to date. What is neither charged nor written on anything that was
    sold is taken over as it is."""
    offering.description = product.description
    offering.return_window_days = product.return_window_days
    if not product.available:
        _discontinue(offering, found)
        return
    offered = product.name, product.unit_type, product.price
    differs = offered != (offering.name, offering.unit_type, offering.price)
    news = _offer(offering, product if differs else None)
    match offering.status:
        case CatalogueStatus.DISCONTINUED:
            offering.status = CatalogueStatus.NEW
            found.new.append(offering)
        case CatalogueStatus.ACTIVE | CatalogueStatus.CHANGED if differs:
            offering.status = CatalogueStatus.CHANGED
            if news:
                found.changed.append(offering)
        case CatalogueStatus.CHANGED:
            offering.status = CatalogueStatus.ACTIVE


def _offer(offering: Offering, product: ProductAnswer | None) -> bool:
    """Keep Microsoft's values beside those in use, or none; answers whether that is news."""
    before = offering.offered_name, offering.offered_unit_type, offering.offered_price
    offering.offered_name = product.name if product else None
    offering.offered_unit_type = product.unit_type if product else None
    offering.offered_price_amount = product.price.amount if product else None
    offering.offered_currency = product.price.currency if product else None
    return before != (offering.offered_name, offering.offered_unit_type, offering.offered_price)


def _discontinue(offering: Offering, found: _Found) -> None:
    _offer(offering, None)
    if offering.status is not CatalogueStatus.DISCONTINUED:
        offering.status = CatalogueStatus.DISCONTINUED
        found.discontinued.append(offering)


def _codes(found: list[Offering]) -> dict[int, str]:
    return {offering.id: offering.sku for offering in found}


def _empty(ids: CallIds) -> AnswerNotUnderstood:
    fault = AnswerNotUnderstood.told("Its catalogue is empty, so nothing was changed in ours.")
    fault.correlation_id = ids.correlation_id
    return fault
