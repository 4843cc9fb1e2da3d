"""``esd worker``, as a service manager starts and stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from configparser import ConfigParser
from pathlib import Path

import pytest

from esd_desktop.services.jobs.queue import ENDS_WITHIN_S
from esd_desktop.settings import Folders
from tests.support.postgres import PostgresStore
from tests.unit.cli.conftest import Esd

_WITHIN_S = 30.0
_DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "administering.md"
_PAUSE_S = 0.02


def test_a_file_needs_none(esd: Esd) -> None:
    said = esd("worker")
    assert said.code == 1
    assert "needs a store on a PostgreSQL server; this one is a file" in said.err


@pytest.mark.skipif(sys.platform == "win32", reason="there it is another signal")
def test_it_works_until_it_is_told_to_stop(places: Folders, postgres_store: PostgresStore) -> None:
    """By the signal that systemd sends; the exit code says that all went well."""
    program = "import sys; from esd_desktop.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "worker", "--store", postgres_store.address]
    environment = {**os.environ, "PYTHONDEVMODE": "1"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as worker:
        try:
            deadline = time.monotonic() + _WITHIN_S
            while not postgres_store.fetch("SELECT FROM esd_jobs.procrastinate_workers"):
                assert worker.poll() is None
                assert time.monotonic() < deadline
                time.sleep(_PAUSE_S)
            worker.send_signal(signal.SIGTERM)
            _, said = worker.communicate(timeout=_WITHIN_S)
        finally:
            worker.kill()
    assert worker.returncode == 0, said
    assert said.splitlines() == [
        f"Working on {postgres_store.name} on 127.0.0.1. Ctrl+C stops.",
        "Stopped.",
    ]
    assert postgres_store.fetch("SELECT FROM esd_jobs.procrastinate_workers") == []
    assert '"level": "error"' not in (places.logs / "esd-desktop.log").read_text("utf-8")


def test_the_unit_in_the_document_starts_it(esd: Esd) -> None:
    block = next(
        each for each in _DOCUMENT.read_text("utf-8").split("```") if "\n[Service]\n" in each
    )
    unit = ConfigParser(strict=False)  # Environment= stands there several times
    unit.read_string(block)
    program, *arguments = unit["Service"]["ExecStart"].split()
    assert Path(program).name == "esd"
    assert esd(*arguments, "--help").code == 0
    # Whoever is killed while it ends would have to be missed first.
    assert unit.getint("Service", "TimeoutStopSec") > 2 * ENDS_WITHIN_S
