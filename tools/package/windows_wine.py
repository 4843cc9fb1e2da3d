"""Wine, as the Windows on which checks run: a prefix of its own, and programs within it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tools import apt
from tools.package.windows_python import compile_library, dumped
from tools.trouble import Trouble, say

_QUIETLY = {
    "WINEDEBUG": "-all",
    # No entries in this person's own menus, and no offers to fetch Mono and Gecko.
    "WINEDLLOVERRIDES": "winemenubuilder.exe=d;mscoree=;mshtml=",
}
# Rust's standard library wants it, and Wine 8 has it not.
_RANDOM = """
unsigned char SystemFunction036(void *, unsigned long);
int ProcessPrng(unsigned char *where, unsigned long long size) {
    return SystemFunction036(where, (unsigned long)size) != 0;
}
"""


class Wine:
    """The prefix in ``folder``, made there by ``make``. Its programs are shown on ``screen``, an X
    server's, or nowhere; all that run at a time are shown on the same."""

    def __init__(self, folder: Path, screen: str | None = None) -> None:
        self.folder = folder
        self.environment = {**os.environ, **_QUIETLY, "WINEPREFIX": str(folder), "PYTHONUTF8": "1"}
        # Without files of bytecode each start of Python there takes many times as long.
        for name in ("DISPLAY", "PYTHONDONTWRITEBYTECODE"):
            self.environment.pop(name, None)
        if screen is not None:
            self.environment["DISPLAY"] = screen

    @property
    def drive(self) -> Path:
        """Where C: is."""
        return self.folder / "drive_c"

    def make(self, qt_core: Path) -> None:
        """Make the prefix from nothing; ``qt_core`` is Qt6Core.dll. Raises Trouble."""
        if shutil.which("wine") is None:
            apt.provide("The check on Windows needs Wine.", [["wine"], ["wine64"]])
        say(f"Making a Windows in {self.folder}.")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.run("wineboot", "--update")
        self.run("winecfg", "/v", "win10")
        system = self.drive / "windows" / "system32"
        _compile_icu_stub(system / "icuuc.dll", qt_core)
        exports = "EXPORTS\nProcessPrng"
        compile_library(system / "bcryptprimitives.dll", exports, _RANDOM, "-ladvapi32")

    def run(
        self,
        *command: str | Path,
        within_s: float = 300,
        cwd: Path | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end. Raises Trouble where it takes too long."""
        with self.start(*command, cwd=cwd, variables=variables) as running:
            try:
                said, complained = running.communicate("", timeout=within_s)
            except subprocess.TimeoutExpired as late:
                running.kill()
                raise Trouble(f"{command[0]} under Wine took more than {within_s:g} s.") from late
        return subprocess.CompletedProcess(running.args, running.returncode, said, complained)

    def start(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[str]:
        """Start a program, without waiting for it."""
        return subprocess.Popen(
            ["wine", *command],
            # A pipe: Windows programs get no handle from /dev/null.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            cwd=cwd,
            env={**self.environment, **(variables or {})},
        )

    def wait(self) -> None:
        """Wait until every program within the prefix has ended."""
        subprocess.run(["wineserver", "--wait"], env=self.environment, check=False)

    def windows_path(self, file: Path) -> str:
        """How a file of this computer is called within."""
        if file.is_relative_to(self.drive):
            return "C:\\" + str(file.relative_to(self.drive)).replace("/", "\\")
        return "Z:" + str(file).replace("/", "\\")


def _compile_icu_stub(file: Path, user: Path) -> None:
    """An icuuc.dll, which Windows has and Wine 8 has not. It answers 0 to whatever ``user`` calls
    of it: there are then no text encodings but those that Qt knows itself."""
    of_icu = re.search(r"DLL Name: icuuc\.dll(.*?)\n\n", dumped(user), re.DOTALL)
    names = re.findall(r"^\s+\w+ +\d+ +(\w+)$", of_icu[1], re.MULTILINE) if of_icu else []
    functions = "\n".join(f"long long {name}(void) {{ return 0; }}" for name in names)
    compile_library(file, "\n".join(["EXPORTS", *names]), functions)
