"""That the frozen program works: its tour, which also serves the portal and makes its PDF files."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from tools.trouble import Trouble, say

_LONGEST = 300  # seconds, where other work shares the machine


def smoke(folder: Path) -> None:
    """Take the tour as a new user would, without a screen. Raises Trouble where it fails."""
    say("Taking the tour of the built program.")
    with tempfile.TemporaryDirectory(prefix="esd-smoke-") as home:
        tour(folder / "esd-desktop", Path(home))


def tour(program: Path, home: Path) -> None:
    """Let the program drive itself through its demo, and look at what it left. Raises Trouble."""
    pictures = home / "tour"
    try:
        done = subprocess.run(
            [program, "--demo", "--tour", pictures],
            env=_bare(home),
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


def _bare(home: Path) -> dict[str, str]:
    """An environment without anything of this checkout's or of the person's."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
