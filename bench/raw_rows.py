"""The rows of the asset list, made from what a bare driver answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from esd_desktop.models.rows import AssetRow
from esd_desktop.models.statuses import (
    AssetStatus,
    ProvisioningSyncStatus,
    ReturnStatus,
    TokenStatus,
)
from esd_desktop.models.values import Money


def asset_rows_of(rows: Iterable[tuple[Any, ...]]) -> list[AssetRow]:
    """As plainly as one would write it by hand for these columns."""
    return [
        AssetRow(
            *(row[0], row[1], row[2], row[3], row[4], row[5], row[6], _moment(row[7])),
            *(row[8], row[9]),
            Money(Decimal(row[10]) / 10_000, row[11]),
            None if row[12] is None else Money(Decimal(row[12]) / 10_000, row[11]),
            AssetStatus(row[13]),
            ProvisioningSyncStatus(row[14]),
            None if row[15] is None else TokenStatus(row[15]),
            ReturnStatus(row[16]),
            f"…{row[17]}" if row[17] else None,
            None if row[18] is None else _moment(row[18]),
            bool(row[19]),
            bool(row[20]),
        )
        for row in rows
    ]


def _moment(value: str | datetime) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)
