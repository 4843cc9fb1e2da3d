"""The installer for Windows: packaging/windows/esd-desktop.nsi, compiled by NSIS on any system."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tools import apt
from tools.trouble import Trouble


def make_installer(
    root: Path, payload: Path, version: str, file: Path, *, loosely: bool = False
) -> None:
    """Pack the frozen folder ``payload`` into ``file``, a .exe. Raises Trouble, also where NSIS has
    something to warn of. ``loosely``: quicker, and larger, for what is only tried."""
    if shutil.which("makensis") is None:
        apt.provide("The installer for Windows is made by NSIS.", [["nsis"]])
    icon = root / "packaging" / "icons" / "esd-desktop.ico"
    said = {"VERSION": version, "PAYLOAD": payload, "ICON": icon, "OUTPUT": file}
    if loosely:
        said["LOOSELY"] = "1"
    script = root / "packaging" / "windows" / "esd-desktop.nsi"
    defines = [f"-D{name}={value}" for name, value in said.items()]
    command = ["makensis", "-WX", "-V2", "-INPUTCHARSET", "UTF8", *defines, str(script)]
    if subprocess.run(command, check=False).returncode != 0:
        raise Trouble("NSIS could not make the installer; its reason is above.")
