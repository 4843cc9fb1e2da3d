"""From settings to services: what the window and the command line both open."""

from __future__ import annotations

import getpass

from esd_desktop.models.store.engine import open_store
from esd_desktop.services.context import Services
from esd_desktop.services.keys import KeyCipher
from esd_desktop.services.mail.smtp import Mailer
from esd_desktop.services.microsoft.gateway import Gateways
from esd_desktop.services.presence import Presence
from esd_desktop.services.vault import FileVault, KeyringVault, Vault
from esd_desktop.settings import Folders, LocalSettings


async def open_services(places: Folders, settings: LocalSettings) -> Services:
    """Open the store of the settings and everything that works on it. Raises StoreFault.

    The vault is opened at the first use of a secret: who never touches a key never needs it.
    """
    store = await open_store(settings.store or places.default_store)
    vault = vault_of(places, settings)
    return Services(
        store=store,
        gateways=Gateways(),
        vault=vault,
        cipher=KeyCipher(store, vault),
        mailer=Mailer(),
        operator=operator_name(),
        presence=_presence(places),
    )


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
