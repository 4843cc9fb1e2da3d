"""Asking the person at the terminal, and reading what must not be on a command line."""

from __future__ import annotations

import sys

from esd_desktop.errors import Refused
from esd_desktop.models.values import Secret


def confirm(question: str, *, yes: bool) -> None:
    """Ask, where somebody sits at a terminal and has not said yes beforehand. Raises Refused for a
    no. A script is not asked: that it calls the command is its answer."""
    if yes or not sys.stdin.isatty():
        return
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise Refused("Nothing was done.")


def secret_from_stdin(prompt: str) -> Secret:
    """One line of standard input; typed at a terminal it is not shown."""
    if sys.stdin.isatty():
        from getpass import getpass

        return Secret(getpass(f"{prompt}: "))
    return Secret(sys.stdin.readline().rstrip("\r\n"))
