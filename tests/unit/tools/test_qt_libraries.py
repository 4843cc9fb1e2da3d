"""What Qt lacks on Linux: asked of the loader, told by the names of its packages."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.unit.tools.conftest import Machine
from tools import qt_libraries
from tools.trouble import Trouble

_SOURCES = Path(__file__).resolve().parents[3] / "esd_desktop"
_LDD = """\
\tlinux-vdso.so.1 (0x00007ffd)
\tlibEGL.so.1 => not found
\tlibQt6Gui.so.6 => /site/PySide6/Qt/lib/libQt6Gui.so.6 (0x00007f2a)
\tlibglib-2.0.so.0 => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f2b)
"""

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux's loader")


@pytest.fixture
def with_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    fonts = tmp_path / "fonts"
    (fonts / "truetype").mkdir(parents=True)
    (fonts / "truetype" / "DejaVuSans.ttf").touch()
    monkeypatch.setattr(qt_libraries, "_FONT_FOLDERS", (str(fonts), str(tmp_path / "no fonts")))
    return fonts


@pytest.fixture
def no_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def test_the_answers_of_the_loader_are_understood() -> None:
    assert qt_libraries.not_found([_LDD, _LDD, "\tnot a dynamic executable\n", ""]) == [
        "libEGL.so.1",
        "libglib-2.0.so.0",
    ]


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libEGL.so.1", "libegl1"),
        ("libGL.so.1", "libgl1"),
        ("libX11.so.6", "libx11-6"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libfontconfig.so.1", "libfontconfig1"),
        ("libfreetype.so.6", "libfreetype6"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libgthread-2.0.so.0", "libglib2.0-0"),
        ("libwayland-client.so.0", "libwayland-client0"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxcb-render-util.so.0", "libxcb-render-util0"),
        ("libxcb.so.1", "libxcb1"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libxkbcommon.so.0", "libxkbcommon0"),
        ("libz.so.1", "zlib1g"),
    ],
)
def test_a_library_is_in_debians_package_of_that_name(library: str, package: str) -> None:
    assert qt_libraries.package_of(library) == package


def test_where_nothing_is_missing_nothing_is_asked_for(machine: Machine, with_fonts: Path) -> None:
    machine.program("ldd", "echo 'libEGL.so.1 => /lib/libEGL.so.1 (0x00007f)'")
    machine.program("apt-get")
    qt_libraries.provide(machine.root)
    assert machine.calls("apt-get") == []


@pytest.mark.usefixtures("no_rights")
def test_every_library_is_named_once_with_the_name_of_this_release(
    machine: Machine, with_fonts: Path
) -> None:
    machine.program("ldd", f"/bin/cat <<'END'\n{_LDD}END")
    machine.program("apt-get")
    machine.program("apt-cache", "echo 'libegl1 - GL'; echo 'libglib2.0-0t64 - GLib'")
    with pytest.raises(Trouble) as caught:
        qt_libraries.provide(machine.root)
    sentence = str(caught.value)
    assert "(libEGL.so.1, libglib-2.0.so.0)" in sentence
    assert sentence.endswith(" libegl1 libglib2.0-0t64")


@pytest.mark.usefixtures("no_rights")
def test_a_computer_without_fonts_is_given_some(machine: Machine, with_fonts: Path) -> None:
    (with_fonts / "truetype" / "DejaVuSans.ttf").unlink()
    machine.program("ldd")
    with pytest.raises(Trouble, match=r"\(fonts-dejavu-core\).* fonts-dejavu-core"):
        qt_libraries.provide(machine.root)


def test_what_apt_installed_is_looked_for_again(
    machine: Machine, with_fonts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library whose package has another name than expected must not be taken for present."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    machine.program("ldd", "echo 'libEGL.so.1 => not found'")
    machine.program("apt-get")
    machine.program("apt-cache")
    with pytest.raises(Trouble, match=r"still does not find libEGL\.so\.1"):
        qt_libraries.provide(machine.root)


@pytest.mark.parametrize(
    ("screens", "plugins"),
    [
        ({}, {"libqoffscreen.so"}),
        ({"DISPLAY": ":0"}, {"libqoffscreen.so", "libqxcb.so"}),
        ({"WAYLAND_DISPLAY": "wayland-0"}, {"libqoffscreen.so", "libqwayland.so"}),
    ],
)
def test_what_draws_on_the_screen_that_is_there_is_asked_about(
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    screens: dict[str, str],
    plugins: set[str],
) -> None:
    for name, value in screens.items():
        monkeypatch.setenv(name, value)
    machine.program("ldd")
    qt_libraries.missing(machine.root / "PySide6")
    asked = {call.rpartition("/")[2] for call in machine.calls("platforms")}
    assert asked == plugins


def test_qt_is_asked_about_once(machine: Machine, with_fonts: Path) -> None:
    machine.program("ldd")
    machine.environment().prepare(for_qt=True)
    assert machine.calls("ldd")
    machine.forget()
    machine.environment().prepare(for_qt=True)
    assert machine.calls("ldd") == []


def test_a_screen_that_comes_later_is_asked_about(
    machine: Machine, with_fonts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.program("ldd")
    machine.environment().prepare(for_qt=True)
    machine.forget()
    monkeypatch.setenv("DISPLAY", ":0")
    machine.environment().prepare(for_qt=True)
    assert machine.calls("libqxcb.so")


def test_every_part_of_qt_that_the_program_uses_is_asked_about(machine: Machine) -> None:
    used = {
        name
        for file in _SOURCES.rglob("*.py")
        for name in re.findall(r"\bfrom PySide6\.(\w+) import", file.read_text("utf-8"))
    }
    machine.program("ldd")
    qt_libraries.missing(machine.root / "PySide6")
    asked = {call.rpartition("/")[2].partition(".")[0] for call in machine.calls("abi3")}
    assert "QtWidgets" in used
    assert used <= asked
