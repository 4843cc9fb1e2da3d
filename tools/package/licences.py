"""Writes the licences of all that is installed where the frozen program looks for them: it has no
metadata of its own libraries any more."""

from __future__ import annotations

from pathlib import Path

from esd_desktop.licences import as_json, components
from tools.trouble import Trouble

# Where the file lies in the frozen program, and how it is called there.
PLACE = "esd_desktop/resources/licences"
NAME = "collected.json"


def collect(folder: Path) -> Path:
    """Write the file into a folder; answers it. Raises Trouble where a text is missing."""
    parts = components()
    silent = [one.name for one in parts if not one.text or not one.licence]
    if silent:
        raise Trouble(f"Without a licence: {', '.join(silent)}.")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / NAME
    file.write_text(as_json(parts), encoding="utf-8")
    return file
