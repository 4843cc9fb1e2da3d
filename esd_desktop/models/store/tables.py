"""The tables of every mapped class, for what goes through the store as a whole: the migrations,
backups, imports. What is needed at the start takes those it reads from their classes."""

from __future__ import annotations

from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset, AssetSecret
from esd_desktop.models.audit import AuditRow
from esd_desktop.models.base import Base, table_of
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

accounts = table_of(Account)
assets = table_of(Asset)
asset_secrets = table_of(AssetSecret)
audit = table_of(AuditRow)
cancellation_requests = table_of(CancellationRequest)
connections = table_of(Connection)
discrepancies = table_of(Discrepancy)
invoices = table_of(Invoice)
invoice_items = table_of(InvoiceItem)
mail_templates = table_of(MailTemplate)
mass_items = table_of(MassItem)
mass_works = table_of(MassWork)
number_series = table_of(NumberSeries)
outbox = table_of(OutboxMail)
offerings = table_of(Offering)
offering_prices = table_of(OfferingPrice)
operations = table_of(Operation)
operators = table_of(Operator)
orders = table_of(Order)
portal_limits = table_of(PortalLimit)
portal_links = table_of(PortalLink)
portal_providers = table_of(PortalProvider)
portal_refusals = table_of(PortalRefusal)
portal_sessions = table_of(PortalSession)
portal_users = table_of(PortalUser)
pulses = table_of(Pulse)
role_rights = table_of(RoleRight)
data_keys = table_of(DataKey)
settings = table_of(Setting)
tax_rates = table_of(TaxRate)
