"""Fixtures for every test: folders of its own, a real store, a real sandbox."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from esd_desktop.opening import open_services
from esd_desktop.policy import in_force, toml_file
from esd_desktop.policy import places as policy_places
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.sandbox.process import SandboxProcess
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.gateways import Gateways
from esd_desktop.services.microsoft.retry import Patience
from esd_desktop.settings import Folders, LocalSettings, folders, load_settings
from tests.support.compiled import keep_compiled
from tests.support.connecting import connect
from tests.support.postgres import PostgresServer, PostgresStore
from tests.support.sowing import Sown, sow
from tests.support.stores import Template

# Tests that need a screen say so; the others must not depend on there being one.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Whatever a test forgets, it must not reach the keyring of who runs it.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# Microsoft's faults are tried again in milliseconds here; a hanging call is given up by its test.
QUICK = Patience(attempts=3, first_wait=0.01, longest_wait=0.02, jitter=0.01, total=20.0)


# The stores that a test may begin with, by the fixture that has them to be copied.
_FILLED = ("sown_store", "connected_store")
_SQLITE, _POSTGRESQL = "sqlite", "postgresql"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgres",
        action="store_true",
        help="give every test that uses the fixture services a PostgreSQL store",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_stores: the test runs on SQLite and on PostgreSQL")
    config.addinivalue_line("markers", "on_a_file: the test is about SQLite, also with --postgres")
    keep_compiled()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On which stores a test with ``services`` runs."""
    if "services" not in metafunc.fixturenames:
        return
    if metafunc.definition.get_closest_marker("on_a_file") or _says_itself(metafunc):
        return
    if metafunc.config.getoption("--postgres"):
        metafunc.parametrize("services", [_POSTGRESQL], indirect=True)
    elif metafunc.definition.get_closest_marker("both_stores"):
        metafunc.parametrize("services", [_SQLITE, _POSTGRESQL], indirect=True)


def _says_itself(metafunc: pytest.Metafunc) -> bool:
    """Whether the test names its store by a parametrisation of its own."""
    return any(
        mark.args[0] == "services" for mark in metafunc.definition.iter_markers("parametrize")
    )


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Template[None]:
    """A store in which nothing is yet."""

    async def nothing(_: Services) -> None:
        pass

    return Template.made(tmp_path_factory.mktemp("empty"), nothing)


@pytest.fixture(scope="session")
def sown_store(tmp_path_factory: pytest.TempPathFactory) -> Template[Sown]:
    """A store with accounts and assets in every state."""
    return Template.made(tmp_path_factory.mktemp("sown"), sow)


@pytest.fixture(scope="session")
def connected_store(
    tmp_path_factory: pytest.TempPathFactory, sandbox_process: SandboxProcess
) -> Template[int]:
    """A store that is connected to this worker's sandbox: the connection's id."""
    connecting = partial(connect, addresses=sandbox_process.addresses)
    return Template.made(tmp_path_factory.mktemp("connected"), connecting)


@pytest.fixture
def places(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Folders:
    """This test's own folders, with the vault in a file: a test must not touch the keyring. The
    store there is empty, or sown or connected for a test that asks for that."""
    stores = [name for name in _FILLED if name in request.fixturenames]
    store: Template[object] = request.getfixturevalue(stores[0] if stores else "empty_store")
    monkeypatch.setenv("ESD_DESKTOP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ESD_DESKTOP_VAULT", "file")
    made = folders()
    store.copy_to(made)
    return made


@pytest.fixture
def administrator(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Sets a policy for this computer, in the words of Linux's file."""
    file = tmp_path / "policy.toml"

    def set_policy(text: str) -> None:
        file.write_text(text, encoding="utf-8")
        in_force.cache_clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(toml_file, "FILE", file)
        patch.setattr(policy_places, "said", toml_file.said)
        yield set_policy
    in_force.cache_clear()  # only now: what closes meanwhile may have read it again


@pytest.fixture
async def services(places: Folders, request: pytest.FixtureRequest) -> AsyncIterator[Services]:
    """The services on an empty store: SQLite, or what the test or ``--postgres`` asks for."""
    settings = load_settings(places)
    if getattr(request, "param", _SQLITE) == _POSTGRESQL:
        store: PostgresStore = request.getfixturevalue("postgres_store")
        settings = replace(settings, store=store.address)
    async with opened(places, settings) as services:
        yield services


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """The PostgreSQL server of this run. Not to be stopped: others are at work on it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with PostgresServer(folder / "postgres.json") as server:
        yield server


@pytest.fixture
def postgres_of_my_own(tmp_path: Path) -> Iterator[PostgresServer]:
    """A PostgreSQL server that may be stopped and started; it takes some seconds."""
    with PostgresServer(tmp_path / "postgres.json") as server:
        yield server


@pytest.fixture
def postgres_store(postgres: PostgresServer) -> Iterator[PostgresStore]:
    """A PostgreSQL database with an empty store."""
    with postgres.store() as store:
        yield store


@pytest.fixture
async def postgres_services(
    places: Folders, postgres_store: PostgresStore
) -> AsyncIterator[Services]:
    """The services on an empty PostgreSQL store, opened by its owner."""
    settings = replace(load_settings(places), store=postgres_store.address)
    async with opened(places, settings) as services:
        yield services


@asynccontextmanager
async def opened(places: Folders, settings: LocalSettings) -> AsyncIterator[Services]:
    """The services of these settings, patient with Microsoft for milliseconds only."""
    services = await open_services(places, settings)
    services.gateways = Gateways(QUICK)
    try:
        yield services
    finally:
        await services.close()


@pytest.fixture
async def sown(services: Services, sown_store: Template[Sown]) -> Sown:
    """Accounts and assets in every state. A server's store begins empty, the file has them."""
    return await sow(services) if services.store.file is None else sown_store.held


@pytest.fixture(scope="session")
def sandbox_process(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[SandboxProcess]:
    """One sandbox for the whole run of a worker."""
    with SandboxProcess(tmp_path_factory.mktemp("sandbox")) as process:
        yield process


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess) -> Iterator[SandboxControl]:
    """The sandbox, with everything forgotten that an earlier test did."""
    control = SandboxControl(sandbox_process.addresses)
    control.begin_again()
    yield control
    control.close()


@pytest.fixture
async def connected(
    services: Services,
    sandbox: SandboxControl,
    connected_store: Template[int],
    request: pytest.FixtureRequest,
) -> int:
    """The id of a connection to the sandbox, its catalogue read, its mail server set."""
    if services.store.file is None or "sown_store" in request.fixturenames:
        return await connect(services, sandbox.addresses)
    return connected_store.held
