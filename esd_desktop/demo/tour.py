"""The tour: the main job, step by step, in the real window.

Each step leaves a numbered picture and, in tour.json, what the window, the store and the sandbox
say after it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from esd_desktop.app import run_window
from esd_desktop.demo.hands import Lost, dialog, until
from esd_desktop.demo.witness import Said, picture, sandbox_says, store_says, window_says
from esd_desktop.errors import EsdError
from esd_desktop.models.rows import AssetDetail
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import asset_detail
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import Scheme
from esd_desktop.ui.main_window import MainWindow

SIZE = (1440, 860)


class Guide:
    """Leads through the steps and keeps what was seen."""

    def __init__(self, folder: Path, sandbox: SandboxControl, desk: Desk, window: MainWindow):
        self.sandbox = sandbox
        self.desk = desk
        self.window = window
        self._folder = folder
        self._told: list[Said] = []

    async def show(self, name: str, title: str, asset_id: int | None = None) -> Said:
        """Wait until the window has come to rest, take the picture and hear the witnesses about an
        asset; answers what they said."""
        await self.at_rest()
        number = len(self._told) + 1
        file = f"{number:02d}-{name}.png"
        if not picture(self.window).save(str(self._folder / file)):
            raise EsdError(f"The picture {self._folder / file} cannot be written.")
        said: Said = {"step": number, "title": title, "picture": file}
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


def run_tour(folder: Path, addresses: SandboxAddresses) -> int:
    """Drive the window through every step; answers the exit code 0. Raises EsdError where a step
    did not go as it should."""
    from esd_desktop.demo.steps import STEPS

    failed: list[EsdError] = []

    async def drive(desk: Desk, window: MainWindow) -> None:
        guide = Guide(folder, SandboxControl(addresses), desk, window)
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
