"""The .deb: the folder in /opt, both programs on the path, and what a desktop shows of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tools.trouble import Trouble, say

_PLACE = "opt/esd-desktop"
_LINUX = Path("packaging/linux")
# A file of the repository, and where it goes.
_FILES = {
    _LINUX / "esd-desktop.desktop": "usr/share/applications",
    _LINUX / "example.esd.desktop.metainfo.xml": "usr/share/metainfo",
    Path("packaging/icons/esd-desktop.svg"): "usr/share/icons/hicolor/scalable/apps",
    **{
        Path(f"packaging/icons/{size}/esd-desktop.png"): f"usr/share/icons/hicolor/{size}/apps"
        for size in ("48x48", "128x128", "256x256")
    },
}


def make_deb(root: Path, folder: Path, version: str, when: int) -> Path:
    """Pack the frozen folder; ``when`` (seconds since 1970) dates every file. Raises Trouble."""
    tree = root / "build" / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(folder, tree / _PLACE, symlinks=True)
    for name in ("esd", "esd-desktop"):
        link = tree / "usr" / "bin" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(f"/{_PLACE}/{name}")
    for file, place in _FILES.items():
        (tree / place).mkdir(parents=True, exist_ok=True)
        shutil.copy(root / file, tree / place)
    documents = tree / "usr/share/doc/esd-desktop"
    documents.mkdir(parents=True)
    shutil.copy(root / _LINUX / "copyright", documents)
    _control(root, tree, version)
    for file in (tree, *tree.rglob("*")):
        if not file.is_symlink():
            file.chmod(0o755 if file.is_dir() or _is_program(file) else 0o644)
        os.utime(file, (when, when), follow_symlinks=False)
    package = root / "dist" / f"esd-desktop_{version}_amd64.deb"
    say("Packing. This takes a minute or two.")
    made = subprocess.run(
        ["dpkg-deb", "-Zxz", "-z9", "-Sextreme", "--root-owner-group", "--build", tree, package],
        stdout=subprocess.DEVNULL,
        # One thread: what several write depends on how many they are.
        env={**os.environ, "SOURCE_DATE_EPOCH": str(when), "DPKG_DEB_THREADS_MAX": "1"},
        check=False,
    )
    if made.returncode != 0:
        raise Trouble("dpkg-deb could not pack the program; its reason is above.")
    return package


def _is_program(file: Path) -> bool:
    """Not a library, which PyInstaller makes executable too."""
    return os.access(file, os.X_OK) and ".so" not in file.suffixes


def _control(root: Path, tree: Path, version: str) -> None:
    size = sum(file.lstat().st_size for file in tree.rglob("*") if not file.is_dir()) // 1024
    text = (root / _LINUX / "control").read_text(encoding="utf-8")
    (tree / "DEBIAN").mkdir()
    filled = text.replace("@VERSION@", version).replace("@SIZE@", str(size))
    (tree / "DEBIAN" / "control").write_text(filled, encoding="utf-8")
