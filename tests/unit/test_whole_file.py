"""Files that are replaced at one stroke."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from esd_desktop.whole_file import write_whole


def test_it_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    place = tmp_path / "kept.json"
    write_whole(place, b"old")
    write_whole(place, b"new\r\n")
    assert place.read_bytes() == b"new\r\n"
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fails(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    place = tmp_path / "kept.json"
    write_whole(place, b"old")
    monkeypatch.setattr(os, step, fails)
    with pytest.raises(OSError, match="No space left"):
        write_whole(place, b"new")
    assert place.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_a_private_one_is_its_users_alone_whatever_was_left_behind(tmp_path: Path) -> None:
    place = tmp_path / "secrets.json"
    place.with_name(".secrets.json.part").write_bytes(b"left by a program that was killed")
    write_whole(place, b"secret", private=True)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [place]
