"""Writing the audit row of a verb, in the verb's own transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from esd_desktop.models.store import bulk
from esd_desktop.services.context import Services

if TYPE_CHECKING:
    from esd_desktop.models.asset import Asset
    from esd_desktop.models.store.unit_of_work import UnitOfWork

Snapshot = dict[str, str | None]

_ASSET_FIELDS = (
    "status",
    "provisioning_sync_status",
    "synchronization_details",
    "token_status",
    "return_status",
    "return_refusal",
    "activation_date",
    "deleted_at",
)


def snapshot(asset: Asset) -> Snapshot:
    """The fields of an asset whose changes are told in its history; no secret among them."""
    return {name: _text(getattr(asset, name)) for name in _ASSET_FIELDS}


def record_asset(  # noqa: PLR0913 - all that an audit row tells, said in one place
    services: Services,
    work: UnitOfWork,
    asset: Asset,
    action: str,
    sentence: str,
    *,
    before: Snapshot | None = None,
    correlation_id: str | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    """Add the audit row for an asset, with what changed since ``before``, and the ``changes`` that
    are not in its record."""
    from esd_desktop.models.audit import AuditRow

    after = snapshot(asset)
    changed = {
        name: [old, after[name]] for name, old in (before or {}).items() if old != after[name]
    }
    work.add(
        AuditRow(
            at=services.now(),
            operator=services.operator,
            action=action,
            sentence=sentence,
            asset_id=asset.id,
            account_id=asset.customer_id,
            changes=changed | (changes or {}),
            correlation_id=correlation_id,
        )
    )


def told_changes(record: object, changes: Mapping[str, object]) -> dict[str, list[str | None]]:
    """How an audit row tells that fields of a record become another: old and new, as text."""
    told = {name: [_text(getattr(record, name)), _text(new)] for name, new in changes.items()}
    return {name: [old, new] for name, (old, new) in told.items() if old != new}


async def record_all(
    services: Services, work: UnitOfWork, assets: Sequence[Asset], action: str, sentence: str
) -> None:
    """Write the same audit row for each of many assets, at once."""
    from esd_desktop.models.audit import AuditRow

    now = services.now()
    rows = [
        AuditRow(
            at=now,
            operator=services.operator,
            action=action,
            sentence=sentence,
            asset_id=asset.id,
            account_id=asset.customer_id,
            changes={},
        )
        for asset in assets
    ]
    await bulk.insert_all(work, rows)


def record(
    services: Services,
    work: UnitOfWork,
    action: str,
    sentence: str,
    *,
    account_id: int | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    """Add an audit row about something that is not an asset."""
    from esd_desktop.models.audit import AuditRow

    work.add(
        AuditRow(
            at=services.now(),
            operator=services.operator,
            action=action,
            sentence=sentence,
            account_id=account_id,
            changes=changes or {},
        )
    )


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
