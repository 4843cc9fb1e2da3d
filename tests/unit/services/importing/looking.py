"""What an import needs beforehand, and what it left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from esd_desktop.models.rows import AssetDetail, AssetQuery
from esd_desktop.models.store import tables
from esd_desktop.services.browse import asset_detail, asset_page
from esd_desktop.services.context import Services
from esd_desktop.services.import_assets import import_assets
from esd_desktop.services.importing.report import ImportReport, Remark
from tests.support.sowing import Sower

Contents = dict[str, list[tuple[Any, ...]]]


async def add_connection(services: Services, name: str = "Microsoft ESD (GB)") -> int:
    """A connection to nowhere; answers its id."""
    cipher = await services.cipher.opened()
    async with services.store.change() as work:
        made = await Sower(work, cipher).connection(name)
        await work.commit()
    return made.id


async def imported(services: Services, path: Path, **options: Any) -> ImportReport:
    """Import a file that must be good."""
    report = await import_assets(services, path, dry_run=False, **options)
    assert report.applied, [str(line) for line in report.bad_lines]
    return report


async def refused(services: Services, path: Path) -> list[str]:
    """Import a file that must not be; answers every reason."""
    before = await contents(services)
    report = await import_assets(services, path, dry_run=False)
    assert not report.applied
    assert await contents(services) == before
    return [str(line) for line in report.bad_lines]


async def contents(services: Services) -> Contents:
    """Every row of every table."""
    async with services.store.read() as connection:
        return {
            table.name: [tuple(row) for row in await connection.execute(table.select())]
            for table in tables.metadata.sorted_tables
        }


async def details(services: Services) -> dict[str, AssetDetail]:
    """Every asset by its client transaction id."""
    rows = await asset_page(services, AssetQuery(), 0, 10_000)
    return {row.client_transaction_id: await asset_detail(services, row.id) for row in rows}


def told(report: ImportReport) -> list[str]:
    """Everything that the report says about lines."""
    remarks: list[Remark] = [*report.bad_lines, *report.warnings]
    return [str(remark) for remark in remarks]
