"""The locks: every package with its hashes, no host, and all that pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ROOT = Path(__file__).resolve().parents[3]
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))
_DEPENDENCIES = _PROJECT["project"]["dependencies"]
_TOOLS = [*_PROJECT["dependency-groups"]["dev"], *_PROJECT["build-system"]["requires"]]
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def text_of(lock: str) -> str:
    return (_ROOT / "requirements" / lock).read_text("utf-8")


def entries(lock: str) -> dict[Requirement, list[str]]:
    """Each locked package and the hashes it may have."""
    found = {}
    for entry in text_of(lock).replace("\\\n", " ").splitlines():
        package, *hashes = re.split(r"\s+(?=--hash=)", entry.strip())
        found[Requirement(package)] = hashes
    return found


@pytest.mark.parametrize("lock", ["app.txt", "dev.txt"])
def test_every_package_has_one_version_and_its_hashes(lock: str) -> None:
    for package, hashes in entries(lock).items():
        assert re.fullmatch(r"==[^,*]+", str(package.specifier)), package
        assert hashes, package
        assert all(_HASH.fullmatch(each) for each in hashes), package


@pytest.mark.parametrize("lock", ["app.txt", "dev.txt"])
def test_no_place_to_download_from_is_named(lock: str) -> None:
    assert "://" not in text_of(lock)
    assert "@" not in text_of(lock)
    assert not re.search(r"^\s*--(?!hash=)", text_of(lock), re.MULTILINE)


@pytest.mark.parametrize(
    ("lock", "wanted"), [("app.txt", _DEPENDENCIES), ("dev.txt", [*_DEPENDENCIES, *_TOOLS])]
)
def test_all_that_the_project_asks_for_is_locked(lock: str, wanted: list[str]) -> None:
    locked = entries(lock)
    for asked in map(Requirement, wanted):
        assert any(
            canonicalize_name(package.name) == canonicalize_name(asked.name)
            and asked.specifier.contains(str(package.specifier).removeprefix("=="))
            for package in locked
        ), f"{asked} is not in {lock}; run: python3 dev.py lock"


@pytest.mark.parametrize(
    ("package", "system"),
    [("pywin32-ctypes", "win32"), ("colorama", "win32"), ("secretstorage", "linux")],
)
def test_what_only_one_system_needs_is_locked_for_it(package: str, system: str) -> None:
    (entry,) = [entry for entry in entries("app.txt") if entry.name == package]
    assert entry.marker
    for platform in ("win32", "linux", "darwin"):
        assert entry.marker.evaluate({"sys_platform": platform}) == (platform == system)


def test_both_locks_agree() -> None:
    """What is tested is what is shipped."""
    assert set(map(str, entries("app.txt"))) <= set(map(str, entries("dev.txt")))
