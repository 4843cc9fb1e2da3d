"""``python3 dev.py package --deb-check``: the .deb in a Debian that has nothing else.

lintian judges it first. Then debootstrap makes a small Debian in build/debian/. There the package
of dist/ is installed with what it depends on, a plain user takes the tour with it, and it is
purged; nothing of it may be left.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from tools import apt
from tools.trouble import Trouble, say

_RELEASE = "bookworm"
_NAME = "esd-desktop"
_USER = "somebody"
_HOME = PurePosixPath("/home", _USER)
# What lintian says of packages of Debian's own, and why it does not concern this one.
_DIFFERENT = {
    "dir-or-file-in-opt": "what no distribution has belongs there",
    "embedded-library": "Pillow and Python bring theirs",
    "duplicate-font-file": "invoices look the same on every system",
    "library-not-linked-against-libc": "modules that call nothing but Python",
    "shared-library-lacks-prerequisites": "the same, and ICU's data",
    "hardening-no-pie": "PyInstaller's start, as it is published",
    "no-manual-page": "--help tells",
    "no-changelog": "the release's notes tell",
    "copyright-without-copyright-notice": "it names no holder yet",
}
# What belongs to no package, or is its own business: users' files, the lists of dpkg and apt.
_CHANGING = ("/home", "/proc", "/dev", "/sys", "/tmp", "/run", "/var/cache", "/var/lib", "/var/log")  # noqa: S108
_AS_USER = ("setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--init-groups")
# Its mounts are its own, and gone with it.
_WORLD = (
    *("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec"),
    'mount -t proc proc "$0/proc"; mount --rbind /dev "$0/dev"; exec chroot "$0" "$@"',
)
_APT = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2", "--yes")


def deb_check(root: Path) -> None:
    """Install, try and purge the package that is in dist/. Raises Trouble."""
    package = next((root / "dist").glob("*.deb"), None)
    if package is None:
        raise Trouble("There is no .deb in dist/ yet: python3 dev.py package makes it.")
    if shutil.which("debootstrap") is None:
        apt.provide("A Debian of its own is made by debootstrap.", [["debootstrap"]])
    _lint(package)
    debian = Debian(root / "build" / "debian")
    debian.make()
    try:
        _try_in(debian, package)
    finally:
        debian.remove()
    say(f"{package.name} was installed in {_RELEASE}, worked with and purged; nothing is left.")


class Debian:
    """The system in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._root = apt.as_root()
        if self._root is None:
            raise Trouble(
                "Making a Debian needs root's rights, which sudo gives only for a password."
            )

    def make(self) -> None:
        """Make it from nothing, with one user. Raises Trouble."""
        say(f"Making a Debian in {self.folder}.")
        self.remove()
        self.folder.parent.mkdir(exist_ok=True)
        self._run(["debootstrap", "--variant=minbase", _RELEASE, str(self.folder)])
        self.run("useradd", "--create-home", _USER)

    def remove(self) -> None:
        """Its files, where there are any."""
        self._run(["rm", "-rf", "--one-file-system", str(self.folder)])

    def run(self, *command: str) -> str:
        """Run a command within, as root; answers what it says. Raises Trouble where it fails."""
        return self._run([*_WORLD, str(self.folder), *command])

    def run_as_user(self, *command: str) -> str:
        """The same as the user, without a screen."""
        variables = (f"HOME={_HOME}", "QT_QPA_PLATFORM=offscreen", "LANG=C.UTF-8")
        return self.run(*_AS_USER, "env", "--chdir", str(_HOME), *variables, *command)

    def files(self) -> set[str]:
        """What is there, but for what changes without packages."""
        left_out = [word for each in _CHANGING for word in ("-path", each, "-prune", "-o")]
        return set(self.run("find", "/", *left_out, "-print").splitlines())

    def listed(self, packages: str) -> set[str]:
        """The files and folders of packages, by a pattern."""
        return set(self.run("sh", "-c", f"cat /var/lib/dpkg/info/{packages}.list").splitlines())

    def _run(self, command: Sequence[str]) -> str:
        done = subprocess.run(
            [*(self._root or []), *command], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            said = f"{done.stdout[-1500:]}{done.stderr[-1500:]}"
            raise Trouble(f"{' '.join(command[-4:])} failed with {done.returncode}:\n{said}")
        return done.stdout


def _lint(package: Path) -> None:
    """Raises Trouble where lintian finds anything else."""
    if shutil.which("lintian") is None:
        apt.provide("Debian's packages are judged by lintian.", [["lintian"]])
    strictly = ["--fail-on", "error,warning", "--suppress-tags", ",".join(_DIFFERENT)]
    said = subprocess.run(
        ["lintian", *strictly, package], capture_output=True, text=True, check=False
    )
    if said.returncode != 0:
        raise Trouble(f"lintian finds:\n{said.stdout}{said.stderr}")


def _try_in(debian: Debian, package: Path) -> None:
    say("Installing.")
    debian.run(*_APT, "update")
    shutil.copy(package, debian.folder / "tmp" / package.name)
    debian.run(*_APT, "install", "--no-install-recommends", f"/tmp/{package.name}")  # noqa: S108
    own, before = debian.listed(_NAME), debian.files()
    say(f"Taking the tour as a user with {debian.run_as_user('esd', '--version').strip()}.")
    debian.run_as_user(_NAME, "--demo", "--tour", str(_HOME / "tour"))
    if not list((debian.folder / str(_HOME)[1:] / "tour").glob("*.png")):
        raise Trouble("The tour ended well but took no pictures.")
    say("Purging.")
    debian.run(*_APT, "purge", _NAME)
    after = debian.files()
    left = (after - before) | ((after & own) - debian.listed("*"))
    if left:
        raise Trouble(f"Purging left {', '.join(sorted(left))}.")
