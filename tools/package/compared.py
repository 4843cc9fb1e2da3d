"""Whether two builds are the same, file by file."""

from __future__ import annotations

import hashlib
from pathlib import Path


def compare(one: Path, other: Path, names: tuple[str, ...]) -> list[str]:
    """What differs beneath ``names`` of two folders, as lines for people; none where all is the
    same: which files there are, their permissions, where links lead, and every byte."""
    first, second = (_described(folder, names) for folder in (one, other))
    places = sorted(first.keys() | second.keys())
    return [
        f"{place}: {first.get(place, 'not there')} and {second.get(place, 'not there')}"
        for place in places
        if first.get(place) != second.get(place)
    ]


def _described(folder: Path, names: tuple[str, ...]) -> dict[str, str]:
    files = [
        file
        for name in names
        for file in (folder / name, *(folder / name).rglob("*"))
        if file.is_symlink() or file.exists()
    ]
    return {str(file.relative_to(folder)): _description(file) for file in files}


def _description(file: Path) -> str:
    if file.is_symlink():
        return f"a link to {file.readlink()}"
    kind = f"{file.stat().st_mode:o}"
    if file.is_dir():
        return kind
    content = file.read_bytes()
    return f"{kind}, {len(content)} bytes, {hashlib.sha256(content).hexdigest()[:12]}"
