"""The flows about files: importing, exporting, and bringing an older store up to date."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.rows import AssetQuery
from esd_desktop.models.store import schema, tables
from esd_desktop.models.store.upgrading import upgrade_file
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.export_assets import export_assets
from esd_desktop.services.import_assets import import_assets
from tests.reliability.flows import Flow, differing, every
from tests.reliability.scene import Scene
from tests.support.ledger import Ledger, ledger
from tests.support.older_stores import first_version
from tests.unit.services.importing import exports

_CONNECTION = "Sandbox"


class ImportAFile(Flow):
    """Licences of another system come in: all of them or none."""

    name = "import"
    _lines = 120
    _cancelled_each = 10

    async def set_up(self, services: Services, sandbox: SandboxControl, scene: Scene) -> Scene:
        lines = [self._line(number) for number in range(self._lines)]
        exports.write_csv(scene.files / "licences.csv", lines)
        sandbox.seed([_at_microsoft(line) for line in lines])
        foreign = tuple(str(line["Client Transaction ID"]) for line in lines)
        return replace(scene, foreign=foreign)

    def _line(self, number: int) -> exports.Line:
        make = exports.asset if number % self._cancelled_each else exports.cancelled
        # Several licences each on an order, as it is in life.
        return make(number, Order=f"PO-{number // 4}", Token=exports.demo_key(number))

    async def act(self, services: Services, scene: Scene) -> Outcome | None:
        file = scene.files / "licences.csv"
        report = await import_assets(services, file, dry_run=False, connection=_CONNECTION)
        assert report.bad == 0, list(report.bad_lines)
        return None

    async def halfway(self, services: Services, scene: Scene) -> list[str]:
        found = await self._found(services, scene)
        return [] if found in (0, self._lines) else [f"{found} lines of {self._lines} are there"]

    async def go_on(self, services: Services, scene: Scene) -> None:
        await self.act(services, scene)

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        return differing("lines imported", await self._found(services, scene), self._lines)

    async def _found(self, services: Services, scene: Scene) -> int:
        assets = await every(services, tables.assets)
        return sum(asset.client_transaction_id in scene.foreign for asset in assets)


class ExportKeys(Flow):
    """A list leaves with its keys: no key is in any file before the history says so, and the file
    is whole or not there."""

    name = "export"

    async def act(self, services: Services, scene: Scene) -> Outcome | None:
        return await self._export(services, scene)

    async def _export(
        self, services: Services, scene: Scene, *, replace_file: bool = False
    ) -> Outcome:
        target = scene.files / "list.csv"
        everything = AssetChoice(AssetQuery())
        return await export_assets(
            services, everything, (), target, keys=True, replace_file=replace_file
        )

    async def halfway(self, services: Services, scene: Scene) -> list[str]:
        told = {
            row.asset_id
            for row in await every(services, tables.audit)
            if row.action == "export_key"
        }
        assets = {row.client_transaction_id: row.id for row in await every(services, tables.assets)}
        written = "".join(
            file.read_text(encoding="utf-8-sig")
            for file in scene.files.rglob("*")
            if file.is_file()
        )
        return [
            f"the key of asset {assets[each['transaction_id']]} left without a word"
            for each in scene.licences
            if each["product_key"] in written and assets[each["transaction_id"]] not in told
        ] + self._incomplete(scene)

    def _incomplete(self, scene: Scene) -> list[str]:
        target = scene.files / "list.csv"
        if not target.exists():
            return []
        text = target.read_text(encoding="utf-8-sig")
        missing = [each for each in scene.licences if each["product_key"] not in text]
        return [f"the file lacks {len(missing)} keys"] if missing else []

    async def go_on(self, services: Services, scene: Scene) -> None:
        await self._export(services, scene, replace_file=True)

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        target = scene.files / "list.csv"
        return differing("the file", target.exists(), True) + self._incomplete(scene)


class Migrate(Flow):
    """An older store is brought up to date: it is the old one or the new one, never between."""

    _assets = 2_000

    def __init__(self, version: str) -> None:
        self.name = f"migrate-{version}"
        self._version = version

    async def set_up(self, services: Services, sandbox: SandboxControl, scene: Scene) -> Scene:
        old = scene.files / "old.db"
        first_version(old)
        with closing(sqlite3.connect(old)) as database:
            database.executescript(_MANY.format(assets=self._assets))
        upgrade_file(old, self._version)
        with closing(sqlite3.connect(old)) as database:
            database.execute("PRAGMA journal_mode = WAL")
        return replace(scene, foreign=tuple(each["transaction_id"] for each in sandbox.licences()))

    def stage(self, sandbox: SandboxControl, scene: Scene) -> None:
        for file in scene.home.glob("esd.db*"):
            file.unlink()
        shutil.copyfile(scene.files / "old.db", scene.store)

    async def act(self, services: Services, scene: Scene) -> Outcome | None:
        """Opening the services has done it."""
        return None

    def left_behind(self, scene: Scene) -> list[str]:
        old = ledger(scene.files / "old.db", besides=())
        wrong = []
        for copy in scene.home.glob(f"esd.db.before-{schema.HEAD}-from-{self._version}"):
            with recovered(copy) as kept:
                wrong += differing("the copy beside the store", kept == old, True)
        with recovered(scene.store) as found:
            ((revision,),) = found["alembic_version"]
            if revision == self._version:
                wrong += differing("the older store", found == old, True)
            else:
                wrong += differing("the revision", revision, schema.HEAD)
        return wrong

    async def go_on(self, services: Services, scene: Scene) -> None:
        """There is nothing that a person does."""

    async def short_of_goal(self, services: Services, scene: Scene) -> list[str]:
        old = ledger(scene.files / "old.db", besides=())
        new = ledger(scene.store, besides=())
        return [
            *differing("the revision", new["alembic_version"], [(schema.HEAD,)]),
            *(
                wrong
                for name, rows in old.items()
                if name not in ("alembic_version", "mail_templates", "number_series")
                for wrong in differing(f"rows of {name}", len(new[name]), len(rows))
            ),
        ]


@contextmanager
def recovered(store: Path) -> Iterator[Ledger]:
    """What the next program would find in a store, with the store left as it is."""
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("", "-wal", "-journal"):
            part = store.with_name(store.name + suffix)
            if part.exists():
                shutil.copyfile(part, Path(folder, part.name))
        copy = Path(folder, store.name)
        with closing(sqlite3.connect(copy)) as database:
            ((said,),) = database.execute("PRAGMA integrity_check")
            assert said == "ok", said
        yield ledger(copy, besides=())


def _at_microsoft(line: exports.Line) -> dict[str, str]:
    """The licence that an imported line tells of."""
    returned = line["Status"] != "Active"
    return {
        "transaction_id": line["Client Transaction ID"],
        "sku": line["SKU"],
        "product_key": line["Token"],
        "activation_link": line["Link"],
        "token_status": "Return Accepted" if returned else "Activated",
        "return_status": "SUCCESS" if returned else "NONE",
    }


# Enough for the migration to take its time.
_MANY = """
WITH RECURSIVE number(n) AS (SELECT 3 UNION ALL SELECT n + 1 FROM number WHERE n < {assets})
INSERT INTO assets (id, version, customer_id, billing_to_id, connection_id, order_id,
  client_transaction_id, status, purchase_date, sku, product, quantity, unit_type, price_amount,
  currency, provisioning_sync_status, return_status, search_text)
SELECT n, 1, 1, 1, 1, 1, 't' || n, 'Active', '2026-02-03 00:00:00', 'EP2-06606', 'Office', 1,
  'licence', 2190000, 'EUR', 'Unsynchronised', 'NONE', 'office' FROM number;
INSERT INTO invoice_items (id, invoice_id, asset_id, kind, description, amount)
SELECT id, 1, id, 'Invoice', 'Office', 2190000 FROM assets WHERE id > 2;
"""
