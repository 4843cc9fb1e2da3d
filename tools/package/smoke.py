"""That the frozen program works: its tour, which also serves the portal and makes its PDF files; on
Linux on X11 too, and then what the tour does not pass by (smoke_parts.py)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import apt
from tools.package import smoke_parts
from tools.trouble import Trouble, say

_LONGEST = 600  # seconds, where other work shares the machine
_X11 = ("xvfb-run", "--auto-servernum", "--server-args=-screen 0 1600x1000x24")


def smoke(folder: Path, python: Path) -> None:
    """Try the folder as a new user would. ``python`` has the program's sources, to make what older
    versions made. Raises Trouble where something fails."""
    with tempfile.TemporaryDirectory(prefix="esd-smoke-") as home:
        say("Taking the tour of the built program.")
        tour(folder / "esd-desktop", Path(home))
    if sys.platform != "linux":
        return
    with tempfile.TemporaryDirectory(prefix="esd-smoke-") as home:
        say("Taking it on X11.")
        tour(folder / "esd-desktop", Path(home), on_x11=True)
    with tempfile.TemporaryDirectory(prefix="esd-smoke-") as home:
        smoke_commands(folder / "esd", Path(home), python)


def smoke_commands(program: Path, home: Path, python: Path) -> None:
    """Try what the tour does not pass by. Raises Trouble."""
    say("Trying keyring, certificates, an older store, PostgreSQL, workbooks and languages.")
    esd = smoke_parts.Installed(program, home)
    smoke_parts.keep_a_secret(esd)
    smoke_parts.judge_certificates(esd)
    store = smoke_parts.read_older_store(esd, python)
    smoke_parts.use_postgresql(esd, python)
    smoke_parts.write_workbook(esd, store)
    smoke_parts.speak_languages(esd, store)


def tour(program: Path, home: Path, *, on_x11: bool = False) -> None:
    """Let the program drive itself through its demo, and look at what it left. Raises Trouble."""
    pictures = home / "tour"
    command: list[str | Path] = [program, "--demo", "--tour", pictures]
    if on_x11:
        if shutil.which("xvfb-run") is None:
            apt.provide(
                "The window is tried on an X server without a screen.", [["xvfb"], ["xauth"]]
            )
        command = [*_X11, *command, "--on-screen"]
    try:
        done = subprocess.run(
            command,
            env=_bare(home, "xcb" if on_x11 else "offscreen"),
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as trouble:
        raise Trouble(f"The tour did not end within {_LONGEST} seconds.") from trouble
    if done.returncode != 0:
        raise Trouble(f"The tour failed with {done.returncode}: {done.stderr[-2000:].strip()}")
    if not any(picture.stat().st_size for picture in pictures.rglob("*.png")):
        raise Trouble("The tour ended well but took no pictures.")


def _bare(home: Path, platform: str) -> dict[str, str]:
    """An environment without anything of this checkout's or of the person's."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(home), "QT_QPA_PLATFORM": platform}
