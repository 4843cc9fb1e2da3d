"""A desk whose store has invoices."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from esd_desktop.services.context import Services
from esd_desktop.services.edit_tax_rate import set_tax_rate
from esd_desktop.ui.desk import Desk
from tests.support.billing import Billed, bill, billed_account, take_back
from tests.support.window import Run


@dataclass(frozen=True)
class Invoices:
    """The ids of an invoice over forty prices, and of the credit over one of its licences."""

    charged: int
    credit: int
    billed: Billed


async def _bill(services: Services) -> Invoices:
    account, connection = await billed_account(services)
    await set_tax_rate(services, "DE", Decimal(19))
    billed = await bill(services, account, connection, [Decimal(at) for at in range(1, 41)])
    credit = await take_back(services, billed.assets[0])
    assert credit is not None
    return Invoices(billed.invoice, credit, billed)


@pytest.fixture
def invoices(run: Run, desk: Desk) -> Invoices:
    """An invoice of three pages and its credit."""
    return run(desk.backend.call(_bill))
