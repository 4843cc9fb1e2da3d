"""Licence keys and links at rest: AES-256-GCM under a data key, bound to the asset they belong to.

The store holds the data key wrapped (AES-256-GCM as well) by a wrapping key that is in the vault.
The data key is read on first use, so a person who never touches a key never needs the vault.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from esd_desktop.errors import ChangedMeanwhile, VaultFault
from esd_desktop.models.setting import DataKey
from esd_desktop.models.store import settings as stored_settings
from esd_desktop.models.store.engine import Store
from esd_desktop.models.values import ProductKey, Secret, new_id, utc_now
from esd_desktop.services.vault import NO_KEYRING_ADVICE, Vault

_NONCE_BYTES = 12


@dataclass(frozen=True)
class OpenCipher:
    """The cipher with its keys in hand: quick, synchronous, for one row or a million."""

    key_id: int
    _data: AESGCM
    _search_key: bytes

    def seal(self, asset_id: int, secret: Secret) -> bytes:
        """Encrypt for this asset; the same text gives other bytes each time."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._data.encrypt(nonce, secret.reveal().encode(), _bound_to(asset_id))

    def open(self, asset_id: int, sealed: bytes) -> str:
        """Decrypt; VaultFault where the bytes were changed or belong to another asset."""
        try:
            nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            return self._data.decrypt(nonce, rest, _bound_to(asset_id)).decode()
        except InvalidTag as error:
            raise VaultFault(
                f"The licence key of asset {asset_id} cannot be decrypted: the stored bytes were "
                "changed, or they were encrypted with another key.",
                advice="Restore the store from a backup.",
            ) from error

    def fingerprint(self, key: ProductKey) -> str:
        """A keyed hash, to find a whole key without decrypting every row."""
        text = key.reveal().encode()
        return hmac.new(self._search_key, text, hashlib.sha256).hexdigest()


class KeyCipher:
    """Opens the store's data key once, making it at the first use of a new store."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault
        self._opened: OpenCipher | None = None
        self._opening = asyncio.Lock()

    async def opened(self) -> OpenCipher:
        """The cipher with its keys. Raises VaultFault where the vault cannot be used."""
        async with self._opening:
            if self._opened is None:
                self._opened = await self._open_or_make()
            return self._opened

    async def _open_or_make(self) -> OpenCipher:
        async with self._store.read() as connection:
            known = await stored_settings.data_keys(connection)
        if not known:
            await self._make()
            async with self._store.read() as connection:
                known = await stored_settings.data_keys(connection)
        key_id, store_id, wrapped = known[0]
        wrapping = await asyncio.to_thread(self._vault.get, _entry(store_id))
        if wrapping is None:
            raise VaultFault(
                "The key that opens this store's licence keys is not in "
                f"{self._vault.description}.",
                advice="It was made on another computer or account; copy its vault entry here.",
            )
        return _cipher(key_id, _unwrap(wrapping, wrapped))

    async def _make(self) -> None:
        store_id, wrapping, data_key = (
            new_id(),
            os.urandom(32),
            AESGCM.generate_key(256),
        )
        secret = Secret(base64.b64encode(wrapping).decode())
        # The vault first: a wrapped key whose wrapping key was never kept would be lost.
        await asyncio.to_thread(self._vault.set, _entry(store_id), secret)
        if await asyncio.to_thread(self._vault.get, _entry(store_id)) != secret:
            raise VaultFault(
                f"What is kept in {self._vault.description} cannot be read back, so the key that "
                "opens this store's licence keys was not made.",
                advice=NO_KEYRING_ADVICE,
            )
        nonce = os.urandom(_NONCE_BYTES)
        wrapped = nonce + AESGCM(wrapping).encrypt(nonce, data_key, None)
        # Another desktop may have made the key meanwhile; the first one stands.
        with contextlib.suppress(ChangedMeanwhile):
            async with self._store.change() as work:
                if await stored_settings.data_keys(work.connection):
                    return
                # The id is fixed, so that no store lets two desktops both make the first.
                work.add(DataKey(id=1, store_id=store_id, wrapped=wrapped, created_at=utc_now()))
                await work.commit()


def _cipher(key_id: int, data_key: bytes) -> OpenCipher:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"search by licence key")
    return OpenCipher(key_id, AESGCM(data_key), derive.derive(data_key))


def _unwrap(wrapping: Secret, wrapped: bytes) -> bytes:
    try:
        key = AESGCM(base64.b64decode(wrapping.reveal()))
        return key.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], None)
    except (InvalidTag, ValueError) as error:
        raise VaultFault(
            "The vault's key does not open this store's licence keys.",
            advice="Restore the vault's entry, or the store, from a backup.",
        ) from error


def _entry(store_id: str) -> str:
    return f"store {store_id}"


def _bound_to(asset_id: int) -> bytes:
    return f"asset:{asset_id}".encode()
