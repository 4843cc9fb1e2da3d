"""The frozen folder: made by PyInstaller in an environment that holds nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from itertools import pairwise
from pathlib import Path

from tools import apt
from tools.trouble import Trouble, say

# Python's own flags of the compiler without those that tell where it ran: debugging symbols, and
# where libraries are looked for.
_COMPILED = {"CFLAGS": "-O3 -DNDEBUG -fwrapv -g0", "LDSHARED": "gcc -shared"}


def build(root: Path, when: int) -> Path:
    """Build what packaging/esd-desktop.spec says; answers the folder. Raises Trouble.

    Times are ``when`` (seconds since 1970), that of the last commit, and hashes come from a fixed
    seed, so that a second build of the same commit can be compared with the first.
    """
    scripts = _filled_environment(root).parent
    say("Building. This takes a minute or two.")
    done = subprocess.run(
        [
            *(scripts / "pyinstaller", "--noconfirm", "--clean", "--log-level", "WARN"),
            *("--distpath", root / "dist", "--workpath", root / "build" / "work"),
            root / "packaging" / "esd-desktop.spec",
        ],
        cwd=root,
        env={**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": str(when)},
        check=False,
    )
    if done.returncode != 0:
        raise Trouble("PyInstaller could not build the program; its reason is above.")
    folder = root / "dist" / "esd-desktop"
    if sys.platform == "linux":
        _forget_search_paths(folder)
    return folder


def _forget_search_paths(folder: Path) -> None:
    """Where this computer's Python has its libraries is nothing that others should look into."""
    if shutil.which("chrpath") is None:
        apt.provide(
            "The program's libraries are to be looked for in its folder only.", [["chrpath"]]
        )
    libraries = [file for file in folder.rglob("*.so*") if file.is_file() and not file.is_symlink()]
    read = ["readelf", "--dynamic", *map(str, libraries)]
    said = subprocess.run(read, capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^File: (.+)$|\((?:RUNPATH|RPATH)\).*\[(/)", said, re.MULTILINE)
    for (file, _), (_, absolute) in pairwise(found):
        if file and absolute:
            subprocess.run(["chrpath", "--delete", file], check=True, stdout=subprocess.DEVNULL)


def environment_of(root: Path) -> Path:
    """The Python of the environment that the program is frozen from."""
    return root / "build" / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"


def _filled_environment(root: Path) -> Path:
    """Its Python; filled from requirements/package.txt, each time, so that nothing else is in the
    program."""
    python = environment_of(root)
    folder = python.parents[1]
    pip = (python, "-m", "pip", "--disable-pip-version-check", "-qq", "install")
    lock = root / "requirements" / "package.txt"
    steps = (
        (sys.executable, "-m", "venv", "--clear", folder),
        (*pip, "--require-hashes", "--only-binary", ":all:", "-r", lock),
        (*pip, "--no-deps", "--no-build-isolation", "--no-index", "-e", root),
    )
    for step in steps:
        _install(step)
    if sys.platform == "linux":
        _compile_psycopg(root, pip)
    return python


def _compile_psycopg(root: Path, pip: tuple[str | Path, ...]) -> None:
    """Install psycopg's C variant, compiled against this system's libpq."""
    headers = Path(sysconfig.get_path("include")) / "Python.h"
    needed = {
        "libpq-dev": shutil.which("pg_config"),
        "gcc": shutil.which("gcc"),
        f"python{sys.version_info.major}.{sys.version_info.minor}-dev": headers.exists(),
    }
    missing = [[package] for package, there in needed.items() if not there]
    if missing:
        apt.provide("psycopg is compiled against this system's libpq.", missing)
    source = ("--no-deps", "--no-build-isolation", "--no-cache-dir", "--no-binary", "psycopg-c")
    lock = root / "requirements" / "package-linux.txt"
    _install((*pip, *source, "--require-hashes", "-r", lock), **_COMPILED)


def _install(command: tuple[str | Path, ...], **variables: str) -> None:
    environment = {**os.environ, **variables}
    if subprocess.run(command, env=environment, check=False).returncode != 0:
        raise Trouble("The environment to build in could not be filled; the reason is above.")
