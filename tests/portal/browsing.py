"""The portal as people meet it: Chromium, one a run, in a thread with a loop of its own.

A visit is a coroutine that runs there, while the portal is served in the test's loop. So the
browser lives longer than the loop of a single test.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
from base64 import b64encode
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from esd_desktop.portal import cookies
from tests.portal.serving import PortalUnderTest
from tools import chromium

Answer = TypeVar("Answer")
Visit: TypeAlias = Callable[[Page], Awaitable[Answer]]
DESKTOP, PHONE = (1280, 900), (360, 740)
_AXE = files("axe_playwright_python") / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_TIMEOUT_MS = 15_000


@dataclass(frozen=True)
class Look:
    """How somebody looks at the portal."""

    size: tuple[int, int] = DESKTOP
    javascript: bool = True
    language: str = "en-GB"
    colours: Literal["light", "dark"] = "light"


@dataclass
class Chrome:
    """A browser; each visit has a fresh profile in it."""

    _loop: asyncio.AbstractEventLoop
    _browser: Browser

    async def visit(
        self,
        portal: PortalUnderTest,
        who: tuple[int, str] | None,
        visit: Visit[Answer],
        look: Look | None = None,
    ) -> Answer:
        """What the visit answers, of somebody who is signed in, or of a guest. It fails where the
        page said something was wrong, such as that the policy kept something out."""
        token = await portal.session(*who) if who else None
        running = self._visit(portal.url, token, visit, look or Look())
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(running, self._loop))

    async def _visit(self, url: str, token: str | None, visit: Visit[Answer], look: Look) -> Answer:
        context = await self._browser.new_context(
            base_url=url,
            viewport={"width": look.size[0], "height": look.size[1]},
            java_script_enabled=look.javascript,
            locale=look.language,
            color_scheme=look.colours,
            reduced_motion="reduce",
        )
        try:
            return await self._in(context, url, token, visit)
        finally:
            await context.close()

    async def _in(
        self, context: BrowserContext, url: str, token: str | None, visit: Visit[Answer]
    ) -> Answer:
        context.set_default_timeout(_TIMEOUT_MS)
        if token is not None:
            cookie = {"name": cookies.SESSION, "value": token, "url": url, "secure": True}
            await context.add_cookies([cookie])  # type: ignore[list-item]
        page = await context.new_page()
        said: list[str] = []
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        answer = await visit(page)
        # A page that is told with another status than 200 is an error to the console.
        wrong = [line for line in said if "the server responded with a status of" not in line]
        assert wrong == []
        return answer


async def faults_of(page: Page) -> list[str]:
    """What axe finds wrong with a page, and whether it has to be scrolled sideways."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(_AXE.read_text("utf-8"))
    options = json.dumps({"runOnly": _RULES, "resultTypes": ["violations"]})
    found = await page.evaluate(f"() => axe.run(document, {options})")
    faults = [
        f"{page.url}: {violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    wide = await page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [*faults, *([f"{page.url}: wider than the window by {wide}"] if wide > 0 else [])]


@contextmanager
def chrome(certificate: Path) -> Iterator[Chrome]:
    """A browser that trusts whoever shows this certificate; nothing else is trusted for it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="chrome")
    thread.start()

    def there(doing: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(doing, loop).result(timeout=60)

    try:
        playwright = there(async_playwright().start())
        try:
            browser = there(
                playwright.chromium.launch(
                    executable_path=chromium.program(), args=_arguments(certificate)
                )
            )
            yield Chrome(loop, browser)
            there(browser.close())
        finally:
            there(playwright.stop())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _arguments(certificate: Path) -> list[str]:
    key = load_pem_x509_certificate(certificate.read_bytes()).public_key()
    digest = sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    trusted = f"--ignore-certificate-errors-spki-list={b64encode(digest).decode()}"
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [trusted, *(["--no-sandbox"] if is_root else [])]
