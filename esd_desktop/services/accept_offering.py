"""D2: accept new and changed offerings, so that they are sold as Microsoft has them now.

What was sold before keeps the name and the price that it was sold at.
"""

from __future__ import annotations

from collections.abc import Mapping

from esd_desktop.errors import ChangedMeanwhile, InvalidInput, NotFound, Refused
from esd_desktop.models.listing import ListQuery
from esd_desktop.models.offering import Offering, OfferingPrice
from esd_desktop.models.offering_rows import can_be_accepted
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.store import offerings
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.wording import as_moment, counted
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.record import record
from esd_desktop.services.rights import require, viewing

_NAMED = 3


async def waiting_offerings(services: Services, query: ListQuery) -> list[OfferingRow]:
    """Those among the offerings that a list shows that can be accepted, in its order. Raises
    InvalidInput for a filter or sort that it does not know."""
    async with viewing(services) as connection:
        return [
            row
            async for rows in offerings.LISTING.every(connection, query)
            for row in rows
            if can_be_accepted(row)
        ]


async def accept_offerings(services: Services, accepted: Mapping[int, int]) -> Outcome:
    """Accept offerings: id → the version that the person saw. All of them or none.

    Raises ChangedMeanwhile where one is not as it was seen, Refused where there is nothing to
    accept about one, NotFound where one is gone.
    """
    await require(services, Right.CATALOGUE)
    if not accepted:
        raise InvalidInput("Nothing was chosen to be accepted.")
    async with services.store.change() as work:
        found = await offerings.for_change(work, accepted)
        chosen = [await _checked(work, found.get(each), seen) for each, seen in accepted.items()]
        changes: dict[str, list[str | None]] = {}
        for offering in chosen:
            changes |= _differences(offering)
            _accept(services, work, offering)
        sentence = _sentence(chosen)
        record(services, work, "accept_offerings", sentence, changes=changes)
        await work.commit()
    return Outcome(sentence, changes=Changes(offerings=frozenset(accepted)))


async def _checked(work: UnitOfWork, offering: Offering | None, version: int) -> Offering:
    if offering is None:
        raise NotFound("A chosen product is not in the catalogue any more; nothing was accepted.")
    told = f"{offering.name} ({offering.sku})"
    if offering.status is CatalogueStatus.DISCONTINUED:
        raise Refused(f"{told} is discontinued and cannot be accepted; nothing was accepted.")
    if offering.version != version:
        raise await _changed_meanwhile(work, offering, told)
    if offering.status is CatalogueStatus.ACTIVE:
        raise Refused(f"There is nothing to accept about {told}: it is in use as it is.")
    if offering.status is CatalogueStatus.CHANGED and offering.offered_name is None:
        raise Refused(
            f"What changed about {told} is not known yet; nothing was accepted.",
            advice="Read the catalogue again (Get Services Definition).",
        )
    return offering


async def _changed_meanwhile(work: UnitOfWork, offering: Offering, told: str) -> ChangedMeanwhile:
    if offering.status is CatalogueStatus.ACTIVE:
        last = (await offerings.prices(work.connection, offering.id))[0]
        return ChangedMeanwhile(
            f"{told} is as Microsoft has it by now, so there was nothing left to accept; it was "
            f"accepted last by {last.accepted_by} on {as_moment(last.valid_from)}.",
            advice="Look at the catalogue again; nothing was accepted.",
        )
    when = f" of {as_moment(offering.read_at)}" if offering.read_at else ""
    return ChangedMeanwhile(
        f"{told} was changed meanwhile by a new reading{when}; nothing was accepted.",
        advice="Look at the differences again.",
    )


def _accept(services: Services, work: UnitOfWork, offering: Offering) -> None:
    if offering.offered_name is not None:
        offering.name = offering.offered_name
    if offering.offered_unit_type is not None:
        offering.unit_type = offering.offered_unit_type
    if (price := offering.offered_price) is not None:
        offering.price_amount, offering.currency = price.amount, price.currency
    offering.offered_name = offering.offered_unit_type = None
    offering.offered_price_amount = offering.offered_currency = None
    offering.status = CatalogueStatus.ACTIVE
    work.add(
        OfferingPrice(
            offering_id=offering.id,
            name=offering.name,
            unit_type=offering.unit_type,
            price_amount=offering.price_amount,
            currency=offering.currency,
            valid_from=services.now(),
            accepted_by=services.operator,
        )
    )


def _differences(offering: Offering) -> dict[str, list[str | None]]:
    """What accepting changes, for the history; of a new one everything."""
    pairs = {
        "name": (offering.name, offering.offered_name or offering.name),
        "unit type": (offering.unit_type, offering.offered_unit_type or offering.unit_type),
        "price": (str(offering.price), str(offering.offered_price or offering.price)),
    }
    is_new = offering.status is CatalogueStatus.NEW
    return {
        f"{offering.sku} {what}": [None if is_new else used, offered]
        for what, (used, offered) in pairs.items()
        if is_new or used != offered
    }


def _sentence(accepted: list[Offering]) -> str:
    named = ", ".join(f"{each.name} ({each.sku})" for each in accepted[:_NAMED])
    more = len(accepted) - _NAMED
    if more > 0:
        return f"{counted(len(accepted), 'product')} were accepted: {named} and {more} more."
    return f"{named} {'was' if len(accepted) == 1 else 'were'} accepted."
