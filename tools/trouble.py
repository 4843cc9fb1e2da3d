"""What is said to a person when a command of dev.py cannot go on."""

from __future__ import annotations

import sys


class Trouble(Exception):
    """A sentence with what to do. It is printed in place of a traceback."""


def say(sentence: str) -> None:
    """Tell what is going on. On stderr: stdout belongs to the program that is started."""
    print(sentence, file=sys.stderr, flush=True)
