"""Handing a link to a window that runs already: the person clicked it, and wants no second one.

A window listens where nobody else gets at it: on a Unix socket in a folder of the person's own, on
Windows on a named pipe that others cannot write to. It writes where into a file beside the
settings; with several windows, that is the one that was started last. A link is text from a web
page or a mail: here it is carried, and only ui/links.py says what it may mean.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Client, Listener
from pathlib import Path
from secrets import token_hex

import structlog

from esd_desktop.folders import Folders
from esd_desktop.whole_file import write_whole

log = structlog.get_logger(__name__)

_ADDRESS_FILE = "window.address"
_TAKEN = b"taken"
_MOST_BYTES = 1000
_BACKLOG = 8
_SAYS_WITHIN_S = 0.5
# Longer, since somebody who says nothing may be before us.
_ANSWERS_WITHIN_S = 4.0


def hand_over(link: str, places: Folders) -> bool:
    """Give a link to a window that runs; False where none takes it, for whatever reason."""
    try:
        address = (places.config / _ADDRESS_FILE).read_text("utf-8")
        with Client(address) as line:
            _let_it_come_to_the_front()
            line.send_bytes(link.encode()[:_MOST_BYTES])
            return line.poll(_ANSWERS_WITHIN_S) and line.recv_bytes(_MOST_BYTES) == _TAKEN
    except (OSError, EOFError, ValueError):
        return False


@contextmanager
def listening(places: Folders, heard: Callable[[str], None]) -> Iterator[None]:
    """Take links that other starts of the program hand over. ``heard`` is called on a thread."""
    with Listener(backlog=_BACKLOG) as listener, _told(places.config / _ADDRESS_FILE, listener):
        goodbye = token_hex()
        thread = threading.Thread(target=_listen, args=(listener, heard, goodbye), daemon=True)
        thread.start()
        try:
            yield
        finally:
            with Client(listener.address) as line:
                line.send_bytes(goodbye.encode())
            thread.join()


@contextmanager
def _told(file: Path, listener: Listener) -> Iterator[None]:
    """The file says where it is, until another window's address is there. Where it cannot be
    written, a link opens a window of its own."""
    address = str(listener.address)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # After a power cut nobody listens there, and the window that is just opened is not held up.
        write_whole(file, address.encode(), lasting=False)
    except OSError as fault:
        log.warning("not listening for links", why=str(fault))
    yield
    with suppress(OSError):
        if file.read_text("utf-8") == address:
            file.unlink()


def _listen(listener: Listener, heard: Callable[[str], None], goodbye: str) -> None:
    """Until the one who knows the ``goodbye`` says it."""
    said = ""
    while said != goodbye:
        said = ""
        with suppress(OSError, EOFError), listener.accept() as line:
            if line.poll(_SAYS_WITHIN_S):
                said = line.recv_bytes(_MOST_BYTES).decode(errors="replace")
                line.send_bytes(_TAKEN)
        if said and said != goodbye:
            heard(said)


def _let_it_come_to_the_front() -> None:
    """Windows lets a window come to the front only if the program that the person has just started
    allows it."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(-1)  # any program
