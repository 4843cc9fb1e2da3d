"""The virtual environment: made once, known as ready, made afresh where it cannot be trusted."""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.waiting import until
from tests.unit.tools.conftest import Machine
from tools.environment import Environment
from tools.trouble import Trouble

# A builder that needs nothing: what hatchling does for the real project.
_BUILDER = """
import zipfile
from pathlib import Path

FILES = {
    "small.py": "def main(): print('small is here')",
    "small-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: small\\nVersion: 1.0\\n",
    "small-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nTag: py3-none-any\\n",
    "small-1.0.dist-info/entry_points.txt": "[console_scripts]\\nsmall = small:main\\n",
    "small-1.0.dist-info/RECORD": "",
}

def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(Path(folder, "small-1.0-py3-none-any.whl"), "w") as wheel:
        for name, text in FILES.items():
            wheel.writestr(name, text)
    return "small-1.0-py3-none-any.whl"
"""
_REAL_PROJECT = """\
[build-system]
requires = []
build-backend = "builder"
backend-path = ["."]
[project]
name = "small"
version = "1.0"
"""


def test_the_second_time_nothing_is_made_or_installed(machine: Machine) -> None:
    machine.environment().prepare()
    assert len(machine.calls("base -m venv")) == 1
    assert len(machine.calls("install")) == 2
    machine.forget()
    machine.environment().prepare()
    assert all("version_info" in call for call in machine.calls())


def test_only_what_the_lock_names_is_installed_and_each_file_is_checked(machine: Machine) -> None:
    machine.environment().prepare()
    packages, project = machine.calls("install")
    assert "--require-hashes --only-binary :all:" in packages
    assert packages.endswith("requirements/dev.txt")
    assert "--no-deps --no-build-isolation --no-index" in project


def test_a_set_up_that_was_interrupted_begins_afresh(machine: Machine) -> None:
    machine.offline.touch()
    with pytest.raises(Trouble, match="Is the network there"):
        machine.environment().prepare()
    half = machine.environment().folder / "lib" / "half_a_package"
    half.mkdir(parents=True)
    machine.offline.unlink()
    machine.forget()
    machine.environment().prepare()
    assert len(machine.calls("base -m venv")) == 1
    assert not half.exists()


def test_a_changed_lock_is_installed_into_what_is_there(machine: Machine) -> None:
    machine.environment().prepare()
    machine.forget()
    machine.write("requirements/dev.txt", "small==2.0 --hash=sha256:11\n")
    machine.environment().prepare()
    assert machine.calls("base -m venv") == []
    assert len(machine.calls("install")) == 2


def test_after_a_lock_that_could_not_be_installed_all_begins_afresh(machine: Machine) -> None:
    machine.environment().prepare()
    machine.write("requirements/dev.txt", "small==2.0 --hash=sha256:11\n")
    machine.offline.touch()
    with pytest.raises(Trouble):
        machine.environment().prepare()
    machine.offline.unlink()
    machine.forget()
    machine.environment().prepare()
    assert len(machine.calls("base -m venv")) == 1
    assert len(machine.calls("install")) == 2


@pytest.mark.parametrize(
    ("added", "installs"),
    [("\n[project.scripts]\nesd = 'small:main'\n", 2), ("\n[tool.ruff]\nline-length = 80\n", 0)],
)
def test_of_the_project_file_only_what_is_installed_counts(
    machine: Machine, added: str, installs: int
) -> None:
    machine.environment().prepare()
    machine.forget()
    machine.write("pyproject.toml", (machine.root / "pyproject.toml").read_text() + added)
    machine.environment().prepare()
    assert len(machine.calls("install")) == installs


def test_a_folder_that_was_moved_is_made_anew(machine: Machine) -> None:
    machine.environment().prepare()
    elsewhere = machine.root.rename(machine.root.with_name("moved"))
    machine.forget()
    Environment(elsewhere).prepare()
    assert len(machine.calls("base -m venv")) == 1


def test_a_python_that_went_with_an_upgrade_is_made_anew(machine: Machine) -> None:
    machine.environment().prepare()
    machine.environment().python.unlink()
    machine.forget()
    machine.environment().prepare()
    assert len(machine.calls("base -m venv")) == 1


def test_what_a_link_in_it_leads_to_is_left_alone(machine: Machine) -> None:
    precious = machine.root.with_name("precious")
    precious.mkdir()
    (precious / "letter").touch()
    machine.environment().folder.mkdir()
    (machine.environment().folder / "lib64").symlink_to(precious)
    machine.environment().prepare()
    assert (precious / "letter").exists()


async def test_two_at_once_set_up_one_after_the_other(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    reached, gate = machine.root / "reached", machine.root / "gate"
    os.mkfifo(gate)
    base = Path(sys._base_executable)  # type: ignore[attr-defined]
    base.write_text(base.read_text() + f": > '{reached}'\nread line < '{gate}'\n")
    said: list[str] = []

    def one_waits() -> bool:
        said.append(capsys.readouterr().err)
        return "Waiting for it" in "".join(said)

    first = asyncio.create_task(asyncio.to_thread(machine.environment().prepare))
    await until(reached.exists)
    second = asyncio.create_task(asyncio.to_thread(machine.environment().prepare))
    await until(one_waits)
    gate.write_text("go\n")
    await asyncio.gather(first, second)
    assert len(machine.calls("base -m venv")) == 1
    assert len(machine.calls("install")) == 2


def test_without_the_module_for_environments_its_package_is_named(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    without = {"ensurepip": None}
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: without[name] if name in without else find(name)
    )
    with pytest.raises(Trouble, match=r"virtual environments\..*python3-venv"):
        machine.environment().prepare()
    assert machine.calls("base -m venv") == []


def test_a_folder_that_cannot_be_written_is_a_sentence(machine: Machine) -> None:
    machine.environment().folder.write_text("somebody's file")
    with pytest.raises(Trouble, match=r"Cannot set up .*\.venv"):
        machine.environment().prepare()


def test_with_the_real_python_and_the_real_pip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And without the network: one package from a folder, and the project by its own builder."""
    digest, _ = (_write_wheel(tmp_path, version) for version in ("1.0", "1.1"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    root = tmp_path / "project with a space"
    (root / "requirements").mkdir(parents=True)
    (root / "pyproject.toml").write_text(_REAL_PROJECT)
    (root / "builder.py").write_text(_BUILDER)
    lock = root / "requirements" / "dev.txt"
    environment = Environment(root)

    lock.write_text(f"tiny==1.0 --hash=sha256:{digest}\n")
    environment.prepare()
    ran = subprocess.run([environment.program("small")], capture_output=True, text=True, check=True)
    assert ran.stdout == "small is here\n"
    subprocess.run([environment.python, "-c", "import tiny"], check=True)

    lock.write_text(f"tiny==1.1 --hash=sha256:{digest}\n")
    with pytest.raises(Trouble, match="could not be installed"):
        environment.prepare()


def _write_wheel(folder: Path, version: str) -> str:
    file = folder / f"tiny-{version}-py3-none-any.whl"
    info = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr("tiny.py", "")
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n"
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(file.read_bytes()).hexdigest()
