"""The tables of every mapped class, for queries written in Core and for the migrations."""

from __future__ import annotations

from sqlalchemy import Table

from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset, AssetSecret
from esd_desktop.models.audit import AuditRow
from esd_desktop.models.base import Base
from esd_desktop.models.cancellation import CancellationRequest
from esd_desktop.models.connection import Connection
from esd_desktop.models.discrepancy import Discrepancy
from esd_desktop.models.invoice import Invoice, InvoiceItem, NumberSeries, TaxRate
from esd_desktop.models.mass_work import MassItem, MassWork
from esd_desktop.models.notification import MailTemplate, OutboxMail
from esd_desktop.models.offering import Offering, OfferingPrice
from esd_desktop.models.operation import Operation
from esd_desktop.models.operator import Operator, RoleRight
from esd_desktop.models.order import Order
from esd_desktop.models.portal import (
    PortalLimit,
    PortalLink,
    PortalProvider,
    PortalRefusal,
    PortalSession,
    PortalUser,
)
from esd_desktop.models.setting import DataKey, Pulse, Setting

metadata = Base.metadata


def _table(mapped: type[Base]) -> Table:
    table = mapped.__table__
    assert isinstance(table, Table)
    return table


accounts = _table(Account)
assets = _table(Asset)
asset_secrets = _table(AssetSecret)
audit = _table(AuditRow)
cancellation_requests = _table(CancellationRequest)
connections = _table(Connection)
discrepancies = _table(Discrepancy)
invoices = _table(Invoice)
invoice_items = _table(InvoiceItem)
mail_templates = _table(MailTemplate)
mass_items = _table(MassItem)
mass_works = _table(MassWork)
number_series = _table(NumberSeries)
outbox = _table(OutboxMail)
offerings = _table(Offering)
offering_prices = _table(OfferingPrice)
operations = _table(Operation)
operators = _table(Operator)
orders = _table(Order)
portal_limits = _table(PortalLimit)
portal_links = _table(PortalLink)
portal_providers = _table(PortalProvider)
portal_refusals = _table(PortalRefusal)
portal_sessions = _table(PortalSession)
portal_users = _table(PortalUser)
pulses = _table(Pulse)
role_rights = _table(RoleRight)
data_keys = _table(DataKey)
settings = _table(Setting)
tax_rates = _table(TaxRate)
