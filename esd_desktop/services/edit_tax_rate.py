"""The tax on what is billed to a country: set and remove its rate. Invoices that were issued keep
theirs."""

from __future__ import annotations

import re
from decimal import Decimal

from esd_desktop.errors import InvalidInput, NotFound
from esd_desktop.models.invoice import TaxRate
from esd_desktop.models.rights import Right
from esd_desktop.models.store import tax_rates
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.context import Services
from esd_desktop.services.record import record
from esd_desktop.services.rights import require
from esd_desktop.services.second_writer import changed_meanwhile

USUAL_NAME = "VAT"
NEW = 0
_LONGEST_NAME = 50
_MOST_DECIMALS = 4
_COUNTRY = re.compile(r"[A-Z]{2}")
# Plain figures only: Decimal itself would take 1e1 and the figures of other scripts.
_RATE = re.compile(r"[0-9]{1,3}([.,][0-9]+)?")


def rate_from(text: str) -> Decimal:
    """A rate in per cent as it is typed: 19, 8.5, 8,5 or 8.5 %. Raises InvalidInput."""
    typed = text.strip().removesuffix("%").strip()
    if not _RATE.fullmatch(typed):
        raise InvalidInput(f"{text.strip()!r} is not a rate in per cent, such as 19 or 8.5.")
    return Decimal(typed.replace(",", "."))


def rate_text(rate: Decimal) -> str:
    """A rate without needless zeros: 19 %, 8.5 %."""
    return f"{rate.normalize():f} %"


async def set_tax_rate(
    services: Services,
    country: str,
    rate: Decimal,
    name: str = USUAL_NAME,
    *,
    version: int | None = None,
) -> Outcome:
    """From now on invoices to a country are taxed so. ``version`` is what was opened for editing,
    NEW where there was none: where somebody saved since, ChangedMeanwhile says so. None sets it
    whatever there is. Raises InvalidInput."""
    await require(services, Right.PRICES)
    country, name = _checked_country(country), _checked(rate, name)
    async with services.store.change() as work:
        kept = await tax_rates.for_change(work, country)
        await _check_version(work, country, kept, version)
        before = _told(kept.name, kept.rate) if kept else None
        after = _told(name, rate)
        if before == after:
            return Outcome(f"{country} is taxed with {after} already.", Result.UNCHANGED)
        if kept is None:
            work.add(TaxRate(country=country, name=name, rate=rate))
        else:
            kept.name, kept.rate = name, rate
        sentence = f"Invoices to {country} are taxed with {after} from now on."
        record(services, work, "set_tax_rate", sentence, changes={country: [before, after]})
        await work.commit()
    return Outcome(sentence, changes=Changes(settings=True))


async def remove_tax_rate(
    services: Services, country: str, *, version: int | None = None
) -> Outcome:
    """From now on invoices to a country carry no tax. ``version`` as above. Raises NotFound."""
    await require(services, Right.PRICES)
    country = _checked_country(country)
    async with services.store.change() as work:
        kept = await tax_rates.for_change(work, country)
        if kept is None:
            raise NotFound(f"There is no tax rate for {country}.")
        await _check_version(work, country, kept, version)
        before = _told(kept.name, kept.rate)
        await tax_rates.remove(work, kept)
        sentence = f"Invoices to {country} carry no tax from now on; it was {before}."
        record(services, work, "remove_tax_rate", sentence, changes={country: [before, None]})
        await work.commit()
    return Outcome(sentence, changes=Changes(settings=True))


def _told(name: str, rate: Decimal) -> str:
    return f"{name} {rate_text(rate)}"


def _checked_country(country: str) -> str:
    code = country.strip().upper()
    if not _COUNTRY.fullmatch(code):
        raise InvalidInput(f"{country.strip()!r} is not a country's code of two letters.")
    return code


def _checked(rate: Decimal, name: str) -> str:
    if rate.is_nan() or not 0 <= rate <= 100:
        raise InvalidInput("A tax rate is from 0 to 100 per cent.")
    if rate != round(rate, _MOST_DECIMALS):
        raise InvalidInput("A tax rate has at most four decimals.")
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise InvalidInput(f"A tax needs a name of at most {_LONGEST_NAME} letters, such as VAT.")
    return name


async def _check_version(
    work: UnitOfWork, country: str, kept: TaxRate | None, version: int | None
) -> None:
    if version is not None and version != (kept.version if kept else NEW):
        what, mention = f"the tax rate of {country}", f"Invoices to {country} "
        actions = ["set_tax_rate", "remove_tax_rate"]
        raise await changed_meanwhile(work, what, actions, mention=mention)
