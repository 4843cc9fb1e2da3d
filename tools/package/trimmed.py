"""What comes along with the libraries and is left out of the folder."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import PurePosixPath

Entry = tuple[str, str, str]  # where it will lie, where it is, its kind

# Kinds of pictures that an invoice has none of. (Pillow's JPEG needs Mpo and Tiff.)
_PICTURES = (
    "Avif Blp BufrStub Cur Dcx Dds Eps Fits Fli Fpx Ftex Gbr GribStub Hdf5Stub Icns Ico Im Imt "
    "Iptc Jpeg2K McIdas Mic Mpeg Msp Palm Pcd Pcx Pdf Pixar Psd Qoi Sgi Spider Sun Tga WebP Wmf "
    "XVThumb Xbm Xpm"
)

# Modules that something imports in a case that does not arise here.
MODULES = [
    # Colours and tables in typer's help, which ours does without.
    "rich",
    "pygments",
    # reportlab imports Pillow, whatever it draws; these are for pictures that it never meets.
    *(f"PIL.{name}" for name in "_avif _webp _imagingft _imagingcms _imagingtk".split()),
    *(f"PIL.{name}ImagePlugin" for name in _PICTURES.split()),
    # For programs that were written for its first version.
    "pydantic.v1",
    # Nothing of ours; a hook of PyInstaller's names it with the window's.
    "PySide6.QtNetwork",
    "sqlalchemy.testing",
    "alembic.testing",
    "setuptools",
    "pydoc",
    "readline",
    "tkinter",
    "unittest",
]
if sys.platform == "linux":
    # The wheel's PostgreSQL, OpenSSL, Kerberos and LDAP, 10 MB that the system keeps safe itself as
    # libpq5. psycopg_c, compiled against that one, is there instead.
    MODULES.append("psycopg_binary")

# Libraries with long descriptions in their code, which they themselves do not need. Ours stay:
# typer shows those of the commands. (openpyxl adds to its own while it is imported.)
_DESCRIBED = "alembic authlib cryptography psycopg pydantic reportlab sqlalchemy xlsxwriter".split()

# What PyInstaller has every start do before the program's own first line, and is not needed:
_PREPARATIONS = [
    # Loads Qt, for the command line too, to tell it where its plugins are. The wheel's PySide6 does
    # that by itself; a bundle on macOS was not tried.
    *([] if sys.platform == "darwin" else ["pyi_rth_pyside6"]),
    # Loads multiprocessing, for who starts processes by it. Ours go by esd_desktop/parts.py.
    "pyi_rth_multiprocessing",
    # Reads base_library.zip, so that source code could be shown; there is none in the program.
    "pyi_rth_inspect",
    # Lists modules in packages, which nothing of ours asks for.
    "pyi_rth_pkgutil",
]

# Files by where they would lie, in the words of fnmatch.
_UNUSED = [
    # Platforms without a window system; a theme that brings all of GTK. What stays asks the desktop
    # for its own dialogs through its portal.
    "*/plugins/egldeviceintegrations/*",
    "*/plugins/platforms/libqeglfs.so",
    "*/plugins/platforms/libqlinuxfb.so",
    "*/plugins/platforms/libqvnc.so",
    "*/plugins/platforms/libqvkkhrdisplay.so",
    "*/plugins/platforms/*minimal*",
    "*/plugins/platformthemes/*gtk3*",
    "*/plugins/networkinformation/*",
    "*/plugins/tls/*",
    "*/plugins/generic/*",
    "*/plugins/wayland-shell-integration/*ivi*",
    "*/plugins/wayland-shell-integration/*fullscreen*",
    # Kinds of pictures that the window has none of.
    *(
        f"*/plugins/imageformats/*q{kind}.*"
        for kind in "gif icns jpeg tga tiff wbmp webp pdf".split()
    ),
    # The window speaks English, Qt's own dialogs with it.
    "PySide6/Qt/translations/*",
    "PySide6/translations/*",
    # Drawing by the processor where there is no driver: the window draws so by itself.
    "*/opengl32sw.dll",
    "certifi/py.typed",
    "*/tests/*",
    "*/INSTALLER",
    "*/RECORD",
    "*/REQUESTED",
    "*/direct_url.json",
]

# Libraries that a Linux desktop has, and keeps safe. A copy of ours would grow old, and Mesa's
# drivers would meet a C++ library that is older than theirs.
_OF_THE_SYSTEM = [
    "libc.so.*",
    "libstdc++.so.*",
    "libgcc_s.so.*",
    "libz.so.*",
    "libssl.so.*",
    "libcrypto.so.*",
    "libdbus-1.so.*",
    "libglib-2.0.so.*",
    "libgthread-2.0.so.*",
    "libfontconfig.so.*",
    "libfreetype.so.*",
    "libX11.so.*",
    "libX11-xcb.so.*",
    "libxkbcommon.so.*",
    "libxkbcommon-x11.so.*",
    "libcups.so.*",
    "libpq.so.*",
]
_LIBRARY = re.compile(r"(|PySide6/Qt/lib/|\w+\.libs/)lib[^/]*\.so[.\d]*")


def kept(binaries: Iterable[Entry], data: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Both without what is unused, what the system has and, on Linux, what nothing needs then."""
    stays, files = _used(binaries), _used(data)
    if sys.platform == "linux":
        stays = _needed([each for each in stays if not _matches(each[0], _OF_THE_SYSTEM)])
    there = {place for place, _, kind in [*stays, *files] if kind != "SYMLINK"}
    return _whole(stays, there), _whole(files, there)


def prepared(scripts: Iterable[Entry]) -> list[Entry]:
    """The scripts that run when the program starts, without those that it does not need."""
    return [each for each in scripts if each[0] not in _PREPARATIONS]


def undescribed(modules: Iterable[Entry]) -> list[Entry]:
    """The modules, of which those libraries' are to be compiled as by ``python -OO``."""
    return [
        (name, file, "PYMODULE-2" if name.partition(".")[0] in _DESCRIBED else kind)
        for name, file, kind in modules
    ]


def _used(entries: Iterable[Entry]) -> list[Entry]:
    return [each for each in entries if not _matches(each[0].replace("\\", "/"), _UNUSED)]


def _matches(place: str, patterns: list[str]) -> bool:
    return any(fnmatch(place, pattern) for pattern in patterns)


def _whole(entries: list[Entry], there: set[str]) -> list[Entry]:
    """In order, without the links to what is not there any more."""
    return sorted(each for each in entries if each[2] != "SYMLINK" or each[1] in there)


def _needed(entries: list[Entry]) -> list[Entry]:
    """Without the libraries that only something left out has asked for."""
    libraries: dict[str, list[Entry]] = {}
    reached: list[Entry] = []
    for each in entries:
        if each[2] != "SYMLINK" and _LIBRARY.fullmatch(each[0]) and "libpython" not in each[0]:
            libraries.setdefault(PurePosixPath(each[0]).name, []).append(each)
        else:
            reached.append(each)
    for _, file, kind in reached:  # grows meanwhile
        if kind != "SYMLINK":
            for name in asked_for(file):
                reached.extend(libraries.pop(name, ()))
    return reached


def asked_for(file: str) -> list[str]:
    """The libraries that a program or library names, not those that these name in turn."""
    said = subprocess.run(["readelf", "-d", file], capture_output=True, text=True, check=True)
    return re.findall(r"\(NEEDED\).*\[(.+)\]", said.stdout)
