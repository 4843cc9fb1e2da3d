"""``python3 dev.py package --windows-check``: the Windows program and its installer, under Wine.

Everything is made anew in build/windows/, never to be shipped: a Windows with a Python of its own,
the frozen program, its installer, and a higher version of that. What is tried there:

1. installing silently, for one person: files, Start menu, registry, version and the way of links;
2. the commands, among them a day's work on a sandbox that runs on this computer (windows_flow.py);
3. the window, on a screen of its own: that it is painted, and that a link comes to it;
4. the higher version in its place, with the data kept, and the lower one refused afterwards;
5. uninstalling silently, with the data kept, and once more with the data.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import esd_desktop
from tools.package import windows_flow
from tools.package.windows_installer import make_installer
from tools.package.windows_python import WindowsPython
from tools.package.windows_screen import Screen
from tools.package.windows_wine import Wine
from tools.trouble import Trouble, say

_NAME = "ESD Desktop"
_UNINSTALL = rf"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\{_NAME}"
_LINKS = r"HKCU\Software\Classes\esd"
_NEWER_IS_THERE = 13
_FREEZES_WITHIN_S, _INSTALLS_WITHIN_S = 3600.0, 900.0
# Wine 8 knows no addresses in certificates, and no roots but the system's.
_SANDBOX = """if True:
    import sys
    from esd_desktop.sandbox import server
    server._HOST = "localhost"
    from esd_desktop.sandbox.__main__ import main
    sys.exit(main())
"""
_TRUST = """if True:
    import ctypes, ssl, sys
    from ctypes import c_char_p, c_ulong, c_void_p, c_wchar_p
    der = ssl.PEM_cert_to_DER_cert(open(sys.argv[1]).read())
    crypt = ctypes.WinDLL("crypt32")
    crypt.CertOpenSystemStoreW.restype = c_void_p
    crypt.CertOpenSystemStoreW.argtypes = (c_void_p, c_wchar_p)
    crypt.CertAddEncodedCertificateToStore.argtypes = (
        c_void_p, c_ulong, c_char_p, c_ulong, c_ulong, c_void_p)
    crypt.CertCloseStore.argtypes = (c_void_p, c_ulong)
    roots = crypt.CertOpenSystemStoreW(None, "ROOT")
    added = crypt.CertAddEncodedCertificateToStore(roots, 1, der, len(der), 3, None)
    crypt.CertCloseStore(roots, 0)
    sys.exit(0 if added else 1)
"""


def windows_check(root: Path) -> None:
    """All of it. Raises Trouble with what is not as it should be."""
    work = root / "build" / "windows"
    wine, python = Wine(work / "wine"), WindowsPython(work / "python", root / ".venv/bin/uv")
    python.make(root / "packaging" / "windows" / "check-requirements.txt")
    python.install(root / "requirements" / "package.txt")
    wine.make(python.packages / "PySide6" / "Qt6Core.dll")
    payload = freeze(root, wine, python, work)
    version = esd_desktop.__version__
    installers = {version: work / "this.exe", _after(version): work / "next.exe"}
    for each, file in installers.items():
        say(f"Packing version {each}.")
        make_installer(root, payload, each, file, loosely=each != version)
    try_it(root, work, installers)
    say("All of it works under Wine. docs/packaging-windows.md says what that does not tell.")


def freeze(root: Path, wine: Wine, python: WindowsPython, work: Path) -> Path:
    """Have PyInstaller build the program within; answers the folder. Raises Trouble."""
    say("Building under Wine. This takes some minutes.")
    places = ["--distpath", wine.windows_path(work / "dist")]
    places += ["--workpath", wine.windows_path(work / "work")]
    done = wine.run(
        *(python.program, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"),
        *(*places, wine.windows_path(root / "packaging" / "esd-desktop.spec")),
        within_s=_FREEZES_WITHIN_S,
        cwd=root,
    )
    if done.returncode != 0:
        raise Trouble(f"PyInstaller could not build the program:\n{done.stderr[-4000:]}")
    return work / "dist" / "esd-desktop"


def try_it(root: Path, work: Path, installers: dict[str, Path]) -> None:
    """Install, work, show, upgrade and uninstall what was built. Raises Trouble."""
    (this, first), (higher, second) = installers.items()
    files = work / "files"
    shutil.rmtree(files, ignore_errors=True)
    files.mkdir()
    python = work / "python" / "python.exe"
    with Screen() as screen, _sandbox(root, work / "sandbox") as addresses:
        installed = Installed(Wine(work / "wine", screen.name))
        wine, esd = installed.wine, installed.esd
        _trust(wine, python, Path(addresses["ca_file"]))
        installed.install(first)
        installed.check(this)
        _expect(esd("--version").strip(), f"{_NAME} {this}")
        windows_flow.connect(esd, wine.windows_path, addresses)
        windows_flow.work(esd, wine.windows_path, files)
        say(esd("doctor", may_fail=True))
        held = windows_flow.assets(esd)
        screen.watch(installed.start, installed.program, held[0]["id"], files)

        installed.install(second)
        installed.check(higher)
        _expect(windows_flow.assets(esd), held)
        _expect(installed.run(first, "/S", within_s=_INSTALLS_WITHIN_S).returncode, _NEWER_IS_THERE)

        installed.uninstall()
        installed.check_gone(data=True)
        installed.install(second)
        _expect(windows_flow.assets(esd), held)
        installed.uninstall("/DeleteData")
        installed.check_gone(data=False)
        wine.wait()


class Installed:
    """The program within Wine, where its installer puts it for one person."""

    def __init__(self, wine: Wine) -> None:
        self.wine = wine
        local = next((wine.drive / "users").glob("[!P]*")) / "AppData"
        self.folder = local / "Local" / "Programs" / _NAME
        self.data = local / "Local" / _NAME
        self._menu = local / "Roaming/Microsoft/Windows/Start Menu/Programs" / _NAME
        self.program = self.folder / "esd-desktop.exe"
        self.run = wine.run
        self.start = wine.start

    def install(self, file: Path) -> None:
        """Silently. Raises Trouble."""
        say(f"Installing {file.name}.")
        done = self.run(file, "/S", within_s=_INSTALLS_WITHIN_S)
        if done.returncode != 0:
            raise Trouble(f"{file.name} ended with {done.returncode}: {done.stdout}")

    def uninstall(self, *options: str) -> None:
        """Silently; it goes on in a copy of itself, for which this waits."""
        say(f"Uninstalling {' '.join(options)}")
        self.run(self.folder / "uninstall.exe", "/S", *options, within_s=_INSTALLS_WITHIN_S)
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
            _expect((self.folder / name).exists(), True, name)
        _expect((self.folder / "unfinished").exists(), False, "unfinished")
        for name in (f"{_NAME}.lnk", f"{_NAME} command line.lnk"):
            _expect((self._menu / name).is_file(), True, name)
        there = self._registry(_UNINSTALL)
        _expect(there.get("DisplayVersion"), version)
        _expect(there.get("DisplayName"), _NAME)
        _expect(there.get("InstallLocation"), self.wine.windows_path(self.folder))
        program = self.wine.windows_path(self.program)
        command = self._registry(rf"{_LINKS}\shell\open\command")
        _expect(command.get("(Default)"), f'"{program}" --link "%1"')
        _expect(self._registry(_LINKS).get("URL Protocol"), "")

    def check_gone(self, *, data: bool) -> None:
        """That nothing is left but, where it was kept, the ``data``. Raises Trouble."""
        for place in (self.folder, self._menu):
            _expect(place.exists(), False, place.name)
        for key in (_UNINSTALL, _LINKS):
            _expect(self._registry(key), {}, key)
        _expect(self.data.exists(), data, "the data")

    def _registry(self, key: str) -> dict[str, str]:
        """The values of a key; none where there is no such key."""
        said = self.run("reg", "query", key).stdout
        lines = re.findall(r"^    (.+?)    REG_\w+ {0,4}(.*?)\r?$", said, re.MULTILINE)
        return dict(lines)


@contextmanager
def _sandbox(root: Path, folder: Path) -> Iterator[dict[str, Any]]:
    """A sandbox on this computer; its addresses."""
    shutil.rmtree(folder, ignore_errors=True)
    python = str(root / ".venv" / "bin" / "python")
    command = [python, "-c", _SANDBOX, str(folder), "--while-stdin-open"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        if not running.stdout.readline():
            raise Trouble("The sandbox did not start.")
        yield json.loads((folder / "sandbox.json").read_text("utf-8"))
        running.stdin.close()


def _trust(wine: Wine, python: Path, authority: Path) -> None:
    """Have Windows trust whoever issued the sandbox's certificate."""
    if wine.run(python, "-c", _TRUST, wine.windows_path(authority)).returncode != 0:
        raise Trouble("The sandbox's authority could not be added to those that Windows trusts.")


def _after(version: str) -> str:
    *first, last = version.split(".")
    return ".".join([*first, str(int(last) + 1)])


def _expect(found: object, wanted: object, what: str = "") -> None:
    if found != wanted:
        raise Trouble(f"{what} is {found!r}, not {wanted!r}.".strip())
