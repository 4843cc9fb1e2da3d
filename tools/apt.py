"""Packages of Debian and Ubuntu: installed where that is allowed, otherwise named in a sentence."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence

from tools.trouble import Trouble, say

_INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends")
# Waits for another apt, such as a fresh Ubuntu's own updates, and draws no progress bar.
_PATIENTLY = ("--quiet=2", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0")
_STDERR = 2


def provide(why: str, choices: Sequence[Sequence[str]]) -> None:
    """Install one package of each of ``choices``: its names in several releases, newest first.

    Raises Trouble, with ``why`` and the names, where this may not or cannot be done.
    """
    if shutil.which("apt-get") is None:
        names = " ".join(choice[-1] for choice in choices)
        raise Trouble(f"{why} Install what your system calls {names}, then run this again.")
    rights = as_root()
    if rights is not None:
        _run([*rights, "apt-get", "update", *_PATIENTLY])
    names = " ".join(_existing(choices))
    if rights is None:
        command = f"sudo apt-get update && sudo {' '.join(_INSTALL)} {names}"
        raise Trouble(f"{why} Install it and run this again:\n  {command}")
    say(f"{why} Installing with apt: {names}")
    if _run([*rights, *_INSTALL, *_PATIENTLY, *names.split()]) != 0:
        raise Trouble(f"apt-get could not install {names}; its reason is above.")


def run_as_root(command: list[str]) -> int:
    """Run what belongs to an installation that was allowed; its exit code."""
    return _run([*(as_root() or []), *command])


def as_root() -> list[str] | None:
    """What goes before a command to run it as root, None where that would need a password."""
    if sys.platform != "win32" and os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _run(["sudo", "-n", "true"], quietly=True) == 0:
        return ["sudo", "-n"]
    return None


def _existing(choices: Sequence[Sequence[str]]) -> list[str]:
    """Of each choice the first name this release has, or the last where apt knows none."""
    pattern = "|".join(re.escape(name) for choice in choices for name in choice)
    search = ["apt-cache", "search", "--names-only", f"^({pattern})$"]
    found = subprocess.run(search, capture_output=True, text=True, check=False).stdout
    known = {line.split(" - ")[0] for line in found.splitlines()}
    return [next((n for n in choice if n in known), choice[-1]) for choice in choices]


def _run(command: list[str], *, quietly: bool = False) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    output = subprocess.DEVNULL if quietly else _STDERR
    return subprocess.run(
        command, env=environment, stdout=output, stderr=output, check=False
    ).returncode
