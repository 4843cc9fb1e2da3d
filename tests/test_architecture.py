"""The boundaries that docs/architecture.md names, where import-linter alone does not see them.

Each test names the file and the line that break its rule.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import esd_desktop

_ROOT = Path(__file__).resolve().parents[1]
_PACKAGE = _ROOT / "esd_desktop"
_SERVICES = _PACKAGE / "services"
_SERVICE_TESTS = _ROOT / "tests" / "unit" / "services"
_LONGEST_FILE = 450

# Who may import what. A folder stands for everything in it.
_OWNERS: dict[str, tuple[str, ...]] = {
    "PySide6": ("ui", "start.py", "app.py", "demo"),
    "shiboken6": ("ui",),
    "qasync": ("app.py",),
    "sqlalchemy": ("models",),
    "alembic": ("models/store",),
    "httpx2": (
        "services/microsoft/http.py",
        "services/portal/openid_http.py",
        "services/updates/http.py",
        "sandbox/client.py",
    ),
    "authlib": ("services/portal",),
    "joserfc": ("services/portal",),
    "h11": ("services/microsoft/line.py",),
    "msal": ("services/microsoft",),
    "keyring": ("services/vault.py",),
    "aiosmtplib": ("services/mail",),
    "aiosmtpd": ("sandbox",),
    "jinja2": ("services/mail", "portal/rendering.py"),
    "reportlab": ("services/invoicing",),
    "openpyxl": ("services/importing",),
    "procrastinate": ("services/jobs/queue.py",),
}

# A verb has a test of its own in tests/unit/services. These are not verbs, or are tested elsewhere.
_TESTED_ELSEWHERE = {
    "backend": "test_backend.py in unit/ui: it is the bridge to the window",
    "browse": "queries: unit/models/store, unit/cli and every view",
    "changes": "what a verb returns",
    "check_connection": "unit/cli/test_connections.py",
    "check_mail": "unit/services/test_diagnose.py",
    "connect": "with every verb that calls Microsoft",
    "context": "what a verb is handed",
    "browse_backups": "test_back_up.py",
    "file_lock": "test_vault.py: two programs writing one file of secrets",
    "gathered": "test_watch.py",
    "mass_answers": "test_mass_update.py",
    "mass_holding": "test_mass_run.py",
    "open_secrets": "test_reveal_key.py",
    "operations": "test_settling.py and test_provision.py",
    "record": "with every verb that changes something",
    "settle_doubt": "test_settling.py",
    "witness": "test_verify_audit.py",
    "workshop": "test_backend.py in unit/ui, and test_process.py",
}

# Whoever starts a verb is asked for the right to it. These are steps of verbs that have asked, or
# give nothing away: whole files, and single functions.
_STEPS = {
    "account_tree": "by the services that it is read with",
    "connect": "opens the gateway for a verb that calls Microsoft",
    "journal": "its rounds ask",
    "look_for_update": "asks the feed of versions, and nothing of the store",
    "mail_facts": "what a mail says, for the verbs that send or show it",
    "open_secrets": "after the audit row of the verb that releases them",
    "operations": "the steps of a call to Microsoft",
    "queue_mail": "the mail of a verb, in its transaction",
    "record": "the audit row of a verb, in its transaction",
    "requests_state": "how a request moves, in the transactions of the verbs that move it",
    "rights": "they are the asking",
    "watch": "tells that something was written, and nothing of what",
    "browse_backups.own_backups": "for the verbs that ask, and say what of it they tell",
    "browse.history_and_assets": "by the history, and by the assets",
    "browse.searched_key": "for the lists, which ask",
    "browse.service_states": "by the list of connections",
    "browse.store_name": "where the store is, and nothing of what is in it",
    "browse_invoices.invoice_sheet": "by the invoice's details",
    "mass_run.run_works": "its works ask",
    "mass_run.forget_old_results": "each round of it asks",
    "mass_run.taken": "whoever carries a work out has asked",
    "cancel_licence.carry_out_return": "after the intent of cancel, return again or settle",
    "decide_request.close_request": "for decline and withdraw, which ask for different rights",
    "provision.carry_out_issue": "after the intent of provision or settle",
    "provision.issue": "for many licences that were asked for at once",
    "resend_link.queue_again": "within the change of resend, of one link or of many",
    "resend_link.queue_welcome": "with the token, or with the link that is sent again",
    "resend_mail.mail_recipient": "by the mail itself",
    "restore_store.left_to_bring_over": "what is left to be done, told to whoever opens the store",
    "restore_store.restore_store": "by looking at the backup first",
    "reveal_key.may_reveal": "by the settings",
    "send_mails.deliver": "for the verbs that queued the mail",
    "send_mails.mail_server": "by the settings",
    "shared_settings.mail_password": "for the verbs that sign in with it",
    "shared_settings.password_of": "for the verbs that sign in with it",
    "shared_settings.read_settings": "by the settings' texts",
    "verify_audit.witness_audit": "compares what every computer keeps, and tells nothing else",
    "update_status.take_in": "within the change of update or settle",
}


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


@cache
def sources(folder: Path = _PACKAGE) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def own_files() -> Iterator[Path]:
    """Every Python file of the project; what is hidden, such as .venv, is nobody's."""
    for folder in ("esd_desktop", "tests", "tools"):
        yield from sources(_ROOT / folder)
    yield from sorted(_ROOT.glob("*.py"))


def texts() -> Iterator[Path]:
    """Every text of the project that people wrote."""
    yield from own_files()
    for pattern in ("*.md", "*.toml", "docs/**/*.md", ".ci/*", "requirements/*.txt"):
        yield from sorted(_ROOT.glob(pattern))


def place(file: Path, node: ast.AST | None = None) -> str:
    line = f":{node.lineno}" if isinstance(node, ast.expr | ast.stmt) else ""
    return f"{file.relative_to(_ROOT).as_posix()}{line}"


@cache
def imports(file: Path) -> tuple[tuple[ast.stmt, str], ...]:
    """What a file imports anywhere, by full name: also within functions and for types only."""
    found: list[tuple[ast.stmt, str]] = []
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            found += [(node, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(node, f"{node.module}.{alias.name}") for alias in node.names]
    return tuple(found)


def is_within(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def imported_outside(module: str, allowed: Callable[[str], bool]) -> list[str]:
    """The places that import a module and may not."""
    return [
        f"{place(file, node)} imports {name}"
        for file in sources()
        if not allowed(file.relative_to(_PACKAGE).as_posix())
        for node, name in imports(file)
        if is_within(name, module)
    ]


@pytest.mark.parametrize("module", _OWNERS)
def test_a_library_is_known_in_one_place(module: str) -> None:
    def allowed(file: str) -> bool:
        return any(file == owner or file.startswith(f"{owner}/") for owner in _OWNERS[module])

    assert imported_outside(module, allowed) == []


@pytest.mark.parametrize("module", _OWNERS)
def test_every_owner_still_has_what_it_owns(module: str) -> None:
    """A rule about a place that is gone would guard nothing."""
    for owner in _OWNERS[module]:
        path = _PACKAGE / owner
        files = [path] if path.suffix else sources(path)
        used = any(is_within(name, module) for file in files for _, name in imports(file))
        assert used or module == "shiboken6", f"{owner} does not use {module}"


@pytest.mark.parametrize(
    ("folder", "never"),
    [
        ("models", ("ui", "cli", "services", "sandbox", "app", "opening", "settings")),
        ("services", ("ui", "portal", "cli", "sandbox", "app", "demo")),
        (
            "portal",
            (
                "ui",
                "cli",
                "models.store",
                "services.microsoft",
                "sandbox",
                "app",
                "demo",
                "opening",
            ),
        ),
        ("sandbox", ("ui", "cli", "services", "models", "app", "opening", "settings")),
        ("cli", ("ui", "app", "demo")),
        ("ui", ("portal", "models.store", "services.microsoft", "sandbox", "cli", "app", "demo")),
    ],
)
def test_the_arrow_points_one_way(folder: str, never: tuple[str, ...]) -> None:
    wrong = [
        f"{place(file, node)} imports {name}"
        for file in sources(_PACKAGE / folder)
        for node, name in imports(file)
        if any(is_within(name, f"esd_desktop.{part}") for part in never)
    ]
    assert wrong == []


def test_nothing_nests_an_event_loop() -> None:
    """``exec()`` of a dialog, a menu or a drag stops every task of the window's loop."""
    wrong = [
        place(file, node)
        for file in [*sources(_PACKAGE / "ui"), *sources(_PACKAGE / "demo"), _PACKAGE / "app.py"]
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("exec", "exec_", "processEvents", "waitForFinished")
    ]
    assert wrong == []


def test_the_window_asks_no_ready_made_question() -> None:
    """QMessageBox.question() and its like nest a loop as well; ui/ask.py awaits instead."""
    ready_made = ("QMessageBox", "QInputDialog")
    asking = ("getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory")
    wrong = [
        f"{place(file, node)} calls {ast.unparse(node.func)}"
        for file in sources(_PACKAGE / "ui")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (
            node.func.value.id in ready_made
            or (node.func.value.id == "QFileDialog" and node.func.attr in asking)
        )
    ]
    assert wrong == []


def test_every_verb_has_its_mirrored_test() -> None:
    verbs = {file.stem for file in _SERVICES.glob("*.py")} - {"__init__"}
    mirrored = {file.stem.removeprefix("test_") for file in _SERVICE_TESTS.glob("test_*.py")}
    assert verbs - mirrored - _TESTED_ELSEWHERE.keys() == set(), "without a test"
    assert _TESTED_ELSEWHERE.keys() - verbs == set(), "gone, but still excused"
    assert _TESTED_ELSEWHERE.keys() & mirrored == set(), "tested, and no longer to be excused"


def _silent_verbs() -> Iterator[str]:
    """What a person can start in services/ and that asks for no right to it."""
    for file in _SERVICES.glob("*.py"):
        for node in parsed(file).body:
            if not isinstance(node, ast.AsyncFunctionDef) or node.name.startswith("_"):
                continue
            named = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
            takes_services = [each.arg for each in node.args.args[:1]] == ["services"]
            if takes_services and not named & {"require", "viewing", "may"}:
                yield f"{file.stem}.{node.name}"


def test_every_verb_asks_for_the_right_to_it() -> None:
    """Whether it does so first, and for which one, is tried in test_every_verb_asks.py."""
    silent = set(_silent_verbs())
    files = {name for name in silent if name.partition(".")[0] in _STEPS}
    assert silent - files - _STEPS.keys() == set(), "asks for no right"
    gone = {name for name in _STEPS if "." in name} - silent
    assert gone == set(), "asks, or is gone, and is still excused"


@pytest.mark.parametrize("name", sorted(_TESTED_ELSEWHERE))
def test_the_test_that_an_excuse_names_is_there(name: str) -> None:
    """An excuse that names no file holds for all verbs alike."""
    for named in re.findall(r"(?:(?<=\s)|^)([\w/]*test_\w+\.py)", _TESTED_ELSEWHERE[name]):
        assert list((_ROOT / "tests").rglob(named)), named


def test_only_one_place_opens_what_is_sealed() -> None:
    """services/open_secrets.py notes first that a key is released. What is only sealed anew stays
    within services/keys.py."""
    rotation, opening = "services/rotate_data_key.py", "services/open_secrets.py"
    callers = {
        "unseal": (opening, "services/keys.py"),
        "secrets.sealed": (opening,),
        "noted_as_exported": (opening,),
        "sealed_before": (rotation,),
        "seal_anew": (rotation,),
    }
    wrong = [
        f"{place(file, node)} calls {ast.unparse(node.func)}"
        for file in sources()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call)
        for name, allowed in callers.items()
        if f".{ast.unparse(node.func)}".endswith(f".{name}")
        and file.relative_to(_PACKAGE).as_posix() not in allowed
    ]
    sealing = ("models/store/secrets.py", "models/store/tables.py", "services/provision.py")
    known = imported_outside("esd_desktop.models.asset.AssetSecret", sealing.__contains__)
    assert wrong + known == []


# Where the portal's own bookkeeping reads and writes: who is signed in, how often, what was tried.
_PORTAL_KEEPING = {
    *("limits.py", "openid.py", "refusals.py", "sessions.py", "sign_in.py"),
    "visiting.py",
}


def test_the_portal_reads_the_store_for_its_visitors_only() -> None:
    """What belongs to accounts is reached through services/portal/visiting.py: it hands the account
    to queries that are made for the portal, and finds a record to be the visitor's own."""
    of_the_store = "esd_desktop.models.store"
    wrong = []
    for file in sources(_SERVICES / "portal"):
        if file.name in _PORTAL_KEEPING:
            continue
        wrong += [
            f"{place(file, node)} imports {name}"
            for node, name in imports(file)
            if is_within(name, of_the_store)
            and not name.startswith((f"{of_the_store}.portal_", f"{of_the_store}.engine"))
        ]
        wrong += [
            f"{place(file, node)} calls {ast.unparse(node.func)}"
            for node in ast.walk(parsed(file))
            if isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith((".store.read", ".store.change"))
        ]
    assert wrong == []


def test_every_action_is_two_files_of_one_name() -> None:
    helpers = {"__init__", "action", "registry"}
    actions = {file.stem for file in (_PACKAGE / "ui" / "actions").glob("*.py")} - helpers
    assert actions - {file.stem for file in _SERVICES.glob("*.py")} == set()


def test_every_module_says_what_it_is() -> None:
    silent = [
        place(file)
        for file in [*sources(), *sources(_ROOT / "tools"), _ROOT / "dev.py"]
        if file.read_text("utf-8").strip() and not ast.get_docstring(parsed(file))
    ]
    assert silent == []


def test_no_file_is_two_things() -> None:
    long = {
        place(file): lines
        for file in own_files()
        if (lines := len(file.read_text("utf-8").splitlines())) > _LONGEST_FILE
    }
    assert long == {}


def test_nothing_reads_what_lies_outside_the_project() -> None:
    """A checkout is complete: what is beside it on one computer is not there on another."""
    outside = "shared/"
    pattern = re.compile(rf"\.\./{outside}|/work/{outside}")
    wrong = [
        f"{place(file)}:{number}"
        for file in texts()
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert wrong == []


def test_the_changelog_begins_with_this_version() -> None:
    changelog = (_ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## \[(\d[^\]]*)\]", changelog, re.MULTILINE)
    assert versions[0] == esd_desktop.__version__


def test_the_readme_that_the_build_reads_is_there() -> None:
    """pyproject.toml names it: without it the project cannot be installed."""
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (_ROOT / project["readme"]).read_text("utf-8").startswith("# ESD Desktop\n")


def test_every_link_of_the_documents_leads_somewhere() -> None:
    broken = [
        f"{place(file)}: {target}"
        for file in [*_ROOT.glob("*.md"), *_ROOT.glob("docs/**/*.md")]
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text("utf-8"))
        if not (file.parent / target).exists()
    ]
    assert broken == []
