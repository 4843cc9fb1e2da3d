"""Fixtures for every test: folders of its own, a real store, a real sandbox."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from esd_desktop.models.store.engine import open_store
from esd_desktop.opening import open_services
from esd_desktop.sandbox.client import SandboxControl
from esd_desktop.sandbox.process import SandboxProcess
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.gateway import Gateways
from esd_desktop.services.microsoft.retry import Patience
from esd_desktop.settings import Folders, folders, load_settings
from tests.support.connecting import connect
from tests.support.sowing import Sown, sow

# Tests that need a screen say so; the others must not depend on there being one.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Whatever a test forgets, it must not reach the keyring of who runs it.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

# Microsoft's faults are tried again in milliseconds here; a hanging call is given up by its test.
QUICK = Patience(attempts=3, first_wait=0.01, longest_wait=0.02, jitter=0.01, total=20.0)


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which nothing is yet, to be copied: making one anew takes as long as many a test.
    How one is made is what tests/unit/models/store/test_opening.py is about."""
    path = tmp_path_factory.mktemp("empty store") / "esd.db"

    async def make() -> None:
        await (await open_store(str(path))).close()

    # In a thread of its own: here there may be a loop already.
    with ThreadPoolExecutor(max_workers=1) as aside:
        aside.submit(asyncio.run, make()).result()
    return path


@pytest.fixture
def places(tmp_path: Path, empty_store: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """This test's own folders, with the vault in a file: a test must not touch the keyring."""
    monkeypatch.setenv("ESD_DESKTOP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ESD_DESKTOP_VAULT", "file")
    made = folders()
    store = Path(made.default_store.removeprefix("sqlite:///"))
    store.parent.mkdir(parents=True)
    shutil.copyfile(empty_store, store)
    return made


@pytest.fixture
async def services(places: Folders) -> AsyncIterator[Services]:
    """The services on an empty SQLite store."""
    opened = await open_services(places, load_settings(places))
    opened.gateways = Gateways(QUICK)
    yield opened
    await opened.close()


@pytest.fixture
async def sown(services: Services) -> Sown:
    """Accounts and assets in every state, written directly."""
    return await sow(services)


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
async def connected(services: Services, sandbox: SandboxControl) -> int:
    """The id of a connection to the sandbox, its catalogue read, its mail server set."""
    return await connect(services, sandbox.addresses)
