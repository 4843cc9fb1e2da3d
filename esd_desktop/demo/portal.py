"""The demo's portal: a process beside the window, on the same store, that ends with the demo.

It speaks plain HTTP on loopback, so that no browser warns of a certificate.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from types import TracebackType
from typing import Self

from esd_desktop import parts
from esd_desktop.demo.place import Place

_STOP_WITHIN_S = 15.0
_HOST = "127.0.0.1"
_GUIDE = """\
The portal of customers and resellers is at {url}
  Sign in there as {address}; the link comes by mail to the sandbox.
  This lists its mails, and with a number behind “mails” shows that one:
  {esd} sandbox mails --directory "{sandbox}"
"""


class PortalProcess:
    """Started when made. Where it does not start, its own complaint is on standard error, and the
    demo goes on without it."""

    def __init__(self, place: Place) -> None:
        self._child = subprocess.Popen(
            parts.command(parts.DEMO_PORTAL),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._child.stdout is not None
        told = self._child.stdout.readline().split()
        self.url, self.address = told if len(told) == 2 else ("", "")
        if self.url:
            esd = "esd" if parts.is_installed() else "python3 dev.py esd"
            told_of = {"url": self.url, "address": self.address, "sandbox": place.sandbox}
            print(_GUIDE.format(esd=esd, **told_of), flush=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._child.communicate(timeout=_STOP_WITHIN_S)  # closes its standard input
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.communicate()


def main() -> None:
    """Serve the portal of the demo's place until standard input is closed."""
    from esd_desktop.logs import start_logging
    from esd_desktop.settings import folders

    start_logging(folders().logs)
    with asyncio.Runner() as runner:
        runner.run(_serve())


async def _serve() -> None:
    from esd_desktop.demo.prepare import CUSTOMER_THAT_ORDERS
    from esd_desktop.opening import open_services
    from esd_desktop.portal.config import checked_config
    from esd_desktop.portal.serving import serving_portal
    from esd_desktop.services.browse import find_account
    from esd_desktop.services.shared_settings import PORTAL_URL, change_settings
    from esd_desktop.settings import folders, load_settings

    places = folders()
    services = await open_services(places, load_settings(places))
    try:
        customer = await find_account(services, CUSTOMER_THAT_ORDERS)
        config = checked_config(_HOST, 0, f"http://{_HOST}:0", None, None)
        async with serving_portal(services, config) as desk:
            # So that invitations lead here.
            await change_settings(services, {PORTAL_URL: desk.config.url})
            print(desk.config.url, customer.email, flush=True)
            await asyncio.to_thread(sys.stdin.read)
    finally:
        await services.close()


if __name__ == "__main__":
    main()
