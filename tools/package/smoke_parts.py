"""What the tour of the built program does not pass by, each by the command line that people have:
the keyring, certificates, older stores, PostgreSQL, workbooks, the languages of portal and mails.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tools import apt, postgresql
from tools.package import windows_flow
from tools.trouble import Trouble

_SOON = 120  # seconds, where other work shares the machine
_UNLOCKED = (
    "printf '\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec \"$@\""
)
_OLDER_STORE = (
    "import sys, pathlib; from tests.support.older_stores import first_version; "
    "first_version(pathlib.Path(sys.argv[1]))"
)
_SERVER = """if True:
    import pathlib, sys
    from tests.support.postgres import PostgresServer
    with PostgresServer(pathlib.Path(sys.argv[1])) as server, server.store() as made:
        print(made.address, flush=True)
        sys.stdin.read()
"""
OLD_INVOICE = "INV-2026-00001"


class Installed:
    """The command line of the built program, as a new user whose secrets are in a file."""

    def __init__(self, program: Path, home: Path) -> None:
        self.program, self.home = program, home
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self._environment = {**kept, "HOME": str(home), "ESD_DESKTOP_HOME": str(home / "esd")}

    def answer(self, *words: str | Path, **variables: str) -> Any:
        """What it says with --json. Raises Trouble where it fails."""
        done = self.ended((self.program, *words, "--json"), **variables)
        if done.returncode != 0:
            raise Trouble(f"esd {words[0]} failed: {done.stdout[-800:]}{done.stderr[-800:]}")
        return json.loads(done.stdout)

    def ended(
        self, command: tuple[str | Path, ...], **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """A command in this user's environment, run to its end."""
        environment = {**self._environment, "ESD_DESKTOP_VAULT": "file", **variables}
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_SOON, check=False
        )

    @contextmanager
    def serving(self, *words: str | Path) -> Iterator[dict[str, Any]]:
        """A command that goes on until it is told to end: the JSON that it begins with."""
        with subprocess.Popen(
            [self.program, *words, "--json"],
            env={**self._environment, "ESD_DESKTOP_VAULT": "file"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            try:
                said = process.stdout
                if said is None or not select.select([said], [], [], _SOON)[0]:
                    raise Trouble(f"esd {words[0]} did not begin within {_SOON} seconds.")
                yield _first_object(said)
            finally:
                process.terminate()


def _first_object(said: IO[str]) -> dict[str, Any]:
    lines: list[str] = []
    while not lines or lines[-1] not in ("}\n", ""):
        lines.append(said.readline())
    found: dict[str, Any] = json.loads("".join(lines))
    return found


def keep_a_secret(esd: Installed) -> None:
    """In a GNOME Keyring of its own, which the program finds over D-Bus."""
    needed = {"gnome-keyring-daemon": "gnome-keyring", "dbus-run-session": "dbus-daemon"}
    missing = [[package] for program, package in needed.items() if shutil.which(program) is None]
    if missing:
        apt.provide("The keyring is tried with a real one.", missing)
    doctor = (esd.program, "doctor", "--json")
    told = esd.ended(
        ("dbus-run-session", "--", "sh", "-c", _UNLOCKED, "sh", *doctor),
        ESD_DESKTOP_VAULT="keyring",
        ESD_DESKTOP_HOME=str(esd.home / "keyring"),
    )
    findings = {each["subject"]: each for each in json.loads(told.stdout or "[]")}
    vault = findings.get("Vault", {})
    if vault.get("state") != "ok" or "the keyring of this computer" not in vault["sentence"]:
        raise Trouble(f"The keyring does not work: {vault or told.stderr}")


def judge_certificates(esd: Installed) -> None:
    """The sandbox's authority is trusted where a connection names it, and nowhere else."""
    with esd.serving("sandbox", "--directory", esd.home / "sandbox") as at:
        _connect(esd, "named", at, "--ca-file", at["ca_file"])
        _connect(esd, "unnamed", at)
        esd.answer("connections", "check", "named")
        refused = esd.ended((esd.program, "connections", "check", "unnamed", "--json"))
        if refused.returncode == 0 or "certificate" not in refused.stdout + refused.stderr:
            raise Trouble(f"An unknown authority was not refused: {refused.stdout}{refused.stderr}")


def _connect(esd: Installed, name: str, at: dict[str, Any], *more: str) -> None:
    fields = {
        "--tenant": "tenant",
        "--client-id": "client_id",
        "--certificate": "certificate_file",
        "--key": "key_file",
        "--resource": "resource_api",
        "--service-url": "service_url",
        "--channel-id": "channel_id",
        "--country": "country",
        "--language": "language",
        "--authority": "authority",
    }
    given = [text for option, field in fields.items() for text in (option, str(at[field]))]
    esd.answer("connections", "add", name, *given, *more)


def read_older_store(esd: Installed, python: Path) -> Path:
    """A store of the first version is brought to the newest, with what is in it. Answers it."""
    store = esd.home / "older.db"
    make_older_store(store, python)
    invoices = esd.answer("invoices", "list", "--store", store)
    if [each["number"] for each in invoices] != [OLD_INVOICE]:
        raise Trouble(f"The older store's invoice is not there: {invoices}")
    return store


def make_older_store(store: Path, python: Path) -> None:
    """As the first version left them; ``python`` has the program's sources. Raises Trouble."""
    variables = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    if subprocess.run([python, "-c", _OLDER_STORE, store], env=variables, check=False).returncode:
        raise Trouble("No older store could be made; the reason is above.")


def write_workbook(esd: Installed, store: Path) -> None:
    """A workbook is written, and read again."""
    workbook = esd.home / "assets.xlsx"
    esd.answer("export", "assets", workbook, "--store", store)
    again = esd.ended((esd.program, "import", workbook, "--dry-run", "--store", store))
    if again.returncode != 0 or "2 assets" not in again.stdout:
        raise Trouble(f"The workbook cannot be read: {again.stdout}{again.stderr}")


def use_postgresql(esd: Installed, python: Path) -> None:
    """A store on a PostgreSQL server is worked with, by psycopg in C and this system's libpq."""
    postgresql.provide()
    variables = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(
        [python, "-c", _SERVER, esd.home / "postgres.json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=variables,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        store = server.stdout.readline().strip()
        sandbox = json.loads((esd.home / "sandbox" / "sandbox.json").read_text("utf-8"))
        _connect(esd, "sandbox", sandbox, "--store", store)
        listed = esd.home / "import.csv"
        listed.write_text(windows_flow.FILE, encoding="utf-8")
        done = esd.ended((esd.program, "import", listed, "--store", store), PSYCOPG_IMPL="c")
        found = esd.answer("assets", "list", "--store", store, PSYCOPG_IMPL="c")
        server.stdin.close()
    if len(found) != windows_flow.IMPORTED:
        raise Trouble(f"The store on PostgreSQL has {found}: {done.stdout}{done.stderr}")


def speak_languages(esd: Installed, store: Path) -> None:
    """The portal in German and Greek, and a mail in both, beside English."""
    preview = ("templates", "preview", "welcome", "--asset", "1", "--store", store)
    languages = ("en", "de", "el")
    mails = {json.dumps(esd.answer(*preview, "--language", each)) for each in languages}
    if len(mails) != len(languages):
        raise Trouble(f"The mail is not in three languages: {mails}")
    with esd.serving("portal", "--port", "0", "--store", store) as at:
        for language, sentence in {"de": "Lizenzportal", "el": "Πύλη αδειών"}.items():
            page = urllib.request.Request(at["url"], headers={"Accept-Language": language})  # noqa: S310
            with urllib.request.urlopen(page, timeout=_SOON) as answer:  # noqa: S310
                text = answer.read().decode()
            if f'lang="{language}"' not in text or sentence not in text:
                raise Trouble(f"The portal does not speak {language}: {text[:400]}")
