"""What every flow finds when it begins: a store that is connected to a sandbox, with licences in
it. It is made once, kept as a folder, and copied for each trial."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from esd_desktop.models.statuses import Requester
from esd_desktop.models.store import asset_details
from esd_desktop.opening import open_services
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.cancel_licence import cancel_licence
from esd_desktop.services.context import Services
from esd_desktop.services.edit_tax_rate import set_tax_rate
from esd_desktop.services.provision import provision
from esd_desktop.services.send_mails import send_due_mails
from esd_desktop.settings import Folders, LocalSettings
from tests.support.connecting import connect, order
from tests.support.requesting import requested

_TAX = Decimal(24)


@dataclass(frozen=True, slots=True)
class Scene:
    """Ids of what is there: ``kept`` was issued, ``returned`` given back, ``asked`` has a
    ``request`` to cancel it, ``failed`` was refused by Microsoft. ``more`` are the assets of one
    flow alone. ``earlier`` are the mails that have gone, ``foreign`` the licences that the store
    need not know of."""

    folder: Path
    connection: int = 0
    account: int = 0
    kept: int = 0
    returned: int = 0
    asked: int = 0
    failed: int = 0
    request: int = 0
    request_version: int = 0
    more: tuple[int, ...] = ()
    earlier: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    licences: tuple[dict[str, Any], ...] = ()

    @property
    def store(self) -> Path:
        return self.home / "esd.db"

    @property
    def home(self) -> Path:
        """The program's own folder."""
        return self.folder / "home"

    @property
    def files(self) -> Path:
        """What is imported and exported."""
        return self.folder / "files"

    async def opened(self) -> Services:
        """The program's services on this store, as a desktop opens them."""
        places = Folders(data=self.home, config=self.home, logs=self.folder / "logs")
        return await open_services(places, LocalSettings(vault="file"))

    def keep(self) -> None:
        """Write it beside the store, to be read in another process."""
        kept = asdict(self) | {"folder": ""}
        (self.folder / "scene.json").write_text(json.dumps(kept), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Scene:
        """The scene that was kept in a folder, wherever it was copied to."""
        kept = json.loads((folder / "scene.json").read_text(encoding="utf-8"))
        return cls(**{**kept, "folder": folder})

    def copied_to(self, folder: Path) -> Scene:
        """The same for one trial."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)

    def set_sandbox(self, sandbox: SandboxControl) -> None:
        """Have the sandbox begin again with the licences of this scene."""
        sandbox.begin_again()
        sandbox.seed(self.licences)


async def first_scene(services: Services, sandbox: SandboxControl, folder: Path) -> Scene:
    """Fill an empty store with what the flows need, through the program's own verbs."""
    connection = await connect(services, sandbox.addresses)
    await set_tax_rate(services, "GR", _TAX)
    kept, returned, asked, failed = await order(services, connection, quantity=4)
    for asset_id in (kept, returned, asked):
        await provision(services, asset_id)
    await cancel_licence(services, returned)
    sandbox.set_fault("issue", "error", status=400, code="UnknownSku")
    await provision(services, failed)
    request = await requested(services, asked, requester=Requester.CUSTOMER)
    return Scene(
        folder=folder,
        connection=connection,
        account=await _account_of(services, kept),
        kept=kept,
        returned=returned,
        asked=asked,
        failed=failed,
        request=request.id,
        request_version=request.version,
    )


async def ended(services: Services, sandbox: SandboxControl, scene: Scene) -> Scene:
    """The scene with its mails sent, and with what is at the sandbox."""
    await send_due_mails(services)
    gone = tuple(mail["message_id"] for mail in sandbox.mails())
    return replace(scene, earlier=scene.earlier + gone, licences=tuple(sandbox.licences()))


def sandbox_in(folder: Path) -> SandboxControl:
    """The sandbox that runs in a folder."""
    return SandboxControl(SandboxAddresses.read(folder))


async def _account_of(services: Services, asset_id: int) -> int:
    async with services.store.read() as connection:
        return (await asset_details.one(connection, asset_id)).customer_id
