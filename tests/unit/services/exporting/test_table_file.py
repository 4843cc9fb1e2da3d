"""The file of a list: stopped while a workbook is put together, replaced at one stroke."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from esd_desktop.errors import Refused
from esd_desktop.services.exporting.table_file import StoppableFile, Target, not_written


def test_nobody_goes_on_putting_a_workbook_together_that_is_not_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = Target(tmp_path / "list.xlsx", replace=False)
    writer = target.open()
    writer.write([["Number", "Words"]])
    for number in range(3_000):
        writer.write([[number, os.urandom(20).hex()]])
    taken: list[int] = []
    written = StoppableFile.write

    def and_stop(self: StoppableFile, data: Any, /) -> int:
        taken.append(len(data))
        target.stop()
        return written(self, data)

    monkeypatch.setattr(StoppableFile, "write", and_stop)
    with pytest.raises(OSError, match=r"(?i)cancel"):
        writer.finish()
    target.clear()
    # The whole would be some hundred thousand bytes.
    assert sum(taken) < 20_000
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_what_is_there_stays_until_the_file_is_complete(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("mine")
    target = Target(path, replace=True)
    writer = target.open()
    writer.write([["Number"], [1]])
    writer.finish()
    assert path.read_text() == "mine"
    target.keep()
    target.clear()
    assert path.read_bytes() != b"mine"
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_a_file_that_is_there_is_not_touched_unless_told(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("mine")
    with pytest.raises(Refused, match="there already"):
        Target(tmp_path / "list.csv", replace=False)


@pytest.mark.skipif(sys.platform == "win32", reason="the folder of another user is told otherwise")
def test_the_unfinished_file_is_nobody_elses_to_read(tmp_path: Path) -> None:
    target = Target(tmp_path / "list.csv", replace=False)
    target.open()
    (scratch,) = tmp_path.iterdir()
    assert scratch.stat().st_mode & 0o077 == 0
    target.clear()


def test_the_fault_names_the_file_and_the_reason() -> None:
    told = not_written(Path("list.csv"), OSError(30, "Read-only file system"))
    assert told.sentence == "list.csv could not be written: read-only file system."
    assert "Nothing of it was left behind" in told.advice


def test_whoever_failed_can_tidy_up_behind_it(tmp_path: Path) -> None:
    """A ZipFile writes its end when nobody holds it any more; a place that went back would fail."""
    with StoppableFile(tmp_path / "unfinished", "w+") as file, ZipFile(file, "w") as book:
        book.writestr("first", b"1" * 1_000)
        file.dropped = True
    assert b"first" in (tmp_path / "unfinished").read_bytes()
    assert (tmp_path / "unfinished").stat().st_size < 1_100  # without the directory at its end
