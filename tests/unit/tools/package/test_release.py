"""What a release is made of: workflows, macOS lists, notes, sums, the icon."""

from __future__ import annotations

import hashlib
import plistlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import IcnsImagePlugin, IcoImagePlugin, Image
from pytestqt.qtbot import QtBot

from esd_desktop.policy.preferences import DOMAIN
from tools.package import checksums, icons
from tools.package.release_notes import notes
from tools.trouble import Trouble

_ROOT = Path(__file__).parents[4]
_WORKFLOWS = sorted((_ROOT / ".github" / "workflows").glob("*.yml"))
_PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")


@pytest.mark.parametrize("file", _WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_pins_its_actions_and_may_do_little(file: Path) -> None:
    text = file.read_text("utf-8")
    workflow: dict[Any, Any] = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["permissions"]["contents"] in ("read", "write")
        assert job["timeout-minutes"]
        for step in job["steps"]:
            if "uses" in step:
                assert _PINNED.fullmatch(step["uses"]), step["uses"]
    for line in re.findall(r"uses: .*", text):
        assert re.search(r" # v\d+\.\d+\.\d+$", line), f"which version is {line}?"


def test_every_script_that_a_workflow_runs_is_there() -> None:
    named = {
        path
        for file in _WORKFLOWS
        for path in re.findall(r"packaging/[\w./-]+\.(?:sh|ps1)", file.read_text("utf-8"))
    }
    assert len(named) == 5
    assert not [path for path in named if not (_ROOT / path).is_file()]


def test_the_bundle_bears_the_name_of_its_managed_preferences() -> None:
    info = plistlib.loads((_ROOT / "packaging" / "macos" / "Info.plist").read_bytes())
    assert info["CFBundleIdentifier"] == DOMAIN
    assert [one["CFBundleURLSchemes"] for one in info["CFBundleURLTypes"]] == [["esd"]]
    assert info["NSHighResolutionCapable"] is True
    entitlements = (_ROOT / "packaging" / "macos" / "entitlements.plist").read_bytes()
    assert list(plistlib.loads(entitlements).values()) == [True]


def test_the_notes_are_what_the_changelog_says_of_the_version() -> None:
    changelog = "# C\n\n## [1.10.0] - x\n\n- Ten.\n\n## [1.1.0] - y\n\n### Added\n\n- One.\n"
    assert notes(changelog, "1.10.0") == "- Ten."
    assert notes(changelog, "1.1.0") == "### Added\n\n- One."
    with pytest.raises(Trouble):
        notes(changelog, "1.1")


def test_the_sums_are_those_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "b.deb").write_bytes(b"two")
    (tmp_path / "a.exe").write_bytes(b"one")
    for _ in range(2):  # the list itself is not in the list
        assert checksums.main([str(tmp_path)]) == 0
    one, two = (hashlib.sha256(text).hexdigest() for text in (b"one", b"two"))
    assert (tmp_path / checksums.NAME).read_text() == f"{one}  a.exe\n{two}  b.deb\n"


def test_the_icons_have_every_size(qtbot: QtBot, tmp_path: Path) -> None:
    drawing = _ROOT / "packaging/icons/esd-desktop.svg"
    for_macos, for_windows = tmp_path / "esd.icns", tmp_path / "esd.ico"
    icons.make(drawing, for_macos)
    icons.make(drawing, for_windows)
    with Image.open(for_macos) as made:
        sizes = {width * scale for width, _, scale in made.info["sizes"]}
        assert isinstance(made, IcnsImagePlugin.IcnsImageFile)
        smallest = made.icns.getimage((16, 16, 1))
    assert sizes == {16, 32, 64, 128, 256, 512, 1024}
    with Image.open(for_windows) as made:
        assert made.info["sizes"] == {(n, n) for n in (16, 20, 24, 32, 40, 48, 64, 128, 256)}
        assert isinstance(made, IcoImagePlugin.IcoImageFile)
        assert smallest.tobytes() == made.ico.getimage((16, 16)).convert("RGBA").tobytes()
    with pytest.raises(Trouble):
        icons.make(drawing, tmp_path / "esd.png")
