"""What CHANGELOG.md says of one version, as the notes of its release.

python -m tools.package.release_notes [VERSION]      this version, where none is given
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from esd_desktop import __version__
from tools.trouble import Trouble

_CHANGELOG = Path(__file__).resolve().parents[2] / "CHANGELOG.md"


def main(arguments: list[str]) -> int:
    try:
        print(notes(_CHANGELOG.read_text("utf-8"), arguments[0] if arguments else __version__))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


def notes(changelog: str, version: str) -> str:
    """The part about a version, without its heading. Raises Trouble where there is none."""
    heading = rf"^## \[{re.escape(version)}\][^\n]*$"
    found = re.search(rf"{heading}\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if found is None or not found[1].strip():
        raise Trouble(f"CHANGELOG.md says nothing of {version}.")
    return found[1].strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
