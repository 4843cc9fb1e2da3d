"""The installer for Windows: packaging/windows/esd-desktop.nsi, compiled by NSIS on any system."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tools import apt
from tools.trouble import Trouble


def make_installer(root: Path, payload: Path, icon: Path, version: str, file: Path) -> None:
    """Pack the frozen folder ``payload`` into ``file``, a .exe. Raises Trouble, also where NSIS has
    something to warn of."""
    if shutil.which("makensis") is None:
        apt.provide("The installer for Windows is made by NSIS.", [["nsis"]])
    said = {"VERSION": version, "PAYLOAD": payload, "ICON": icon, "OUTPUT": file}
    script = root / "packaging" / "windows" / "esd-desktop.nsi"
    defines = [f"-D{name}={value}" for name, value in said.items()]
    command = ["makensis", "-WX", "-V2", "-INPUTCHARSET", "UTF8", *defines, str(script)]
    if subprocess.run(command, check=False).returncode != 0:
        raise Trouble("NSIS could not make the installer; its reason is above.")
