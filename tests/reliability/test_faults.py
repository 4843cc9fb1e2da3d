"""A short version of ``dev.py faults``, what it would find, and a disk that is really full."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import MethodType

import pytest

from esd_desktop.errors import EsdError
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.sandbox.process import SandboxProcess
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from tests.reliability.faults import __main__ as faults
from tests.reliability.faults.blows import BLOWS
from tests.reliability.faults.series import HARMED, Series, Stand, Trial
from tests.reliability.faults.trial import Found
from tests.reliability.scene import Scene
from tests.reliability.seams import Kind

_HARMED = ("order", "retry", "cancel", "approve", "resend", "export", "reveal", "update")
_OWN_WORLD = ("unshare", "--map-root-user", "--mount")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="module")
def stand(folder: Path, sandbox_process: SandboxProcess) -> Iterator[Stand]:
    control = SandboxControl(sandbox_process.addresses)
    made = Stand(folder, control)
    asyncio.run(made.prepare(_HARMED))
    yield made
    control.close()


def series(flow: str, kind: Kind, name: str, *, from_then_on: bool) -> Series:
    (place,) = [place for place, blow in enumerate(BLOWS) if (blow.kind, blow.name) == (kind, name)]
    return Series(flow, place, from_then_on)


@pytest.mark.parametrize(
    ("flow", "kind", "name", "number", "from_then_on"),
    [
        ("order", Kind.VAULT, "keyring gone", 1, True),
        ("retry", Kind.COMMIT, "locked", 2, False),
        ("cancel", Kind.CALL, "time-out", 1, True),
        ("approve", Kind.STATEMENT, "disk full", 30, True),
        ("resend", Kind.MAIL, "answer lost", 1, False),
        ("export", Kind.FILE, "disk full", 1, True),
        ("reveal", Kind.COMMIT, "disk broken", 1, True),
        ("update", Kind.SIGN_IN, "500", 1, True),
    ],
)
def test_a_call_that_fails_is_told_and_settled(
    stand: Stand, flow: str, kind: Kind, name: str, number: int, from_then_on: bool
) -> None:
    chosen = series(flow, kind, name, from_then_on=from_then_on)
    trial = asyncio.run(stand.hold(chosen, number))
    assert trial.found.wrong == []
    assert trial.found.struck > 0
    assert trial.found.said


async def stumbles(services: Services, scene: Scene) -> Outcome:
    raise KeyError("a bug")


async def claims(services: Services, scene: Scene) -> Outcome:
    return Outcome("It is done.")


async def speaks_in_tongues(services: Services, scene: Scene) -> Outcome:
    raise EsdError("sqlite3.OperationalError")


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (stumbles, "a bug: KeyError('a bug')"),
        (claims, "told as done, but asset"),
        (speaks_in_tongues, "told in words that are not for a person"),
    ],
)
def test_a_verb_that_does_wrong_is_found(
    stand: Stand, monkeypatch: pytest.MonkeyPatch, act: object, told: str
) -> None:
    chosen = series("cancel", Kind.VAULT, "keyring gone", from_then_on=False)
    monkeypatch.setattr(HARMED["cancel"], "act", act)
    # It goes on as it should: only what was told is wrong.
    monkeypatch.setattr(HARMED["cancel"], "go_on", _cancels)
    trial = asyncio.run(stand.hold(chosen, 1))
    assert any(told in each for each in trial.found.wrong), trial.found.wrong


async def _cancels(services: Services, scene: Scene) -> None:
    flow = HARMED["cancel"]
    await MethodType(type(flow).act, flow)(services, scene)


def test_the_table_counts_what_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    lost = series("cancel", Kind.CALL, "time-out", from_then_on=False)
    trials = [
        Trial(lost, 1, "call 1", Found(1, "It is in doubt.", True)),
        Trial(lost, 2, "call 2", Found(1, "", False, ["a credit is missing"])),
        Trial(lost, 3, "call 3", Found()),
    ]
    assert faults.told(trials, ["cancel"]) == (3, 1)
    told = capsys.readouterr().out
    assert "cancel, call 2:\n    a credit is missing\n" in told
    (line,) = [line for line in told.splitlines() if line.split()[:2] == ["cancel", "call"]]
    assert line.split()[2:] == ["2", "2", "1", "1", "1"]


def _has_own_world() -> bool:
    found = shutil.which(_OWN_WORLD[0])
    return found is not None and subprocess.run([*_OWN_WORLD, "true"], check=False).returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="a disk is mounted as Linux does it")
def test_a_disk_that_is_full_or_read_only(
    stand: Stand, folder: Path, sandbox_process: SandboxProcess, tmp_path: Path
) -> None:
    if not _has_own_world():
        pytest.skip("nobody may mount anything here")
    sandbox_process.addresses.write(tmp_path)
    small_disk = (sys.executable, "-m", "tests.reliability.faults.small_disk")
    command = [*_OWN_WORLD, *small_disk, str(folder), str(tmp_path), "cancel", "export"]
    said = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    assert said["wrong"] == []
    # At each of the two changes of a return, and at the one of an export.
    assert said["told"] == {"cancel": 2, "export": 1}
