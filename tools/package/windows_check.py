"""``python3 dev.py package --windows-check``: the Windows program and its installer, under Wine.

Everything is made anew in build/windows/, never to be shipped: a Windows with a Python of its own,
the frozen program, its installer, and a higher version of that. What is tried there:

1. installing silently, for one person: files, Start menu, registry, version and the way of links;
2. the commands, among them a day's work on a sandbox that runs on this computer (windows_flow.py);
3. the window, on a screen of its own: that it is painted, and that a link comes to it;
4. the higher version in its place, with the data kept, and the lower one refused afterwards;
5. uninstalling silently, with the data kept, and once more with the data;
6. installing for everybody, and opening a store of the first version.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import esd_desktop
from tools.package import smoke_parts, windows_flow
from tools.package.windows_installed import NAME, Installed, expect
from tools.package.windows_installer import make_installer
from tools.package.windows_python import WindowsPython
from tools.package.windows_screen import WatchedScreen
from tools.package.windows_wine import Wine
from tools.trouble import Trouble, say

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
    with WatchedScreen() as screen, _sandbox(root, work / "sandbox") as addresses:
        installed = Installed(Wine(work / "wine", screen.name))
        wine, esd = installed.wine, installed.esd
        _trust(wine, python, Path(addresses["ca_file"]))
        installed.install(first)
        installed.check(this)
        expect(esd("--version").strip(), f"{NAME} {this}")
        windows_flow.connect(esd, wine.windows_path, addresses)
        windows_flow.work(esd, wine.windows_path, files)
        say(esd("doctor", may_fail=True))
        held = windows_flow.assets(esd)
        screen.watch(installed.start, installed.program, held[0]["id"], files)

        installed.install(second)
        installed.check(higher)
        expect(windows_flow.assets(esd), held)
        expect(installed.run(first, "/S", within_s=_INSTALLS_WITHIN_S).returncode, _NEWER_IS_THERE)

        installed.uninstall()
        installed.check_gone(data=True)
        installed.install(second)
        expect(windows_flow.assets(esd), held)
        installed.uninstall("/DeleteData")
        installed.check_gone(data=False)
        wine.wait()
    try_for_everybody(root, work, installers)


def try_for_everybody(root: Path, work: Path, installers: dict[str, Path]) -> None:
    """Install for everybody over a store that an older version has left; bring both up to date, the
    program without saying again for whom; uninstall it. Raises Trouble."""
    (_, first), (higher, second) = installers.items()
    installed = Installed(Wine(work / "wine"), for_everybody=True)
    installed.data.mkdir()
    smoke_parts.make_older_store(installed.data / "esd.db", root / ".venv" / "bin" / "python")
    installed.install(first, "/AllUsers")
    installed.install(second)
    installed.check(higher)
    numbers = [each["number"] for each in json.loads(installed.esd("invoices", "list", "--json"))]
    expect(numbers, [smoke_parts.OLD_INVOICE])
    installed.uninstall("/DeleteData")
    installed.check_gone(data=False)


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
