"""The SHA-256 sums of the files of a release, as ``sha256sum --check`` reads them.

python -m tools.package.checksums FOLDER             writes FOLDER/SHA256SUMS
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

NAME = "SHA256SUMS"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__)
        return 2
    folder = Path(arguments[0])
    (folder / NAME).write_text(sums(folder), encoding="utf-8", newline="\n")
    return 0


def sums(folder: Path) -> str:
    """A line for each file in the folder, by name."""
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name != NAME)
    return "".join(f"{sha256(file)}  {file.name}\n" for file in files)


def sha256(file: Path) -> str:
    """The sum of one file, in hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
