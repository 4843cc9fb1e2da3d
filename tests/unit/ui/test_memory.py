"""What the window remembers from one start to the next."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray

from esd_desktop.ui.memory import Memory


def test_what_is_kept_is_there_at_the_next_start(tmp_path: Path) -> None:
    before = Memory(tmp_path / "config")
    before.keep("panes", [240, 800, 360])
    before.keep_bytes("geometry", QByteArray(b"\x00\xff\x01"))
    before.write()
    after = Memory(tmp_path / "config")
    assert after.recall("panes", [1]) == [240, 800, 360]
    assert after.recall_bytes("geometry") == QByteArray(b"\x00\xff\x01")


def test_the_default_stands_for_what_was_not_kept_or_is_of_another_kind(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    assert memory.recall("panes", [1, 2]) == [1, 2]
    assert memory.recall_bytes("geometry").isEmpty()
    memory.keep("panes", "wide")
    assert memory.recall("panes", [1, 2]) == [1, 2]


def test_a_file_that_somebody_spoiled_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_text("[General]\npanes={not json\ngeometry=12\n", "utf-8")
    memory = Memory(tmp_path)
    assert memory.recall("panes", [1]) == [1]
    assert memory.recall_bytes("geometry").isEmpty()
