"""A short version of ``dev.py crash``, and what the long one says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from esd_desktop.sandbox.process import SandboxProcess
from tests.reliability import crash
from tests.reliability.arena import Arena, Fate, Trial, Verdict, Way

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="nothing is killed by SIGKILL there"
)

# Between Microsoft's deed and our record of it, between the mail server's yes and our note of it,
# and wherever chance has it.
_DEATHS = ("cancel/call-1-after", "order/call-1-after", "order/mail-1-after", "order/1")


@pytest.fixture(scope="module")
def arena(
    sandbox_process: SandboxProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Arena]:
    made = Arena(tmp_path_factory.mktemp("arena"), sandbox_process.addresses, 7, {})
    made.prepare(["cancel", "order"])
    yield made
    made.close()


@pytest.mark.timeout(300)
def test_nothing_is_lost_or_doubled_where_the_program_is_killed(arena: Arena) -> None:
    steps = {trial.name for trial in arena.rehearse("order")}
    assert steps >= {"order/call-1-after", "order/call-2-before", "order/mail-2-after"}
    for name in _DEATHS:
        trial = Trial.named(name)
        verdict = arena.hold(trial)
        assert verdict.wrong == [], name
        assert not verdict.folder.exists()
        assert verdict.fate is Fate.KILLED or trial.way is Way.RANDOM, name


@pytest.mark.timeout(300)
def test_what_was_not_settled_is_told(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is never started again has lost something, and the trial keeps its store."""
    monkeypatch.setattr(Arena, "_settle", lambda *_: 0)
    verdict = arena.hold(Trial.named("cancel/call-1-after"))
    assert any("still started" in each for each in verdict.wrong), verdict
    assert (verdict.folder / "home" / "esd.db").exists()


def test_a_plan_has_each_step_once_and_is_the_same_for_a_seed() -> None:
    steps = [[Trial("order", "commit-1-after"), Trial("order", "call-1-before")]]
    planned = crash.plan(10, 3, steps)
    assert planned == crash.plan(10, 3, steps)
    assert sorted(trial.mark for trial in planned if not trial.mark.isdigit()) == [
        "call-1-before",
        "commit-1-after",
    ]
    assert len(planned) == 10


def test_a_failure_is_told_with_how_to_see_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    trials = [Trial("order", "17"), Trial("order", "commit-3-after")]
    verdicts = [
        Verdict(trials[0], Fate.KILLED, 2, ["a licence is lost"], Path("kept")),
        Verdict(trials[1], Fate.FINISHED, 1, [], Path("gone")),
    ]
    assert crash.told(iter(verdicts), trials, seed=5) == 1
    said = capsys.readouterr().out
    assert "a licence is lost" in said
    assert "The store is kept in kept" in said
    assert "python3 dev.py crash --seed 5 --only order/17" in said
    assert said.splitlines()[-1].split() == ["all", "2", "1", "1", "3", "1"]
