"""What an order would be, before it is placed: who gets it, who is billed, each line, the total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol, TypeVar

from msgspec import Struct

from esd_desktop.errors import InvalidInput
from esd_desktop.models.rows import AccountRow, OfferingRow
from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.models.store import accounts, offerings, tax_rates
from esd_desktop.models.tax import NO_TAX, line_amounts
from esd_desktop.models.values import Money
from esd_desktop.models.wording import counted
from esd_desktop.services.context import Services
from esd_desktop.services.mail.address import is_address
from esd_desktop.services.rights import viewing

MOST_LICENCES = 10_000


class OrderLine(Struct, frozen=True):
    """So many licences of a product. Each becomes an asset of quantity 1.

    ``price`` is the one that the person has seen; where it is another by now, the order is refused.
    """

    sku: str
    quantity: int
    price: Money | None = None


class PricedLine(Struct, frozen=True):
    """A line at today's price."""

    sku: str
    product: str
    quantity: int
    unit_type: str
    price: Money
    net: Money
    tax: Money


class OrderPreview(Struct, frozen=True):
    """What would be ordered and charged. Each licence goes to ``address`` in a mail of its own.
    ``tax_name`` and ``tax_rate``, in per cent, are those of the billed account's country."""

    account: AccountRow
    billed_to: AccountRow
    address: str
    lines: tuple[PricedLine, ...]
    tax_name: str | None
    tax_rate: Decimal
    net: Money
    tax: Money
    total: Money

    @property
    def licences(self) -> int:
        """How many licences there are, and as many mails."""
        return sum(line.quantity for line in self.lines)

    @property
    def agreed(self) -> tuple[OrderLine, ...]:
        """The lines with the prices that the person has seen, for placing the order."""
        return tuple(OrderLine(line.sku, line.quantity, line.price) for line in self.lines)


class Sold(Protocol):
    """A product of the catalogue, as a row or as the record itself."""

    @property
    def sku(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def status(self) -> CatalogueStatus: ...
    @property
    def price(self) -> Money: ...


class Addressed(Protocol):
    """An account, as a row or as the record itself."""

    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str | None: ...


SoldT = TypeVar("SoldT", bound=Sold)


async def order_preview(
    services: Services, account_id: int, connection_id: int, lines: Sequence[OrderLine]
) -> OrderPreview:
    """The order as it would be placed now. Raises InvalidInput with the sentence that placing it
    would be refused with."""
    wanted = added_up(lines)
    async with viewing(services) as connection:
        account = await accounts.one(connection, account_id)
        billed = account
        if account.reseller_id is not None:
            billed = await accounts.one(connection, account.reseller_id)
        known = {row.sku: row for row in await offerings.listed(connection, connection_id)}
        taxed = await tax_rates.of_country(connection, billed.country)
    address = mailed_to(account)
    rate = taxed.rate if taxed else NO_TAX
    chosen = [(orderable(known, line), line.quantity) for line in wanted]
    currency = one_currency(offering.price for offering, _ in chosen)
    priced = tuple(_priced(offering, quantity, rate) for offering, quantity in chosen)
    net = sum((line.net.amount for line in priced), Decimal(0))
    tax = sum((line.tax.amount for line in priced), Decimal(0))
    return OrderPreview(
        account=account,
        billed_to=billed,
        address=address,
        lines=priced,
        tax_name=taxed.name if taxed else None,
        tax_rate=rate,
        net=Money(net, currency),
        tax=Money(tax, currency),
        total=Money(net + tax, currency),
    )


def _priced(offering: OfferingRow, quantity: int, rate: Decimal) -> PricedLine:
    """So many licences, each of them rounded and taxed for itself, as the invoice has them."""
    currency = offering.price.currency
    one = line_amounts(offering.price.amount, rate, currency)
    return PricedLine(
        sku=offering.sku,
        product=offering.name,
        quantity=quantity,
        unit_type=offering.unit_type,
        price=offering.price,
        net=Money(one.net * quantity, currency),
        tax=Money(one.tax * quantity, currency),
    )


def added_up(lines: Sequence[OrderLine]) -> list[OrderLine]:
    """One line a product, in the order of their first naming. Raises InvalidInput for quantities
    that cannot be ordered."""
    if not lines:
        raise InvalidInput("An order needs at least one licence.")
    quantities: dict[str, int] = {}
    prices: dict[str, Money | None] = {}
    for line in lines:
        if line.quantity < 1:
            raise InvalidInput(f"The quantity of {line.sku} must be at least 1.")
        quantities[line.sku] = quantities.get(line.sku, 0) + line.quantity
        prices[line.sku] = prices.get(line.sku) or line.price
    total = sum(quantities.values())
    if total > MOST_LICENCES:
        raise InvalidInput(
            f"One order takes at most {counted(MOST_LICENCES, 'licence')}, not {total:,}.",
            advice="Place several orders instead.",
        )
    return [OrderLine(sku, quantity, prices[sku]) for sku, quantity in quantities.items()]


def mailed_to(account: Addressed) -> str:
    """The address that the licences go to. Raises InvalidInput where there is no usable one."""
    if not account.email:
        raise InvalidInput(
            f"{account.name} has no e-mail address to send the licences to.",
            advice="Enter the account's e-mail address first.",
        )
    if not is_address(account.email):
        raise InvalidInput(
            f"The licences cannot be sent to {account.name}: {account.email!r} is not one plain "
            "e-mail address.",
            advice="Correct the account's e-mail address first.",
        )
    return account.email


def orderable(known: Mapping[str, SoldT], line: OrderLine) -> SoldT:
    """The product of a line. Raises InvalidInput where it cannot be ordered, or not at the price
    that the person has seen."""
    sold = known.get(line.sku)
    if sold is None:
        raise InvalidInput(
            f"The product {line.sku} is not in this connection's catalogue.",
            advice="Check the product code, or read the catalogue again.",
        )
    named = f"{sold.name} ({sold.sku})"
    if sold.status is CatalogueStatus.DISCONTINUED:
        raise InvalidInput(f"{named} is discontinued and cannot be ordered.")
    if sold.status is CatalogueStatus.NEW:
        raise InvalidInput(
            f"{named} is new in the catalogue; accept it first.",
            advice="Open the catalogue, look at its price and accept it.",
        )
    if line.price is not None and line.price != sold.price:
        raise InvalidInput(f"The price of {named} is now {sold.price}; look again.")
    return sold


def one_currency(prices: Iterable[Money]) -> str:
    """The currency of an order. Raises InvalidInput where there are several."""
    currencies = sorted({price.currency for price in prices})
    if len(currencies) > 1:
        raise InvalidInput(
            f"One order is in one currency, not in {' and '.join(currencies)}.",
            advice="Place one order for each currency.",
        )
    return currencies[0]
