"""The asset record (A1-A11), what may be done with it, and how Microsoft's answers change it.

Everything here is pure: no I/O and no clock of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from msgspec import Struct, field
from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from esd_desktop.models.account import Account
from esd_desktop.models.base import Amount, Base, Id, UtcDateTime, WordColumn
from esd_desktop.models.connection import Connection
from esd_desktop.models.licence import LicenceAnswer, Meaning
from esd_desktop.models.order import Order
from esd_desktop.models.permissions import Facts
from esd_desktop.models.setting import DataKey
from esd_desktop.models.statuses import (
    AssetStatus,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.models.values import Money

# Records that are at odds with themselves, in the very words of their index: a query that repeats
# them reads the index instead of a million assets. No other index has the words ``|| ''`` in it.
AT_ODDS = (
    "status || '' = 'Active' AND token_status || '' = 'Return Accepted' "
    "OR status || '' = 'Cancelled' AND token_status || '' IN ('Activated', 'Redeemed') "
    "OR token_status || '' = 'Redeemed' AND activation_date IS NULL"
)

# What a list is sorted or cut down by comes first; what follows is all else that is asked of an
# asset to know that it stands there, so that a list's order is read from one index alone. What is
# equal comes newest first: where much is, ascending order is read as it lies.
_NEWEST = "id DESC"
_REST = (_NEWEST, "status", "deleted_at")
_LISTED_BY = {
    "ix_assets_purchase_date": ("purchase_date", "id", "status", "deleted_at"),
    "ix_assets_status_purchase_date": ("status", "purchase_date", "id", "deleted_at"),
    "ix_assets_customer_id_purchase_date": (
        *("customer_id", "purchase_date", "id"),
        *("status", "billing_to_id", "deleted_at"),
    ),
    "ix_assets_billing_to_id_purchase_date": (
        *("billing_to_id", "purchase_date", "id"),
        *("status", "customer_id", "deleted_at"),
    ),
    "ix_assets_order_id": ("order_id", *_REST),
    "ix_assets_product": ("product", *_REST),
    "ix_assets_status": ("status", _NEWEST, "deleted_at"),
    "ix_assets_provisioning": ("provisioning_sync_status", *_REST),
    "ix_assets_token_status": ("token_status", *_REST),
    "ix_assets_return_status": ("return_status", *_REST),
    "ix_assets_activation_date": ("activation_date", *_REST),
    "ix_assets_price_amount": ("price_amount", *_REST),
    "ix_assets_key_last_five": ("key_last_five", *_REST),
}
_DELETED = "deleted_at IS NOT NULL"


class Applied(Struct, frozen=True):
    """What an answer means, for an anomaly the sentence that says what is odd, and the fields of
    the record that become another."""

    meaning: Meaning
    detail: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)


class Record(Protocol):
    """What an answer is compared with: an asset, or a row of one."""

    @property
    def token_status(self) -> TokenStatus | None: ...
    @property
    def key_last_five(self) -> str | None: ...
    @property
    def activation_date(self) -> datetime | None: ...


class Asset(Base):
    """One licence sold. Its key and link are in ``AssetSecret``, sealed; here only the last five
    characters and a keyed hash, to be shown and searched by."""

    __tablename__ = "assets"
    __table_args__ = (
        UniqueConstraint("connection_id", "client_transaction_id"),
        Index("ix_assets_key_hash", "key_hash"),
        Index(
            "ix_assets_deleted_at",
            "deleted_at",
            sqlite_where=text(_DELETED),
        ),
        Index(
            "ix_assets_at_odds",
            "id",
            sqlite_where=text(AT_ODDS),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    version: Mapped[int] = mapped_column(nullable=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    billing_to_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    connection_id: Mapped[int] = mapped_column(ForeignKey(Connection.id))
    order_id: Mapped[int] = mapped_column(ForeignKey(Order.id))
    client_transaction_id: Mapped[str] = mapped_column(String(200))

    status: Mapped[AssetStatus] = mapped_column(WordColumn(AssetStatus))
    purchase_date: Mapped[datetime] = mapped_column(UtcDateTime)
    sku: Mapped[str] = mapped_column(String(64))
    product: Mapped[str] = mapped_column(String(300))
    quantity: Mapped[int]
    unit_type: Mapped[str] = mapped_column(String(50))
    price_amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))

    provisioning_sync_status: Mapped[ProvisioningSyncStatus] = mapped_column(
        WordColumn(ProvisioningSyncStatus)
    )
    synchronization_details: Mapped[str | None] = mapped_column(String)
    key_last_five: Mapped[str | None] = mapped_column(String(5))
    key_hash: Mapped[str | None] = mapped_column(String(64))
    token_status: Mapped[TokenStatus | None] = mapped_column(WordColumn(TokenStatus))
    return_status: Mapped[ReturnStatus] = mapped_column(WordColumn(ReturnStatus))
    return_refusal: Mapped[str | None] = mapped_column(String)
    activation_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returnable_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    search_text: Mapped[str] = mapped_column(String)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_by: Mapped[str | None] = mapped_column(String(200))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own spelling

    @property
    def price(self) -> Money:
        """The price the licence was sold at."""
        return Money(self.price_amount, self.currency)

    def facts(
        self, *, email: str | None = None, unsettled: bool = False, requested: bool = False
    ) -> Facts:
        """What the rules of models/permissions.py look at. ``unsettled``: a call to Microsoft for
        this asset has not been answered yet; ``requested``: nor a request to cancel it decided."""
        return Facts(
            status=self.status,
            provisioning=self.provisioning_sync_status,
            token_status=self.token_status,
            deleted=self.deleted_at is not None,
            unsettled=unsettled,
            returnable_until=self.returnable_until,
            email=email,
            requested=requested,
        )

    def apply(self, licence: LicenceAnswer, now: datetime) -> Applied:
        """Take in what Microsoft says now (B1), by ``judged``."""
        self.checked_at = now
        applied = judged(self, licence)
        for name, value in applied.changes.items():
            setattr(self, name, value)
        return applied

    def close_after_return(self) -> None:
        """Microsoft accepted the return that was asked for: the record is cancelled (B3)."""
        if self.token_status is not TokenStatus.RETURN_ACCEPTED:
            raise ValueError("an asset is cancelled only after its return was accepted")
        self.status = AssetStatus.CANCELLED


for _name, _columns in _LISTED_BY.items():
    Index(
        _name, *(Asset.id.desc() if each == _NEWEST else getattr(Asset, each) for each in _columns)
    )


class AssetSecret(Base):
    """An asset's key and link, encrypted with the data key ``key_id``, bound to the asset's id."""

    __tablename__ = "asset_secrets"

    asset_id: Mapped[int] = mapped_column(ForeignKey(Asset.id), primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey(DataKey.id))
    sealed_key: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_link: Mapped[bytes | None] = mapped_column(LargeBinary)


def judged(record: Record, licence: LicenceAnswer) -> Applied:
    """What Microsoft's answer means for a record (B1).

    Only Activated → Redeemed and Activated → Return Accepted change it; the same state is no error,
    and completes a redeemed record that lacks its activation date; anything else is an anomaly and
    changes nothing.
    """
    odd = _contradiction(record, licence)
    if odd:
        return Applied(Meaning.ANOMALY, odd)
    if licence.token_status is record.token_status:
        if licence.activation_date is None or record.activation_date is not None:
            return _SAME
        return Applied(Meaning.COMPLETED, changes={"activation_date": licence.activation_date})
    if licence.token_status is TokenStatus.REDEEMED:
        redeemed = {
            "token_status": TokenStatus.REDEEMED,
            "activation_date": licence.activation_date,
        }
        return Applied(Meaning.REDEEMED, changes=redeemed)
    returned = {
        "token_status": TokenStatus.RETURN_ACCEPTED,
        "return_status": ReturnStatus.SUCCESS,
        "return_refusal": None,
    }
    return Applied(Meaning.RETURNED, changes=returned)


_SAME = Applied(Meaning.SAME)


def _contradiction(record: Record, licence: LicenceAnswer) -> str:
    if licence.product_key.last_five != (record.key_last_five or ""):
        return "Microsoft names another licence key for this transaction than the record has."
    if licence.token_status is not record.token_status and (
        record.token_status is not TokenStatus.ACTIVATED
    ):
        return (
            f"Microsoft says “{licence.token_status.value}”, the record says "
            f"“{record.token_status.value if record.token_status else 'no token'}”; "
            "that change is not one a licence can make."
        )
    return _inner_contradiction(licence)


def _inner_contradiction(licence: LicenceAnswer) -> str:
    """What does not fit within the answer itself."""
    returned = licence.token_status is TokenStatus.RETURN_ACCEPTED
    if returned != (licence.return_status is ReturnStatus.SUCCESS):
        return (
            f"Microsoft says token status “{licence.token_status.value}” together with return "
            f"status “{licence.return_status.value}”."
        )
    redeemed = licence.token_status is TokenStatus.REDEEMED
    if redeemed and licence.activation_date is None:
        return "Microsoft says “Redeemed” but gives no activation date."
    if not redeemed and licence.activation_date is not None:
        return (
            f"Microsoft gives an activation date although the token status is "
            f"“{licence.token_status.value}”."
        )
    return ""
