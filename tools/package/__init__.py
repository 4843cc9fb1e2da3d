"""``python3 dev.py package``: the program as people install it, built and tried.

::

    build.py       the frozen folder, by PyInstaller and packaging/esd-desktop.spec
    trimmed.py     what is left out of it; icu.py, what is left out of Qt's largest file
    deb.py         the .deb of it
    sizes.py       how large both may be
    smoke.py       whether it works: the tour; smoke_parts.py, what the tour does not pass by
    start.py       how long it takes to start
    compared.py    whether two builds are the same
    lint.py        what only other systems run, and what desktops read

Without options all of it, in the order of what is quickest to fail.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.package.build import build, environment_of
from tools.package.compared import compare
from tools.package.deb import make_deb
from tools.package.sizes import check_sizes
from tools.package.smoke import smoke
from tools.package.start import check_start
from tools.package.windows_installer import make_installer
from tools.trouble import Trouble, say


def package(root: Path, arguments: list[str]) -> None:
    """Build, pack, try and measure. Raises Trouble."""
    asked = _asked(arguments)
    when, folder = _when(root), root / "dist" / "esd-desktop"
    if asked.twice:
        build_twice(root, when)
        return
    if asked.only != "installer":
        build(root, when)
    if asked.only != "folder":
        packed = pack(root, folder, when)
        check_sizes(folder, packed)
    if asked.only is None:
        smoke(folder, environment_of(root))
        if sys.platform == "linux":
            check_start(folder, environment_of(root))


def pack(root: Path, folder: Path, when: int) -> Path:
    """What this system installs the folder from, in dist/. Raises Trouble."""
    version, name = _version(root), "esd-desktop"
    if sys.platform == "linux":
        return make_deb(root, folder, version, when)
    if sys.platform == "win32":
        packed = root / "dist" / f"{name}-{version}-win64.exe"
        make_installer(root, folder, version, packed)
        return packed
    packed = root / "dist" / f"{name}-{version}-macos.dmg"
    bundle = root / "dist" / "ESD Desktop.app"
    if subprocess.run([root / "packaging/macos/dmg.sh", bundle, packed], check=False).returncode:
        raise Trouble("The disk image could not be made; the reason is above.")
    return packed


def build_twice(root: Path, when: int) -> None:
    """Build and pack twice, with nothing in common but the sources. Raises Trouble where the two
    differ, with what differs."""
    first = root / "build" / "first"
    shutil.rmtree(first, ignore_errors=True)
    for again in (False, True):
        folder = build(root, when)
        packed = pack(root, folder, when)
        if not again:
            first.mkdir(parents=True)
            shutil.move(folder, first / folder.name)
            shutil.move(packed, first / packed.name)
    differing = compare(first, root / "dist", (folder.name, packed.name))
    if differing:
        raise Trouble("Two builds differ in:\n  " + "\n  ".join(differing))
    say(f"Both builds are the same, file by file, as is {packed.name}.")


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py package")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--only",
        choices=("folder", "installer"),
        help="the installer is made of the folder in dist/",
    )
    which.add_argument("--twice", action="store_true", help="build twice, and compare both")
    return parser.parse_args(arguments)


def _when(root: Path) -> int:
    commit = ["git", "log", "-1", "--format=%ct"]
    return int(subprocess.run(commit, cwd=root, capture_output=True, check=True).stdout)


def _version(root: Path) -> str:
    text = (root / "esd_desktop" / "__init__.py").read_text("utf-8")
    said = re.search(r'__version__ = "(.+)"', text)
    if said is None:
        raise Trouble("esd_desktop/__init__.py says no version.")
    return said[1]
