"""A store with accounts and assets in every state, written directly: no Microsoft is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from esd_desktop.models.account import Account
from esd_desktop.models.asset import Asset, AssetSecret
from esd_desktop.models.base import Base, search_text
from esd_desktop.models.connection import Connection
from esd_desktop.models.discrepancy import Discrepancy
from esd_desktop.models.invoice import Invoice, InvoiceItem
from esd_desktop.models.order import Order
from esd_desktop.models.statuses import (
    AccountKind,
    AssetStatus,
    InvoiceKind,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import ActivationLink, ProductKey, new_id
from esd_desktop.services.context import Services
from esd_desktop.services.keys import OpenCipher

Made = TypeVar("Made", bound=Base)

PURCHASED = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Sown:
    """Ids of what was sown. ``key`` is the whole key of ``activated``."""

    reseller: int
    customer: int
    other_customer: int
    empty_customer: int
    connection: int
    activated: int
    redeemed: int
    cancelled: int
    failed: int
    unsynchronised: int
    odd: int
    deleted: int
    key: str
    link: str

    @property
    def listed(self) -> int:
        """How many assets the lists show."""
        return 6


async def sow(services: Services, *, more: int = 0) -> Sown:
    """Fill an empty store; ``more`` adds as many activated assets of the other customer."""
    cipher = await services.cipher.opened()
    async with services.store.change() as work:
        sower = Sower(work, cipher)
        connection = await sower.connection()
        reseller = await sower.account(AccountKind.RESELLER, "Helios Reselling GmbH", "R-100")
        customer = await sower.account(
            AccountKind.CUSTOMER,
            "Müller & Söhne KG",
            "C-200",
            reseller,
            "it@mueller.example",
        )
        other = await sower.account(
            AccountKind.CUSTOMER,
            "Aegean Shipping SA",
            "C-201",
            reseller,
            "office@aegean.example",
        )
        empty = await sower.account(AccountKind.CUSTOMER, "Zephyr Ltd", "C-202")
        made = {
            name: await sower.asset(connection, owner, reseller, **traits)
            for name, (owner, traits) in _assets(customer, other).items()
        }
        for number in range(more):
            await sower.asset(connection, other, reseller, number=number)
        work.add(
            Discrepancy(
                asset_id=made["odd"].id,
                detail="Microsoft says “Activated”, but this record is “Redeemed”.",
                found_at=PURCHASED,
            )
        )
        await work.commit()
    ids = {name: asset.id for name, asset in made.items()}
    return Sown(
        reseller=reseller.id,
        customer=customer.id,
        other_customer=other.id,
        empty_customer=empty.id,
        connection=connection.id,
        **ids,
        key=sower.keys[ids["activated"]],
        link=sower.links[ids["activated"]],
    )


def _assets(customer: Account, other: Account) -> dict[str, tuple[Account, dict[str, Any]]]:
    redeemed = {
        "token": TokenStatus.REDEEMED,
        "activated_at": PURCHASED + timedelta(days=2),
    }
    return {
        "activated": (
            customer,
            {"returnable_until": PURCHASED + timedelta(days=30_000)},
        ),
        "redeemed": (customer, redeemed),
        "cancelled": (
            customer,
            {
                "status": AssetStatus.CANCELLED,
                "token": TokenStatus.RETURN_ACCEPTED,
                "returned": ReturnStatus.SUCCESS,
            },
        ),
        "failed": (
            other,
            {
                "provisioning": ProvisioningSyncStatus.FAILED,
                "token": None,
                "details": "Microsoft does not sell the product EP2-06606 in this country.",
            },
        ),
        "unsynchronised": (
            other,
            {"provisioning": ProvisioningSyncStatus.UNSYNCHRONISED, "token": None},
        ),
        "odd": (other, redeemed),
        "deleted": (other, {"deleted_at": PURCHASED + timedelta(days=1)}),
    }


class Sower:
    """Writes plausible records within one change."""

    def __init__(self, work: UnitOfWork, cipher: OpenCipher) -> None:
        self._work = work
        self._cipher = cipher
        self._count = 0
        self.keys: dict[int, str] = {}
        self.links: dict[int, str] = {}

    async def connection(self, name: str = "Microsoft ESD (GB)") -> Connection:
        made = Connection(
            name=name,
            resource_api="https://api.esd.example/",
            service_url="https://127.0.0.1:9/esd",
            authority="https://127.0.0.1:9",
            tenant="contoso.example",
            channel_id="BT-1000",
            client_id=new_id(),
            certificate_file="/nowhere/certificate.pem",
            key_file="/nowhere/key.pem",
            has_passphrase=False,
            algorithm="PS256",
            thumbprint="00" * 20,
            certificate_expires_at=PURCHASED + timedelta(days=700),
            country="GB",
            language="en-GB",
        )
        return await self._added(made)

    async def account(
        self,
        kind: AccountKind,
        name: str,
        reference: str,
        reseller: Account | None = None,
        email: str | None = None,
    ) -> Account:
        made = Account(
            kind=kind,
            name=name,
            reference=reference,
            email=email,
            country="DE",
            language="en",
            reseller_id=reseller.id if reseller else None,
            search_text=search_text(name, reference, email or ""),
            created_at=PURCHASED,
        )
        return await self._added(made)

    async def asset(
        self,
        connection: Connection,
        customer: Account,
        billed: Account,
        *,
        status: AssetStatus = AssetStatus.ACTIVE,
        provisioning: ProvisioningSyncStatus = ProvisioningSyncStatus.SYNCHRONIZED,
        token: TokenStatus | None = TokenStatus.ACTIVATED,
        returned: ReturnStatus = ReturnStatus.NONE,
        activated_at: datetime | None = None,
        returnable_until: datetime | None = None,
        details: str | None = None,
        deleted_at: datetime | None = None,
        number: int = 0,
    ) -> Asset:
        self._count += 1
        order = await self._order(customer, billed)
        key = ProductKey(f"DEMOX-BCDFG-HJKMP-QRTVW-{self._count:05d}")
        product = "Office Home & Business 2024"
        made = Asset(
            customer_id=customer.id,
            billing_to_id=billed.id,
            connection_id=connection.id,
            order_id=order.id,
            client_transaction_id=new_id(),
            status=status,
            purchase_date=PURCHASED - timedelta(minutes=number),
            sku="EP2-06606",
            product=product,
            quantity=1,
            unit_type="licence",
            price_amount=Decimal("249.00"),
            currency="EUR",
            provisioning_sync_status=provisioning,
            synchronization_details=details,
            key_last_five=key.last_five if token else None,
            key_hash=self._cipher.fingerprint(key) if token else None,
            token_status=token,
            return_status=returned,
            activation_date=activated_at,
            returnable_until=returnable_until,
            checked_at=PURCHASED if token else None,
            deleted_at=deleted_at,
            deleted_by="anna" if deleted_at else None,
            search_text=search_text(
                customer.name,
                billed.name,
                order.number,
                product,
                "EP2-06606",
                key.last_five,
            ),
        )
        await self._added(made)
        await self._invoice(made, order, billed)
        if token:
            self._seal(made, key)
        return made

    async def _order(self, customer: Account, billed: Account) -> Order:
        return await self._added(
            Order(
                number=f"SO-{self._count:05d}",
                customer_id=customer.id,
                billing_to_id=billed.id,
                placed_at=PURCHASED,
                placed_by="anna",
            )
        )

    async def _invoice(self, asset: Asset, order: Order, billed: Account) -> None:
        invoice = await self._added(
            Invoice(
                number=f"INV-TEST-{self._count:05d}",
                kind=InvoiceKind.INVOICE,
                account_id=billed.id,
                order_id=order.id,
                currency="EUR",
                net_amount=asset.price_amount,
                tax_amount=Decimal(0),
                billed_name=billed.name,
                billed_country=billed.country,
                issued_at=PURCHASED,
            )
        )
        self._work.add(
            InvoiceItem(
                invoice_id=invoice.id,
                asset_id=asset.id,
                kind=InvoiceKind.INVOICE,
                description=asset.product,
                amount=asset.price_amount,
                tax_rate=Decimal(0),
                tax_amount=Decimal(0),
            )
        )

    def _seal(self, asset: Asset, key: ProductKey) -> None:
        link = ActivationLink(
            f"https://setup.office.com/?token=demo{self._count}&ctid={asset.client_transaction_id}"
        )
        self.keys[asset.id], self.links[asset.id] = key.reveal(), link.reveal()
        self._work.add(
            AssetSecret(
                asset_id=asset.id,
                key_id=self._cipher.key_id,
                sealed_key=self._cipher.seal(asset.id, key),
                sealed_link=self._cipher.seal(asset.id, link),
            )
        )

    async def _added(self, made: Made) -> Made:
        self._work.add(made)
        await self._work.flush()
        return made
