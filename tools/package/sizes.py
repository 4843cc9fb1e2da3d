"""How large the folder and the package are, and that they have not grown beyond what is allowed."""

from __future__ import annotations

from pathlib import Path

from tools.trouble import Trouble

_MEGABYTE = 1_000_000
_MOST_UNPACKED, _MOST_PACKED = 145 * _MEGABYTE, 45 * _MEGABYTE
_LISTED = 12


def check_sizes(folder: Path, package: Path) -> None:
    """Say the sizes, with the largest files first. Raises Trouble where one is too large."""
    sizes = sorted(
        ((file.lstat().st_size, file) for file in folder.rglob("*") if not file.is_dir()),
        reverse=True,
    )
    for size, file in sizes[:_LISTED]:
        print(f"{size / _MEGABYTE:7.1f} MB  {file.relative_to(folder)}")
    unpacked, packed = sum(size for size, _ in sizes), package.stat().st_size
    told = f"{unpacked / _MEGABYTE:.1f} MB unpacked, {packed / _MEGABYTE:.1f} MB as {package.name}"
    print(told)
    if unpacked > _MOST_UNPACKED or packed > _MOST_PACKED:
        raise Trouble(
            f"The program is too large: {told}. Allowed are {_MOST_UNPACKED // _MEGABYTE} and "
            f"{_MOST_PACKED // _MEGABYTE} MB; tools/package/trimmed.py says what is left out."
        )
