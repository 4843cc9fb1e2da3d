"""From settings to services: what the window and the command line both open."""

from __future__ import annotations

import getpass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from esd_desktop.errors import StoreBroken
from esd_desktop.models.backup_rows import BackupPlan
from esd_desktop.models.store import engine, operators
from esd_desktop.services.changes import Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.keys import KeyCipher
from esd_desktop.services.mail.smtp import Mailer
from esd_desktop.services.microsoft.gateways import Gateways
from esd_desktop.services.presence import Presence
from esd_desktop.services.vault import FileVault, KeyringVault, Vault
from esd_desktop.services.witness import Witness
from esd_desktop.settings import Folders, LocalSettings, load_settings

if TYPE_CHECKING:
    from esd_desktop.models.store.backup_pages import Progress
    from esd_desktop.models.store.engine import Store


async def open_services(
    places: Folders, settings: LocalSettings, process: str | None = None
) -> Services:
    """Open the store of the settings and everything that works on it. Raises StoreFault.

    ``process``: the name of the program that this process is part of, where it has several.

    The vault is opened at the first use of a secret: who never touches a key never needs it.
    """
    plan = _backup_plan(places)
    store = await engine.open_store(settings.store or places.default_store, plan.folder, process)
    try:
        operator = await _operator(store)
    except BaseException:
        await store.close()
        raise
    vault = vault_of(places, settings)
    return Services(
        store=store,
        gateways=Gateways(),
        vault=vault,
        cipher=KeyCipher(store, vault),
        mailer=Mailer(),
        operator=operator,
        presence=_presence(places),
        witness=Witness(places.data),
        backups=partial(_backup_plan, places),
    )


async def restore(
    places: Folders, settings: LocalSettings, backup: Path, progress: Progress | None = None
) -> Outcome:
    """Put a backup in the place of what the store of the settings holds, also where that cannot be
    opened any more. It must not be open here; afterwards it can be. Raises EsdError."""
    from esd_desktop.services.restore_store import restore_broken, restore_store

    try:
        services = await open_services(places, settings)
        try:
            restored = await restore_store(services, backup, progress=progress)
        finally:
            await services.close()
        name = services.store.name
    except StoreBroken:
        file = engine.file_of(settings.store or places.default_store)
        if file is None:
            raise
        vault = vault_of(places, settings)
        restored = await restore_broken(file, backup, vault, operator_name(), progress)
        name = str(file)
    Witness(places.data).note(name, restored.audit_head)
    return restored.outcome


def _backup_plan(places: Folders) -> BackupPlan:
    """Read anew each time, so that what is set holds at once."""
    settings = load_settings(places)
    folder = Path(settings.backup_folder).expanduser() if settings.backup_folder else None
    return BackupPlan(folder or places.default_backups, settings.backup_every, settings.backup_keep)


async def _operator(store: Store) -> str:
    """Who works here. Where the people of a database server are named, it is who is signed in
    there: what this computer calls its user proves nothing to the others."""
    if store.login is None:
        return operator_name()
    async with store.read() as connection:
        return store.login if await operators.any_operator(connection) else operator_name()


def _presence(places: Folders) -> Presence | None:
    """None where the folder cannot be written to: then a call whose process has ended is settled
    some minutes later."""
    try:
        return Presence(places.data)
    except OSError:
        return None


def vault_of(places: Folders, settings: LocalSettings) -> Vault:
    """Where this computer keeps its secrets."""
    return FileVault(places.secrets_file) if settings.vault == "file" else KeyringVault()


def operator_name() -> str:
    """Who works here: the name of the account of this computer."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user: a container with a bare user id
        return "unknown"
