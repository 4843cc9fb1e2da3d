"""A certificate that ends soon is told above everything, in steps, until it was replaced."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from esd_desktop.models.connection import Connection
from esd_desktop.models.values import utc_now
from esd_desktop.services.changes import Changes
from esd_desktop.services.context import Services
from esd_desktop.ui.certificate_notice import CertificateNotice
from esd_desktop.ui.desk import Desk
from tests.support.sowing import Sower
from tests.support.waiting import until
from tests.support.widgets import notice, press
from tests.support.window import Run


@pytest.fixture
def shown(desk: Desk) -> Iterator[CertificateNotice]:
    made = CertificateNotice(desk)
    yield made
    made.close()
    made.deleteLater()


async def ending(services: Services, name: str, left: timedelta) -> None:
    """A connection, made or changed, whose certificate has so long to go."""
    cipher = await services.cipher.opened()
    async with services.store.change() as work:
        made = await work.session.get(Connection, 1) or await Sower(work, cipher).connection(name)
        made.name, made.certificate_expires_at = name, utc_now() + left
        await work.commit()


async def another(services: Services) -> None:
    cipher = await services.cipher.opened()
    async with services.store.change() as work:
        made = await Sower(work, cipher).connection("DE")
        made.certificate_expires_at = utc_now() + timedelta(days=50)
        await work.commit()


def test_it_is_told_in_steps(run: Run, desk: Desk, shown: CertificateNotice) -> None:
    async def scenario() -> None:
        for left, words in (
            (timedelta(days=59, hours=1), "expires in 59 days"),
            (timedelta(days=6, hours=1), "expires in 6 days"),
            (timedelta(days=-1), "its calls have stopped"),
        ):
            await desk.read(ending, "GB", left)
            desk.bus.announce(Changes(connections=frozenset({1})))
            await until(lambda said=words: said in (notice(shown) or ""))  # type: ignore[misc]
        await desk.read(ending, "GB", timedelta(days=400))
        desk.bus.announce(Changes(connections=frozenset({1})))
        await until(shown.isHidden)

    run(scenario())


def test_the_most_urgent_comes_first(run: Run, desk: Desk, shown: CertificateNotice) -> None:
    async def scenario() -> None:
        await desk.read(ending, "GB", timedelta(days=5, hours=1))
        await desk.read(another)
        shown.look()
        await until(lambda: "“GB” expires in 5 days" in (notice(shown) or ""))
        assert "1 other certificate will end soon too" in (notice(shown) or "")

    run(scenario())


def test_put_off_it_is_silent_for_the_day_but_for_a_new_step(
    run: Run, desk: Desk, shown: CertificateNotice
) -> None:
    async def scenario() -> None:
        await desk.read(ending, "GB", timedelta(days=20, hours=1))
        shown.look()
        await until(lambda: notice(shown))
        press(shown, "Remind me tomorrow")
        assert shown.isHidden()
        shown.look()
        await until(lambda: not desk.tasks.is_busy("certificate notice"))
        assert shown.isHidden()
        await desk.read(ending, "GB", timedelta(days=3, hours=1))
        shown.look()
        await until(lambda: "3 days" in (notice(shown) or ""))

    run(scenario())


def test_its_button_leads_to_the_connections(
    run: Run, desk: Desk, shown: CertificateNotice
) -> None:
    async def scenario() -> None:
        pages: list[str] = []
        desk.navigator.settings_wanted.connect(pages.append)
        await desk.read(ending, "GB", timedelta(days=20, hours=1))
        shown.look()
        await until(lambda: notice(shown))
        press(shown, "Open Connections")
        await asyncio.sleep(0)
        assert pages == ["connections"]

    run(scenario())
