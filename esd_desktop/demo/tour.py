"""The tour: the main job, step by step, in the real window, and at the portal beside it.

Each step leaves a numbered picture and, in tour.json, what the window, the store, the sandbox and
the portal say after it. The portal's pages are drawn where the computer has a Chromium.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from esd_desktop.demo.customer import CustomerBrowser
from esd_desktop.demo.hands import Lost, dialog, until
from esd_desktop.demo.witness import Said, picture, sandbox_says, store_says, window_says
from esd_desktop.errors import EsdError
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import AssetStatus, TokenStatus
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.start import run_window
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import Scheme
from esd_desktop.ui.main_window import MainWindow

SIZE = (1440, 860)


class Guide:
    """Leads through the steps and keeps what was seen."""

    def __init__(
        self,
        folder: Path,
        sandbox: SandboxControl,
        customer: CustomerBrowser,
        desk: Desk,
        window: MainWindow,
    ) -> None:
        self.sandbox = sandbox
        self.customer = customer
        self.desk = desk
        self.window = window
        self._folder = folder
        self._told: list[Said] = []

    async def show(self, name: str, title: str, asset_id: int | None = None) -> Said:
        """Wait until the window has come to rest, take the picture and hear the witnesses about an
        asset; answers what they said."""
        await self.at_rest()
        if not picture(self.window).save(str(self._file(name))):
            raise EsdError(f"The picture {self._file(name)} cannot be written.")
        return await self._tell(name, title, asset_id, is_drawn=True)

    async def show_portal(self, name: str, title: str, page: Said, asset_id: int) -> Said:
        """The same of the page that the customer has open; ``page`` is what it says."""
        await self.at_rest()
        is_drawn = await asyncio.to_thread(self.customer.draw, self._file(name))
        said = await self._tell(name, title, asset_id, is_drawn=is_drawn)
        said["portal"] = page
        return said

    def _file(self, name: str) -> Path:
        return self._folder / f"{len(self._told) + 1:02d}-{name}.png"

    async def _tell(self, name: str, title: str, asset_id: int | None, *, is_drawn: bool) -> Said:
        """Hear the witnesses, and keep what they said."""
        number = len(self._told) + 1
        file = self._file(name).name if is_drawn else None
        said: Said = {"step": number, "name": name, "title": title, "picture": file}
        said["window"] = window_says(self.window)
        if asset_id is not None:
            said |= await self.witnesses(asset_id)
        self._told.append(said)
        print(f"{number:2d}  {title}")
        return said

    async def witnesses(self, asset_id: int) -> Said:
        """What the store and the sandbox say about an asset."""
        detail = await self.detail(asset_id)
        return {
            "store": await store_says(self.desk, asset_id),
            "sandbox": await sandbox_says(
                self.sandbox, detail.client_transaction_id, detail.customer_email
            ),
        }

    async def at_rest(self) -> None:
        """Wait until nothing runs, besides what waits for an answer, and all is drawn."""

        def rests() -> bool:
            return self.desk.tasks.count <= (1 if dialog() else 0)

        for _ in range(3):
            await until(rests, "the window to come to rest")
            await asyncio.sleep(0)

    async def detail(self, asset_id: int) -> AssetDetail:
        """The asset as the store has it now."""
        return await self.desk.read(asset_detail, asset_id)

    async def at_portal(self, doing: Callable[..., Said], *args: str, **fields: str) -> Said:
        """Have the customer open a page or send a form; answers what the page says."""
        return await asyncio.to_thread(doing, *args, **fields)

    async def redeemed_by_customer(self, asset_id: int) -> None:
        """The customer uses the licence now; nobody tells the program."""
        transaction_id = (await self.detail(asset_id)).client_transaction_id
        await asyncio.to_thread(self.sandbox.redeem, transaction_id)

    def write(self) -> None:
        """Write tour.json."""
        text = json.dumps(self._told, ensure_ascii=False, indent=2, default=str)
        (self._folder / "tour.json").write_text(f"{text}\n", encoding="utf-8")


def expect(said: Said, witness: str, **wanted: Any) -> None:
    """Compare what a witness said. Raises EsdError, so that the tour fails, where it differs."""
    for name, value in wanted.items():
        heard = said[witness][name]
        if heard != value:
            raise EsdError(
                f"After “{said['title']}” the {witness} says {name} is {heard!r}, not {value!r}."
            )


def expect_returned(said: Said) -> None:
    """Store and sandbox say that Microsoft has taken the licence back. Raises EsdError."""
    expect(
        said,
        "store",
        status=AssetStatus.CANCELLED,
        token_status=TokenStatus.RETURN_ACCEPTED,
        return_status="SUCCESS",
    )
    expect(said, "sandbox", token_status="Return Accepted", return_status="SUCCESS")


def run_tour(folder: Path, addresses: SandboxAddresses, portal_url: str) -> int:
    """Drive the window through every step, and the portal that runs at this address; answers the
    exit code 0. Raises EsdError where a step did not go as it should."""
    from esd_desktop.demo.steps import STEPS

    failed: list[EsdError] = []

    async def drive(desk: Desk, window: MainWindow) -> None:
        customer = CustomerBrowser(portal_url)
        guide = Guide(folder, SandboxControl(addresses), customer, desk, window)
        desk.theme.set_scheme(Scheme.LIGHT)
        window.resize(*SIZE)
        try:
            await _through(STEPS, guide)
        except EsdError as fault:
            failed.append(fault)
        finally:
            guide.write()

    run_window(["esd-desktop"], drive=drive)
    if failed:
        raise failed[0]
    print(f"The pictures and tour.json are in {folder.absolute()}")
    return 0


async def _through(steps: tuple[Callable[[Guide], Awaitable[None]], ...], guide: Guide) -> None:
    for step in steps:
        # As after the few seconds that a person takes between two things.
        guide.window.toasts.clear()
        try:
            await step(guide)
        except Lost as lost:
            picture(guide.window).save(str(guide._folder / "lost.png"))  # noqa: SLF001
            raise EsdError(f"{step.__name__}: {lost}") from lost
