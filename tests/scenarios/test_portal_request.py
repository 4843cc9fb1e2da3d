"""A customer asks at the portal for a licence to be cancelled: staff see it in the window."""

from __future__ import annotations

import asyncio

from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.decide_request import decline
from esd_desktop.settings import Folders, load_settings
from esd_desktop.ui.main_window import MainWindow
from tests.conftest import opened
from tests.portal.serving import served
from tests.support.main_window import Whole
from tests.support.requesting import latest
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.widgets import words
from tests.support.window import Run

_ADDRESS = "it@mueller.example"
# Measured alone it is a fraction of a second; other tests may keep the machine busy.
_SOON_S = 3.0


def test_staff_see_the_request_and_the_customer_what_became_of_it(
    run: Run, main: MainWindow, whole: Whole, sown: Sown, places: Folders, sandbox: SandboxControl
) -> None:
    asked, decided = asyncio.Event(), asyncio.Event()
    window_loop: list[asyncio.AbstractEventLoop] = []

    async def at_the_portal() -> str:
        """Another program, with a loop of its own; answers what the customer reads in the end."""
        async with (
            opened(places, load_settings(places)) as services,
            served(services, sandbox.addresses) as portal,
        ):
            client = portal.client()
            await portal.sign_in(client, sown.customer, _ADDRESS)
            path = f"/assets/{sown.activated}/request"
            answer = await portal.post(client, path, page="/assets", comment="Bought twice")
            assert answer.status_code == 303
            window_loop[0].call_soon_threadsafe(asked.set)
            await asyncio.wrap_future(
                asyncio.run_coroutine_threadsafe(decided.wait(), window_loop[0])
            )
            made = await latest(services, sown.activated)
            await decline(services, made.id, made.version, comment="In use by the bank")
            return (await client.get(f"/assets/{sown.activated}")).text

    def shows_it() -> bool:
        """Whether the asset's banner is there; the history has it as well, and keeps it."""
        return any(text.startswith(f"{_ADDRESS} asked to cancel this") for text in words(main))

    async def scenario() -> str:
        window_loop.append(asyncio.get_running_loop())
        assets = main.show_workspace().page.assets.list
        await whole.settled()
        assets.select(sown.activated)
        await whole.settled()
        assert not shows_it()
        portal = asyncio.create_task(asyncio.to_thread(lambda: asyncio.run(at_the_portal())))
        await asyncio.wait(
            {portal, asyncio.create_task(asked.wait())}, return_when="FIRST_COMPLETED"
        )
        await until(shows_it, _SOON_S)
        decided.set()
        text = await portal
        await until(lambda: not shows_it(), _SOON_S)
        return text

    page = run(scenario())
    assert "was declined" in page
    assert "In use by the bank" in page
