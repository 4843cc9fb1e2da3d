"""Which store the window opens, and how: the first one by its worker process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from esd_desktop import app, parts
from esd_desktop.app import StoreOpener
from esd_desktop.errors import EsdError, Refused, StoreBroken
from esd_desktop.first_opening import open_first
from esd_desktop.services.browse import store_name
from esd_desktop.services.changes import Changes
from esd_desktop.services.shared_settings import change_settings
from esd_desktop.settings import Folders, load_settings, save_setting
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.theme import Theme
from esd_desktop.ui.memory import Memory
from esd_desktop.ui.messages import Messages
from tests.support.window import Run, desk, run
from tests.unit.ui.look.conftest import look

__all__ = ["desk", "look", "run"]


def test_the_store_of_the_command_goes_before_that_of_the_settings_until_another_is_chosen(
    run: Run, desk: Desk, places: Folders, tmp_path: Path
) -> None:
    save_setting(places, "store", str(tmp_path / "kept.db"))
    opener = StoreOpener(desk, places, str(tmp_path / "asked.db"))

    async def scenario() -> None:
        await opener(None)
        assert await desk.read(store_name) == str(tmp_path / "asked.db")
        assert load_settings(places).store == str(tmp_path / "kept.db")
        await opener(str(tmp_path / "chosen.db"))
        await opener(None)
        assert await desk.read(store_name) == str(tmp_path / "chosen.db")
        assert load_settings(places).store == str(tmp_path / "chosen.db")

    run(scenario())


def test_the_administrators_store_is_the_only_one(
    run: Run,
    desk: Desk,
    places: Folders,
    tmp_path: Path,
    administrator: Callable[[str], None],
) -> None:
    set_store = tmp_path / "set.db"
    administrator(f"store = '{set_store}'\nmail.port = 'many'\n")
    opener = StoreOpener(desk, places, str(tmp_path / "asked.db"))
    messages = Messages()
    app._dress(places, messages)
    assert "mail.port" in messages.kept[0].sentence

    async def scenario() -> None:
        for wanted in (None, str(tmp_path / "chosen.db")):
            with pytest.raises(Refused, match="store is set by your administrator"):
                await opener(wanted)
        await opener(None)
        assert await desk.read(store_name) == str(set_store)

    run(scenario())


def test_a_store_that_cannot_be_opened_is_not_kept(run: Run, desk: Desk, places: Folders) -> None:
    async def scenario() -> None:
        with pytest.raises(EsdError):
            await StoreOpener(desk, places, None)("oracle://db")
        assert load_settings(places).store == ""

    run(scenario())


@pytest.fixture
def first_desk(run: Run, look: Theme, places: Folders) -> Iterator[tuple[Desk, StoreOpener]]:
    """A desk whose worker process has been told what to open, as at the start of a window."""

    async def make() -> tuple[Desk, StoreOpener]:
        first = open_first(parts.begin_worker(), places, None)
        desk = app.make_desk(places, Memory(places.config), Messages(), first)
        return desk, StoreOpener(desk, places, None, first)

    desk, opener = run(make())
    yield desk, opener
    run(desk.tasks.close())
    desk.worker.close()
    desk.backend.close()


def test_the_first_store_is_read_by_the_worker_until_something_is_done(
    run: Run, first_desk: tuple[Desk, StoreOpener], places: Folders
) -> None:
    desk, opener = first_desk

    async def scenario() -> None:
        await opener(None)
        assert desk.backend.is_open_elsewhere
        assert await desk.read(store_name) == str(places.data / "esd.db")
        await desk.do(Changes(), change_settings, {"mail.host": "smtp.example"})
        assert not desk.backend.is_open_elsewhere
        await opener(None)
        assert not desk.backend.is_open_elsewhere

    run(scenario())


def test_a_first_store_that_is_broken_is_told_as_it_is(
    run: Run, places: Folders, request: pytest.FixtureRequest
) -> None:
    (places.data / "esd.db").write_bytes(b"This is a letter, not a database. " * 50)
    desk, opener = request.getfixturevalue("first_desk")

    async def scenario() -> None:
        for _ in range(2):  # by the worker, and then, tried again, here
            with pytest.raises(StoreBroken):
                await opener(None)
            assert not desk.backend.is_open_elsewhere

    run(scenario())


def test_the_default_store_is_kept_as_the_default(run: Run, desk: Desk, places: Folders) -> None:
    save_setting(places, "store", "other.db")

    async def scenario() -> None:
        await StoreOpener(desk, places, None)(places.default_store)
        assert load_settings(places).store == ""

    run(scenario())
