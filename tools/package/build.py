"""The frozen folder: made by PyInstaller in an environment that holds nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools.trouble import Trouble, say


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
    return root / "dist" / "esd-desktop"


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
        if subprocess.run(step, check=False).returncode != 0:
            raise Trouble(f"{folder} could not be filled; the reason is above.")
    return python
