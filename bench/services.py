"""The program's services on a store that is measured, without a keyring and without Microsoft."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from esd_desktop.models.store.engine import open_store
from esd_desktop.services.context import Services
from esd_desktop.services.keys import KeyCipher
from esd_desktop.services.mail.smtp import Mailer
from esd_desktop.services.microsoft.gateways import Gateways
from esd_desktop.services.vault import FileVault

_WHO = "anna"


@asynccontextmanager
async def opened(store: Path | str, vault: Path | None = None) -> AsyncIterator[Services]:
    """The services on a store, closed afterwards; ``vault`` is the file with its wrapping key,
    where keys are read that were written before."""
    with TemporaryDirectory() as folder:
        secrets = FileVault(vault or Path(folder, "vault.json"))
        async with _opened(store, secrets) as services:
            yield services


@asynccontextmanager
async def _opened(store: Path | str, secrets: FileVault) -> AsyncIterator[Services]:
    opened = await open_store(str(store))
    services = Services(
        store=opened,
        gateways=Gateways(),
        vault=secrets,
        cipher=KeyCipher(opened, secrets),
        mailer=Mailer(),
        operator=opened.login or _WHO,
    )
    # As the window does: what is there at the start is not looked through for garbage again.
    gc.collect()
    gc.freeze()
    try:
        yield services
    finally:
        gc.unfreeze()
        await services.close()
