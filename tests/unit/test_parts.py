"""How the parts that run in processes of their own are started."""

import sys

import pytest

from esd_desktop import parts


def test_from_a_checkout_python_runs_the_part() -> None:
    assert parts.command(parts.SANDBOX, "--port", "1") == [
        *(sys.executable, "-m", "esd_desktop.sandbox", "--port", "1")
    ]


@pytest.mark.parametrize(
    ("running", "started"),
    [
        ("/opt/esd-desktop/esd", "/opt/esd-desktop/esd-desktop"),
        ("/a/esd.exe", "/a/esd-desktop.exe"),
    ],
)
def test_installed_the_window_s_program_runs_it(
    monkeypatch: pytest.MonkeyPatch, running: str, started: str
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", running)
    assert parts.command(parts.DEMO) == [started, "--part", "esd_desktop.demo"]
    assert parts.command(parts.WINDOW, "--worker") == [started, "--worker"]


@pytest.mark.parametrize("asked", [[], ["os"], ["esd_desktop"]])
def test_nothing_else_is_run_as_a_part(asked: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"takes one of esd_desktop\.demo, "):
        parts.run(asked)
