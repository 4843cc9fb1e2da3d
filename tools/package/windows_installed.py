"""The program as its installer puts it into a Windows under Wine, and what is there of it."""

from __future__ import annotations

import re
from pathlib import Path

from tools.package.windows_wine import Wine
from tools.trouble import Trouble, say

NAME = "ESD Desktop"
_UNINSTALL = rf"Software\Microsoft\Windows\CurrentVersion\Uninstall\{NAME}"
_LINKS = r"Software\Classes\esd"
_WITHIN_S = 900.0


class Installed:
    """The program within Wine, where its installer puts it for one person, or for everybody."""

    def __init__(self, wine: Wine, *, for_everybody: bool = False) -> None:
        self.wine = wine
        local = next((wine.drive / "users").glob("[!P]*")) / "AppData"
        self.folder = local / "Local" / "Programs" / NAME
        self.data = local / "Local" / NAME
        menus = local / "Roaming"
        self._hive = "HKCU"
        if for_everybody:
            self.folder = wine.drive / "Program Files" / NAME
            menus = wine.drive / "ProgramData"
            self._hive = "HKLM"
        self._menu = menus / "Microsoft/Windows/Start Menu/Programs" / NAME
        self.program = self.folder / "esd-desktop.exe"
        self.run = wine.run
        self.start = wine.start

    def install(self, file: Path, *options: str) -> None:
        """Silently. Raises Trouble."""
        say(f"Installing {file.name} {' '.join(options)}".rstrip() + ".")
        done = self.run(file, "/S", *options, within_s=_WITHIN_S)
        if done.returncode != 0:
            raise Trouble(f"{file.name} ended with {done.returncode}: {done.stdout}")

    def uninstall(self, *options: str) -> None:
        """Silently; it goes on in a copy of itself, for which this waits."""
        say(f"Uninstalling {' '.join(options)}".rstrip() + ".")
        self.run(self.folder / "uninstall.exe", "/S", *options, within_s=_WITHIN_S)
        self.wine.wait()

    def esd(self, *words: str, may_fail: bool = False) -> str:
        """What the command says. Raises Trouble where it fails."""
        done = self.run(self.folder / "esd.exe", *words)
        if done.returncode != 0 and not may_fail:
            raise Trouble(f"esd {' '.join(words)} failed with {done.returncode}: {done.stderr}")
        return done.stdout

    def check(self, version: str) -> None:
        """That everything is where it belongs. Raises Trouble."""
        for name in ("esd-desktop.exe", "esd.exe", "uninstall.exe", "_internal"):
            expect((self.folder / name).exists(), True, name)
        expect((self.folder / "unfinished").exists(), False, "unfinished")
        for name in (f"{NAME}.lnk", f"{NAME} command line.lnk"):
            expect((self._menu / name).is_file(), True, name)
        there = self._registry(_UNINSTALL)
        expect(there.get("DisplayVersion"), version)
        expect(there.get("DisplayName"), NAME)
        expect(there.get("InstallLocation"), self.wine.windows_path(self.folder))
        program = self.wine.windows_path(self.program)
        command = self._registry(rf"{_LINKS}\shell\open\command")
        expect(command.get("(Default)"), f'"{program}" --link "%1"')
        expect(self._registry(_LINKS).get("URL Protocol"), "")

    def check_gone(self, *, data: bool) -> None:
        """That nothing is left but, where it was kept, the ``data``. Raises Trouble."""
        for place in (self.folder, self._menu):
            expect(place.exists(), False, place.name)
        for key in (_UNINSTALL, _LINKS):
            expect(self._registry(key), {}, key)
        expect(self.data.exists(), data, "the data")

    def _registry(self, key: str) -> dict[str, str]:
        """The values of a key; none where there is no such key."""
        said = self.run("reg", "query", rf"{self._hive}\{key}").stdout
        lines = re.findall(r"^    (.+?)    REG_\w+ {0,4}(.*?)\r?$", said, re.MULTILINE)
        return dict(lines)


def expect(found: object, wanted: object, what: str = "") -> None:
    if found != wanted:
        raise Trouble(f"{what} is {found!r}, not {wanted!r}.".strip())
