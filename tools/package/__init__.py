"""``python3 dev.py package``: the program as people install it, built and tried.

::

    build.py     the frozen folder, by PyInstaller and packaging/esd-desktop.spec
    trimmed.py   what is left out of it
    deb.py       the .deb of it
    sizes.py     how large both may be
    smoke.py     whether it works
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tools.package.build import build
from tools.package.deb import make_deb
from tools.package.sizes import check_sizes
from tools.package.smoke import smoke
from tools.trouble import Trouble


def package(root: Path) -> None:
    """Build, pack, try and measure. Raises Trouble."""
    commit = ["git", "log", "-1", "--format=%ct"]
    when = int(subprocess.run(commit, cwd=root, capture_output=True, check=True).stdout)
    folder = build(root, when)
    if sys.platform != "linux":
        return
    said = re.search(
        r'"(.+)"', (root / "esd_desktop" / "__init__.py").read_text("utf-8").split("=")[1]
    )
    if said is None:
        raise Trouble("esd_desktop/__init__.py says no version.")
    packed = make_deb(root, folder, said[1], when)
    smoke(folder)
    check_sizes(folder, packed)
