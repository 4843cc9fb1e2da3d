"""A short version of ``dev.py crash --workers``."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from esd_desktop.sandbox.process import SandboxProcess
from tests.reliability.worker_trials import WorkerTrials
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="nothing is killed by SIGKILL there"
)


@pytest.mark.timeout(300)  # some seconds, unless the computer is busy with something else
def test_a_worker_that_is_killed_loses_and_doubles_nothing(
    tmp_path: Path, postgres: PostgresServer, sandbox_process: SandboxProcess
) -> None:
    trials = WorkerTrials(tmp_path, postgres, sandbox_process.addresses, seed=3)
    verdicts = [trials.hold(number) for number in (1, 2)]  # at some moment, and at a step
    trials.close()
    assert [verdict.wrong for verdict in verdicts] == [[], []]
    assert any(verdict.killed for verdict in verdicts)
