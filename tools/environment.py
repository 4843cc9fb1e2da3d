"""The virtual environment: made, filled from the lock, and recognised as ready the next time."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from tools import apt, qt_libraries
from tools.one_at_a_time import one_at_a_time
from tools.trouble import Trouble, say

_BEGUN = "begun"
_PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "-qq", "install")


class Environment:
    """``.venv`` of the project in ``root``.

    A stamp within says what it was made from. It reads "begun" while a set-up is going on, and a
    set-up that was interrupted is done again from nothing: pip may have left half a package.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.lock = root / "requirements" / "dev.txt"
        self._programs = self.folder / ("Scripts" if os.name == "nt" else "bin")
        self._stamp = self.folder / "esd-desktop.stamp"
        self._qt_stamp = self.folder / "esd-desktop.qt"
        self._guard = self.folder / "esd-desktop.lock"

    @property
    def python(self) -> Path:
        return self.program("python")

    def program(self, name: str) -> Path:
        """A program of the environment, such as esd."""
        return self._programs / (f"{name}.exe" if os.name == "nt" else name)

    def prepare(self, *, for_qt: bool = False) -> None:
        """See that everything is installed, and with ``for_qt`` that a window can be opened.

        Costs some milliseconds when it is so already. Raises Trouble.
        """
        try:
            if not self._is_ready():
                with one_at_a_time(self._guard):
                    if not self._is_ready():
                        self._set_up()
            if for_qt:
                self._prepare_qt()
        except OSError as fault:
            raise Trouble(f"Cannot set up {self.folder}: {fault}") from fault

    def _is_ready(self) -> bool:
        return _text(self._stamp) == self._contents()

    def _contents(self) -> str:
        """What the stamp of a finished environment says: what it was made from."""
        parts = tomllib.loads(_text(self.root / "pyproject.toml"))
        entry = [parts["project"], parts["build-system"], parts.get("tool", {}).get("hatch")]
        lock, project = _hash(_text(self.lock)), _hash(json.dumps(entry))
        return f"{self._base()}\nlock {lock}\nproject {project}\n"

    def _base(self) -> str:
        """What everything in it is bound to, and what cannot be changed afterwards."""
        return f"Python {self._version()} in {self.folder}"

    def _version(self) -> str | None:
        """Which Python answers there; None where none does, as after an upgrade of the system."""
        ask = "import sys; print('%d.%d' % sys.version_info[:2])"
        command = [str(self.python), "-I", "-S", "-c", ask]
        try:
            answer = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError:
            return None
        return answer.stdout.strip() or None

    def _set_up(self) -> None:
        say(f"Setting up {self.folder}. This takes a minute or two, and the network, once.")
        if not self._can_be_continued():
            self._make()
        self._stamp.write_text(_BEGUN, encoding="utf-8")
        self._install("--require-hashes", "--only-binary", ":all:", "-r", str(self.lock))
        # The project itself, by the locked builder: programs in .venv, the code where it lies.
        self._install("--no-deps", "--no-build-isolation", "--no-index", "-e", str(self.root))
        self._stamp.write_text(self._contents(), encoding="utf-8")

    def _can_be_continued(self) -> bool:
        """Whether something whole is there: finished for an older lock, or made by hand."""
        stamp = _text(self._stamp)
        if stamp and stamp.splitlines()[0] != self._base():
            return False
        return _succeeds([self.python, "-m", "pip", "--version"])

    def _make(self) -> None:
        for old in self.folder.iterdir():
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            elif old != self._guard:
                old.unlink()
        self._stamp.write_text(_BEGUN, encoding="utf-8")
        if importlib.util.find_spec("ensurepip") is None:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            choice = [f"python{version}-venv", "python3-venv"]
            apt.provide("This Python cannot make virtual environments.", [choice])
        # Not .venv's own Python, which has just been removed, if that is what runs this.
        python = getattr(sys, "_base_executable", sys.executable)
        if not _succeeds([python, "-m", "venv", str(self.folder)], quietly=False):
            raise Trouble(f"Python could not make {self.folder}; its reason is above.")

    def _install(self, *what: str) -> None:
        if not _succeeds([self.python, *_PIP, *what], quietly=False):
            raise Trouble(
                "The packages could not be installed; pip's reason is above. Is the network there? "
                "Run the same command again: it begins afresh."
            )

    def _prepare_qt(self) -> None:
        seen = json.dumps([_hash(_text(self.lock)), qt_libraries.platforms()])
        if _text(self._qt_stamp) != seen:
            qt_libraries.provide(self.folder / "lib" / f"python{self._version()}" / "site-packages")
            self._qt_stamp.write_text(seen, encoding="utf-8")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _succeeds(command: Sequence[str | Path], *, quietly: bool = True) -> bool:
    output = subprocess.DEVNULL if quietly else None
    try:
        return subprocess.run(command, stdout=output, stderr=output, check=False).returncode == 0
    except FileNotFoundError:
        return False
