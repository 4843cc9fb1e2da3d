"""D2, Get Services Definition: read what a connection may sell, and add what is missing.

A price or a name in use is never overwritten: an offering that differs is marked Changed, one that
Microsoft no longer sells Discontinued.
"""

from __future__ import annotations

from dataclasses import dataclass

from esd_desktop.models.licence import ProductAnswer
from esd_desktop.models.offering import Offering
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.store import offerings
from esd_desktop.models.values import new_id
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.connect import gateway_for
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.errors import AnswerNotUnderstood
from esd_desktop.services.microsoft.profile import CallIds
from esd_desktop.services.record import record


@dataclass
class _Found:
    new: int = 0
    changed: int = 0
    discontinued: int = 0

    def sentence(self) -> str:
        return (
            f"The catalogue was read: {self.new} new, {self.changed} changed, "
            f"{self.discontinued} discontinued."
        )


async def refresh_catalogue(services: Services, connection_id: int) -> Outcome:
    """Read every page of a connection's catalogue, then write what was found in one transaction.

    Raises MicrosoftFault, also for a catalogue that is empty where it was not; nothing is written.
    """
    gateway = await gateway_for(services, connection_id)
    ids = CallIds(correlation_id=new_id())
    products = {product.sku: product async for page in gateway.products(ids) for product in page}
    found = _Found()
    async with services.store.change() as work:
        known = await offerings.all_of(work, connection_id)
        if known and not products:
            raise _empty(ids)
        for product in products.values():
            offering = known.pop(product.sku, None)
            if offering is None:
                work.add(_new(connection_id, product))
                found.new += 1
            else:
                _compare(offering, product, found)
        for gone in known.values():
            _discontinue(gone, found)
        record(services, work, "refresh_catalogue", found.sentence())
        await work.commit()
    changes = Changes(connections=frozenset({connection_id}))
    return Outcome(found.sentence(), changes=changes, correlation_id=ids.correlation_id)


def _new(connection_id: int, product: ProductAnswer) -> Offering:
    return Offering(
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


def _compare(offering: Offering, product: ProductAnswer, found: _Found) -> None:
    if not product.available:
        _discontinue(offering, found)
        return
    differs = (offering.name, offering.price) != (product.name, product.price)
    # One that is sold again is looked at by a person too, before it is as any other.
    back = offering.status is CatalogueStatus.DISCONTINUED
    if (differs or back) and offering.status is not CatalogueStatus.CHANGED:
        offering.status = CatalogueStatus.CHANGED
        found.changed += 1


def _discontinue(offering: Offering, found: _Found) -> None:
    if offering.status is not CatalogueStatus.DISCONTINUED:
        offering.status = CatalogueStatus.DISCONTINUED
        found.discontinued += 1


def _empty(ids: CallIds) -> AnswerNotUnderstood:
    fault = AnswerNotUnderstood.told("Its catalogue is empty, so nothing was changed in ours.")
    fault.correlation_id = ids.correlation_id
    return fault
