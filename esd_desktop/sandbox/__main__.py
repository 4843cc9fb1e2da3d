"""``python -m esd_desktop.sandbox DIR``: a sandbox in the foreground, until Ctrl+C."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

from esd_desktop.errors import EsdError
from esd_desktop.sandbox.addresses import SandboxAddresses
from esd_desktop.sandbox.process import WHILE_STDIN_OPEN
from esd_desktop.sandbox.server import serve


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop; answers the exit code."""
    parser = argparse.ArgumentParser(prog="sandbox", description="Play Microsoft on loopback.")
    parser.add_argument("directory", type=Path, help="where its state is kept")
    parser.add_argument(
        WHILE_STDIN_OPEN,
        action="store_true",
        help="stop when the standard input closes",
    )
    chosen = parser.parse_args(arguments)
    return run(chosen.directory, while_stdin_open=chosen.while_stdin_open)


def run(directory: Path, *, while_stdin_open: bool = False) -> int:
    """Serve the sandbox of a directory in this process."""
    try:
        asyncio.run(_serve(directory, while_stdin_open=while_stdin_open))
    except EsdError as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


async def _serve(directory: Path, *, while_stdin_open: bool) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, told.set)
        except NotImplementedError:  # Windows: Ctrl+C arrives as KeyboardInterrupt
            break
    if while_stdin_open:
        _watch_stdin(loop, told)
    await serve(directory, told.wait, _announce)


def _watch_stdin(loop: asyncio.AbstractEventLoop, told: asyncio.Event) -> None:
    # A thread of the loop's own pool would keep the process alive while it reads.
    def watch() -> None:
        # Not through sys.stdin, whose lock the interpreter wants when it ends.
        while os.read(0, 1024):
            pass
        with suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(told.set)

    threading.Thread(target=watch, daemon=True).start()


def _announce(addresses: SandboxAddresses) -> None:
    print(f"The sandbox runs. ESD service {addresses.service_url}, sign-in {addresses.authority},")
    print(
        f"mail sink {addresses.smtp_host}:{addresses.smtp_port}. Ctrl+C stops it.",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
