"""The trial of the built program, with a stand-in for the program."""

from pathlib import Path

import pytest

from tools.package import trimmed
from tools.package.smoke import tour
from tools.trouble import Trouble


def _program(folder: Path, does: str) -> Path:
    file = folder / "esd-desktop"
    file.write_text(f"#!/bin/sh\n{does}\n")
    file.chmod(0o755)
    return file


_DRAWS = 'mkdir -p "$3" && echo drawn > "$3/1.png"'


def test_a_tour_that_ends_well_with_pictures_passes(tmp_path: Path) -> None:
    tour(_program(tmp_path, f'test "$HOME" = "{tmp_path}" && {_DRAWS}'), tmp_path)


@pytest.mark.parametrize(
    ("does", "says"),
    [
        (f"{_DRAWS}; echo no plugin >&2; exit 6", "failed with 6: no plugin"),
        ("exit 0", "took no pictures"),
    ],
)
def test_a_tour_that_fails_says_why(tmp_path: Path, does: str, says: str) -> None:
    with pytest.raises(Trouble, match=says):
        tour(_program(tmp_path, does), tmp_path)


def test_the_descriptions_of_our_own_commands_stay() -> None:
    ours, theirs, near = (
        (name, "file.py", "PYMODULE")
        for name in ("esd_desktop.cli.orders", "sqlalchemy.orm", "sqlalchemyish")
    )
    assert trimmed.undescribed([ours, theirs, near]) == [
        ours,
        ("sqlalchemy.orm", "file.py", "PYMODULE-2"),
        near,
    ]
