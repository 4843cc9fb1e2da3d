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
    """The prefix in ``folder``, made there by ``make``. Programs are run without a screen: with
    one, Qt's plugin for Windows aborts on what Wine 8 does not know."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environment = {**os.environ, **_QUIETLY, "WINEPREFIX": str(folder)}
        self._environment.pop("DISPLAY", None)

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
        """Run a program to its end; what it says on both streams is in ``stdout``. Raises Trouble
        where it takes too long."""
        try:
            return subprocess.run(
                ["wine", *command],
                # A pipe: Windows programs get no handle from /dev/null.
                input="",
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                timeout=within_s,
                check=False,
                cwd=cwd,
                env={**self._environment, "PYTHONUTF8": "1", **(variables or {})},
            )
        except subprocess.TimeoutExpired as late:
            raise Trouble(f"{command[0]} under Wine took more than {within_s:g} s.") from late

    def wait(self) -> None:
        """Wait until every program within the prefix has ended."""
        subprocess.run(["wineserver", "--wait"], env=self._environment, check=False)

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
