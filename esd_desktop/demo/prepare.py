"""The demo's own place: its folder, its sandbox, its store; filled once, kept for the next time."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from esd_desktop.demo.connecting import connect
from esd_desktop.demo.world import World
from esd_desktop.errors import EsdError
from esd_desktop.models.values import utc_now
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.sandbox.process import SandboxProcess
from esd_desktop.services.browse import find_account
from esd_desktop.services.context import Services
from esd_desktop.services.import_assets import import_assets
from esd_desktop.services.order_licences import OrderLine, order_licences
from esd_desktop.services.provision import provision
from esd_desktop.services.send_mails import send_due_mails

CUSTOMER_THAT_ORDERS = "C-2000"
_FAILING_SKU = "FQC-10572"
_ORDERS = (OrderLine("EP2-06606", 3), OrderLine(_FAILING_SKU, 1))


@dataclass(frozen=True, slots=True)
class Place:
    """The demo's folder. Nothing of it touches the person's own store, settings or keyring."""

    folder: Path

    @property
    def home(self) -> Path:
        """Where the program keeps its data here."""
        return self.folder / "home"

    @property
    def sandbox(self) -> Path:
        """Where the sandbox keeps its state."""
        return self.folder / "sandbox"

    @property
    def mark(self) -> Path:
        """The file that says that it was filled to the end."""
        return self.folder / "filled"

    @property
    def is_filled(self) -> bool:
        """Whether everything is there; what was interrupted begins anew."""
        return self.mark.exists()

    def enter(self) -> None:
        """Let this process, and those it starts, live here."""
        self.home.mkdir(parents=True, exist_ok=True)
        os.environ["ESD_DESKTOP_HOME"] = str(self.home)
        os.environ["ESD_DESKTOP_VAULT"] = "file"
        os.environ.pop("ESD_DESKTOP_STORE", None)

    def clear(self) -> None:
        """Begin anew."""
        with suppress(FileNotFoundError):
            shutil.rmtree(self.folder)


def start_sandbox(place: Place) -> tuple[SandboxProcess, SandboxControl]:
    """The demo's sandbox, running, and the way to intervene in it."""
    process = SandboxProcess(place.sandbox)
    return process, SandboxControl(process.addresses)


async def fill(services: Services, place: Place, sandbox: SandboxControl) -> None:
    """Connect the store to the sandbox, import the export file, place an order; once."""
    if place.is_filled:
        return
    connection_id = await connect(services, sandbox.addresses, "Sandbox (GB)")
    world = World(utc_now())
    file = place.folder / "export.csv"
    world.export(file, world.put_into(sandbox))
    report = await import_assets(services, file, dry_run=False)
    if not report.applied:
        raise EsdError("The demo's own export file could not be imported.")
    await _order(services, sandbox, connection_id)
    await send_due_mails(services)
    place.mark.touch()


async def _order(services: Services, sandbox: SandboxControl, connection_id: int) -> None:
    """Four licences, bought at the sandbox; the last one fails, to be retried."""
    customer = await find_account(services, CUSTOMER_THAT_ORDERS)
    placed = await order_licences(services, customer.id, connection_id, _ORDERS)
    *good, last = placed.asset_ids
    for asset_id in good:
        await provision(services, asset_id)
    # Not on sale for a moment.
    sandbox.change_product(_FAILING_SKU, status="Discontinued")
    await provision(services, last)
    sandbox.change_product(_FAILING_SKU, status="Available")
