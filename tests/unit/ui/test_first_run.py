"""The first-run guide: three ways to begin, and what comes after a connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QPushButton, QScrollArea

from esd_desktop.models.rights import Role
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.services.browse import connection_list
from esd_desktop.services.changes import Changes
from esd_desktop.services.edit_connection import add_connection, remove_connection
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.first_run import FirstRunGuide
from esd_desktop.ui.look.theme import Theme
from tests.support.connecting import form_for
from tests.support.people import named
from tests.support.waiting import until
from tests.support.widgets import button, press, told, words
from tests.support.window import Run

Open = Callable[[], FirstRunGuide]


@pytest.fixture
def done() -> list[bool]:
    """Gets an entry when the guide is left."""
    return []


@pytest.fixture
def guide(run: Run, desk: Desk, done: list[bool]) -> Iterator[FirstRunGuide]:
    connections = run(desk.read(connection_list))
    made = FirstRunGuide(desk, connections, lambda: done.append(True))
    made.resize(1200, 700)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def test_it_offers_the_demo_a_connection_and_an_import(desk: Desk, guide: FirstRunGuide) -> None:
    wanted: list[str] = []
    desk.navigator.demo_wanted.connect(lambda: wanted.append("demo"))
    desk.navigator.settings_wanted.connect(wanted.append)
    desk.navigator.import_wanted.connect(lambda: wanted.append("import"))
    for text in ("Open the demo", "Add a connection…", "Import a file…"):
        press(guide, text)
    assert wanted == ["demo", "connections", "import"]


def test_what_the_person_may_not_do_is_greyed_with_the_reason(
    run: Run, desk: Desk, guide: FirstRunGuide
) -> None:
    async def scenario() -> None:
        await desk.backend.call(lambda services: named(services, services.login, Role.AGENT))
        await desk.rights.read()
        refused = button(guide, "Add a connection…")
        assert not refused.isEnabled()
        assert refused.toolTip() == "Your role does not allow you to change connections."
        assert button(guide, "Open the demo").isEnabled()
        assert button(guide, "Import a file…").isEnabled()

    run(scenario())


def test_it_can_be_left_for_the_empty_window(guide: FirstRunGuide, done: list[bool]) -> None:
    press(guide, "Show the empty window")
    assert done == [True]


@pytest.mark.parametrize("changes", [Changes(everything=True), Changes(accounts=frozenset({1}))])
def test_it_goes_once_there_are_accounts(
    desk: Desk, guide: FirstRunGuide, done: list[bool], changes: Changes
) -> None:
    desk.bus.announce(changes)
    assert done == [True]


def test_after_a_connection_it_says_what_is_next_and_reads_the_catalogue(
    run: Run, desk: Desk, guide: FirstRunGuide, sandbox: SandboxControl, done: list[bool]
) -> None:
    async def scenario() -> None:
        saved = await desk.read(add_connection, form_for(sandbox.addresses, "ESD (GB)"))
        desk.bus.announce(saved.outcome.changes)
        await until(lambda: "“ESD (GB)” is set up" in words(guide))
        press(guide, "Read the catalogue")
        assert (await told(guide)).startswith("The catalogue was read: 12 new")
        assert desk.messages.kept[-1].quiet
        wanted: list[tuple[object, str]] = []
        desk.navigator.catalogue_wanted.connect(lambda *where: wanted.append(where))
        press(guide, "New products")
        assert wanted == [(saved.id, "new")]
        assert "What would you like to do next?" in words(guide)
        press(guide, "Show the empty window")
        assert done == [True]

    run(scenario())


def test_a_catalogue_that_cannot_be_read_is_told_there(
    run: Run, desk: Desk, guide: FirstRunGuide, sandbox: SandboxControl
) -> None:
    async def scenario() -> None:
        saved = await desk.read(add_connection, form_for(sandbox.addresses))
        desk.bus.announce(saved.outcome.changes)
        await until(lambda: "Read the catalogue" in [b.text() for b in _buttons(guide)])
        sandbox.set_fault(call="products", kind="error", status=403, code="Forbidden")
        press(guide, "Read the catalogue")
        assert await told(guide) == str(desk.messages.kept[-1].sentence) + (
            f" {desk.messages.kept[-1].advice}" if desk.messages.kept[-1].advice else ""
        )
        await until(lambda: not desk.tasks.running())

    run(scenario())


def test_without_its_connection_it_begins_again(
    run: Run, desk: Desk, guide: FirstRunGuide, sandbox: SandboxControl
) -> None:
    async def scenario() -> None:
        saved = await desk.read(add_connection, form_for(sandbox.addresses))
        desk.bus.announce(saved.outcome.changes)
        await until(lambda: "“Sandbox” is set up" in words(guide))
        outcome = await desk.read(remove_connection, saved.id)
        desk.bus.announce(outcome.changes)
        await until(lambda: "Welcome to ESD Desktop" in words(guide))

    run(scenario())


@pytest.mark.parametrize(("width", "scale"), [(760, 1.0), (760, 2.0), (1400, 1.5)])
def test_nothing_is_cut_in_a_small_window_or_with_large_type(
    guide: FirstRunGuide, desk: Desk, width: int, scale: float
) -> None:
    look: Theme = desk.theme
    look.set_text_scale(scale)
    try:
        guide.resize(width, 500)
        scroll = guide.findChild(QScrollArea)
        assert isinstance(scroll, QScrollArea)
        content = scroll.widget()
        assert content is not None
        assert content.width() <= scroll.viewport().width()
        for one in _buttons(guide):
            assert one.width() >= one.sizeHint().width()
    finally:
        look.set_text_scale(1.0)


def _buttons(guide: FirstRunGuide) -> list[QPushButton]:
    return [one for one in guide.findChildren(QPushButton) if one.isVisibleTo(guide)]


def test_what_runs_is_shown_on_its_button(
    run: Run, desk: Desk, guide: FirstRunGuide, sandbox: SandboxControl
) -> None:
    async def scenario() -> None:
        saved = await desk.read(add_connection, form_for(sandbox.addresses))
        desk.bus.announce(saved.outcome.changes)
        await until(lambda: "“Sandbox” is set up" in words(guide))
        press(guide, "Read the catalogue")
        assert button(guide, "Read the catalogue").toolTip() == "Working…"
        await told(guide)
        await until(lambda: button(guide, "Read the catalogue").toolTip() != "Working…")

    run(scenario())
