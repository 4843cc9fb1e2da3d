"""The guard: one holder at a time, and none after a crash."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.one_at_a_time import one_at_a_time

_HOLD = """
import sys
from pathlib import Path
from tools.one_at_a_time import one_at_a_time
with one_at_a_time(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
_ROOT = Path(__file__).resolve().parents[3]


def test_a_holder_that_crashed_holds_nothing_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "folder that is not there yet" / "guard"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, file],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout
        assert other.stdout.readline().strip() == b"held"
        other.kill()
    with one_at_a_time(file):
        assert capsys.readouterr().err == ""
