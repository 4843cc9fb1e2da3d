"""The system libraries that Qt's wheels do not bring: found by asking the loader, not by a list."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tools import apt
from tools.trouble import Trouble

_MODULES = ("QtCore", "QtDBus", "QtGui", "QtPrintSupport", "QtSvg", "QtTest", "QtWidgets")
_SCREENS = {"DISPLAY": "xcb", "WAYLAND_DISPLAY": "wayland"}
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")

# Debian names a library's package after the library; these are the exceptions.
_PACKAGES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libz.so.1": "zlib1g",
}


def platforms() -> list[str]:
    """Where Qt will draw: in memory, and on the screen if there is one."""
    return ["offscreen", *(name for key, name in _SCREENS.items() if os.environ.get(key))]


def has_screen() -> bool:
    """Whether a window can be opened; Qt itself aborts where not."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return any(os.environ.get(key) for key in _SCREENS)


def provide(site_packages: Path) -> None:
    """See that Qt can start here. Raises Trouble with the sentence that says what to install."""
    if not sys.platform.startswith("linux"):
        return
    wanted = missing(site_packages / "PySide6")
    fonts = [] if _has_a_font() else ["fonts-dejavu-core"]
    if not wanted and not fonts:
        return
    packages = sorted({package_of(library) for library in wanted})
    why = f"Qt needs what this computer does not have ({', '.join([*wanted, *fonts])})."
    # Ubuntu 24.04 and Debian 13 renamed some for their 64-bit times.
    apt.provide(why, [[f"{name}t64", name] for name in packages] + [[font] for font in fonts])
    still = missing(site_packages / "PySide6")
    if still:
        raise Trouble(f"Qt still does not find {', '.join(still)}.")


def missing(pyside: Path) -> list[str]:
    """The libraries the loader does not find for the modules we use and where Qt will draw."""
    plugins = pyside / "Qt" / "plugins" / "platforms"
    parts = [pyside / f"{name}.abi3.so" for name in _MODULES]
    parts += [plugins / f"libq{name}.so" for name in platforms()]
    return not_found(
        subprocess.run(["ldd", part], capture_output=True, text=True, check=False).stdout
        for part in parts
    )


def not_found(loader_says: Iterable[str]) -> list[str]:
    """What several answers of ldd call missing, each once."""
    return sorted({m[1] for text in loader_says for m in re.finditer(r"(\S+) => not found", text)})


def package_of(library: str) -> str:
    """Debian's package of a library: libX11.so.6 is in libx11-6, libEGL.so.1 in libegl1."""
    if library in _PACKAGES:
        return _PACKAGES[library]
    name, _, version = library.lower().replace("_", "-").partition(".so.")
    return f"{name}-{version}" if name[-1].isdigit() else f"{name}{version}"


def _has_a_font() -> bool:
    folders = (Path(folder).expanduser() for folder in _FONT_FOLDERS)
    return any(
        file.suffix.lower() in (".ttf", ".otf", ".ttc") for f in folders for file in f.rglob("*")
    )
