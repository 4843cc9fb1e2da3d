"""A link comes to the window that runs already; without one, a window is opened for it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from multiprocessing.connection import Client, Listener
from pathlib import Path

import pytest

from esd_desktop import handing_over, parts, start
from esd_desktop.__main__ import main
from esd_desktop.app import links_followed
from esd_desktop.handing_over import hand_over, listening
from esd_desktop.settings import Folders
from tests.support.main_window import Whole, whole
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run, desk, run, sown

__all__ = ["desk", "run", "sown", "whole"]

LINK = "esd://asset/7"


def _called(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> list[str]:
    """Call the program; answers the links that it opens windows of its own for."""
    opened: list[str] = []

    def run_window(
        arguments: list[str], store: str | None = None, *, link: str = "", **_: object
    ) -> int:
        assert (arguments, store) == (["esd-desktop"], None)
        opened.append(link)
        return 0

    monkeypatch.setattr(parts, "begin_worker", lambda: None)
    monkeypatch.setattr(start, "run_window", run_window)
    monkeypatch.setattr(sys, "argv", ["esd-desktop", *arguments])
    assert main() == 0
    return opened


def test_without_a_window_one_is_opened_for_the_link(
    places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _called(monkeypatch, "--link", LINK) == [LINK]


def test_a_program_in_another_process_hands_it_to_the_window(
    run: Run, sown: Sown, whole: Whole, places: Folders
) -> None:
    async def scenario() -> None:
        main = await whole.open()
        with links_followed(main, places):
            command = (sys.executable, "-m", "esd_desktop", "--link", "esd://account/C-201")
            process = await asyncio.create_subprocess_exec(*command)
            assert await process.wait() == 0
            workspace = main.workspace
            assert workspace is not None
            await until(lambda: workspace.page.account_id == sown.other_customer)
            await whole.settled()

    run(scenario())


@pytest.mark.parametrize("evil", ['" --store evil.db', "--worker", "--part esd_desktop.sandbox"])
def test_whatever_a_link_holds_it_is_never_an_option(
    places: Folders, monkeypatch: pytest.MonkeyPatch, evil: str
) -> None:
    link = f"{LINK}{evil}"
    assert _called(monkeypatch, "--link", *link.split(" ")) == [link]


def test_the_window_that_was_started_last_takes_it_and_then_nobody(places: Folders) -> None:
    first: list[str] = []
    second: list[str] = []
    with listening(places, first.append):
        with listening(places, second.append):
            assert hand_over(LINK, places)
        assert not hand_over(LINK, places)
    assert (first, second) == ([], [LINK])
    assert not (places.config / "window.address").exists()


def test_where_a_window_was_killed_a_new_one_is_opened(places: Folders) -> None:
    listener = Listener()
    (places.config / "window.address").write_text(str(listener.address), "utf-8")
    listener.close()
    assert not hand_over(LINK, places)


def test_what_says_nothing_or_too_much_does_not_stop_the_next(places: Folders) -> None:
    heard: list[str] = []
    with listening(places, heard.append):
        address = (places.config / "window.address").read_text("utf-8")
        with Client(address), Client(address) as much:
            much.send_bytes(b"x" * 2000)
            assert hand_over(LINK, places)
    assert heard == [LINK]


def test_a_window_that_does_not_answer_is_not_waited_for(
    places: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_over, "_ANSWERS_WITHIN_S", 0.05)
    with Listener() as listener:
        (places.config / "window.address").write_text(str(listener.address), "utf-8")
        assert not hand_over(LINK, places)


@pytest.mark.expect_log("not listening")
def test_where_it_cannot_listen_the_window_works_all_the_same(places: Folders) -> None:
    (places.config / "window.address").mkdir()
    with listening(places, lambda link: None):
        assert not hand_over(LINK, places)


@pytest.mark.skipif(sys.platform == "win32", reason="a named pipe has no folder")
def test_nobody_else_gets_at_it(places: Folders) -> None:
    with listening(places, lambda link: None):
        socket = (places.config / "window.address").read_text("utf-8")
        assert Path(socket).parent.stat().st_mode & 0o077 == 0


def test_on_macos_the_system_s_event_is_a_link() -> None:
    code = """if True:
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QFileOpenEvent
        from esd_desktop.start import Application
        application = Application(["esd-desktop", "-platform", "offscreen"])
        application.link_wanted.connect(print)
        Application.sendEvent(application, QFileOpenEvent(QUrl("esd://asset/7")))
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == LINK
