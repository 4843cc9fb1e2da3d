"""Verify a backup by opening it as the program would open a store: every page, every reference, the
audit's chain, and whether its licence keys can be read here. No key leaves it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from esd_desktop.errors import StoreBroken, VaultFault
from esd_desktop.models.backup_rows import BackupContents, Verdict
from esd_desktop.models.rights import Right
from esd_desktop.models.store import audit_chain, backup_file, backup_pages, engine
from esd_desktop.services.context import Services
from esd_desktop.services.keys import KeyCipher
from esd_desktop.services.rights import require
from esd_desktop.services.vault import Vault

if TYPE_CHECKING:
    from esd_desktop.models.store.backup_pages import Progress
    from esd_desktop.models.store.engine import Store

_SAMPLES = 100
_NO_KEYS = "There is no licence key in it."
_READABLE = "Its licence keys can be read on this computer."
_UNREADABLE = "Its licence keys cannot be read on this computer."
_OLDER = "It is of an older version; its keys are looked at when it is restored."


async def verify_backup(
    services: Services, file: Path, *, progress: Progress | None = None
) -> Verdict:
    """Look through all of it. Raises StoreFault and its branches, NotFound where there is none."""
    await require(services, Right.BACKUP, Right.RESTORE)
    return await verified(services.vault, file, progress)


async def verified(vault: Vault, file: Path, progress: Progress | None) -> Verdict:
    """The same for who has been asked for the right already."""
    contents = await backup_pages.aside(lambda stop: backup_file.contents(file, stop), progress)
    if contents.revision in backup_file.UNCHAINED:
        return Verdict(contents, _OLDER)
    store = engine.open_to_read(file)
    try:
        await _check_chain(store, file)
        return await _with_keys(store, vault, contents)
    finally:
        await store.close()


async def _check_chain(store: Store, file: Path) -> None:
    async with store.read() as connection:
        found = await audit_chain.verify_chain(connection)
    if found.broken is not None:
        raise StoreBroken(
            f"The audit in the backup {file.name} was tampered with: it does not hold together at "
            f"position {found.broken.position:,}.",
            advice="Take another backup; “esd audit verify” looks at the store itself.",
        )


async def _with_keys(store: Store, vault: Vault, contents: BackupContents) -> Verdict:
    if not contents.counts["asset_secrets"]:
        return Verdict(contents, _NO_KEYS)
    try:
        cipher = await KeyCipher(store, vault).opened()
    except VaultFault as fault:
        return Verdict(contents, _UNREADABLE, fault.advice)
    samples = await asyncio.to_thread(backup_file.sealed_samples, contents.file, _SAMPLES)
    for asset_id, key_id, sealed in samples:
        if not cipher.fits(sealed, key_id, asset_id):
            raise StoreBroken(
                f"The licence key of asset {asset_id} in the backup {contents.file.name} cannot be "
                "decrypted.",
                advice="Take another backup.",
            )
    return Verdict(contents, _READABLE)
