"""Licence keys and links at rest: AES-256-GCM under a data key, bound to the asset they belong to.

The store holds its data keys wrapped (AES-256-GCM as well) by a wrapping key that is in the vault.
They are read on first use, so a person who never touches a key never needs the vault. There is one
data key, and while it is changed (rotate_data_key.py) there are two: the newest seals, an older one
only opens. The key of the keyed hashes is apart from them and outlives them, so that a licence key
is found by its hash at every moment.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Self

from esd_desktop.errors import ChangedMeanwhile, VaultFault
from esd_desktop.models.store import settings as stored_settings
from esd_desktop.models.values import ProductKey, Secret, new_id, utc_now
from esd_desktop.records import Discreet
from esd_desktop.services.vault import NO_KEYRING_ADVICE, Vault

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from esd_desktop.models.store.engine import Reading, Store
    from esd_desktop.models.store.settings import WrappedKey
    from esd_desktop.models.store.unit_of_work import UnitOfWork

_NONCE_BYTES = 12
_KEY_BYTES = 32


class OpenCipher(Discreet, frozen=True):
    """The cipher with its keys in hand: quick, synchronous, for one row or a million. ``key_id`` is
    the data key that seals."""

    KEPT_BACK: ClassVar = ("_data", "_search_key")

    key_id: int
    _data: Mapping[int, AESGCM]
    _search_key: bytes

    @classmethod
    def for_now(cls) -> Self:
        """With keys that nobody has and that are gone with it."""
        return cls(0, {0: _cipher_of(os.urandom(_KEY_BYTES))}, os.urandom(_KEY_BYTES))

    def seal(self, asset_id: int, secret: Secret) -> bytes:
        """Encrypt for this asset; the same text gives other bytes each time."""
        return _sealed(self._data[self.key_id], secret.reveal().encode(), _bound_to(asset_id))

    def unseal(self, sealed: bytes, key_id: int, asset_id: int) -> str:
        """Decrypt what a data key sealed; VaultFault where the bytes were changed or belong to
        another asset. Only open_secrets.py calls it."""
        try:
            return _opened(self._data[key_id], sealed, _bound_to(asset_id)).decode()
        except _invalid_tag() as error:
            raise VaultFault(
                f"The licence key of asset {asset_id} cannot be decrypted: the stored bytes were "
                "changed, or they were encrypted with another key.",
                advice="Restore the store from a backup.",
            ) from error

    def fits(self, sealed: bytes, key_id: int, asset_id: int) -> bool:
        """Whether it could be decrypted, without the text leaving."""
        try:
            self.unseal(sealed, key_id, asset_id)
        except (VaultFault, KeyError):
            return False
        return True

    def reseal(
        self, sealed: bytes, key_id: int, asset_id: int, *, by: OpenCipher, for_asset: int
    ) -> bytes:
        """What a data key sealed for one asset, sealed ``by`` another cipher for another asset, or
        for the same. The text does not leave in between."""
        return by.seal(for_asset, Secret(self.unseal(sealed, key_id, asset_id)))

    def fingerprint(self, key: ProductKey) -> str:
        """A keyed hash, to find a whole key without decrypting every row."""
        text = key.reveal().encode()
        return hmac.new(self._search_key, text, hashlib.sha256).hexdigest()

    def wrapped_search_key(self, wrapping: AESGCM) -> bytes:
        """The key of the hashes, as it is kept beside a data key."""
        return _sealed(wrapping, self._search_key)


class KeyCipher:
    """Opens the store's data keys, making the first at the first use of a new store. What was
    opened is kept for as long as the store has these very keys: another desktop may change them, or
    restore a backup that has others under the same ids. What is sealed is never lost to that."""

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault
        self._opened: OpenCipher | None = None
        self._known: Sequence[WrappedKey] = ()
        self._wrappings: dict[str, AESGCM] = {}
        self._opening = asyncio.Lock()

    async def opened(self) -> OpenCipher:
        """The cipher with the keys of now: who asks for it before a licence key is bought or noted
        as shown knows that it can be kept or read. Raises VaultFault where the vault cannot be
        used."""
        async with self._opening:
            known = await self._read()
            if not known:
                await self._make()
                known = await self._read()
            return await self._of(known)

    async def current(self, connection: Reading) -> OpenCipher:
        """The cipher with the keys as this transaction sees them: it opens every row that the
        transaction reads, and seals with the newest. Raises VaultFault, and ChangedMeanwhile where
        the keys are gone with a store that was restored."""
        known = await stored_settings.data_keys(connection)
        if not known:
            raise ChangedMeanwhile(
                "The store was restored by somebody else at this moment; nothing was overwritten.",
                advice="Try again.",
            )
        return await self._of(known)

    async def new_entry(self) -> str:
        """Make a wrapping key of another name in the vault; answers what the name has it stand
        for. Raises VaultFault where it does not come back."""
        store_id, wrapping = new_id(), os.urandom(_KEY_BYTES)
        secret = Secret(base64.b64encode(wrapping).decode())
        await asyncio.to_thread(self._vault.set, entry_name(store_id), secret)
        if await asyncio.to_thread(self._vault.get, entry_name(store_id)) != secret:
            raise VaultFault(
                f"What is kept in {self._vault.description} cannot be read back, so the key that "
                "opens this store's licence keys was not made.",
                advice=NO_KEYRING_ADVICE,
            )
        self._wrappings[store_id] = _cipher_of(wrapping)
        return store_id

    async def add_next(self, work: UnitOfWork, store_id: str | None = None) -> int:
        """Add a data key, which seals from the moment on that the transaction commits; answers its
        id. It is wrapped as the last one is, or by the vault's entry for ``store_id``."""
        known = await stored_settings.data_keys(work.connection)
        cipher, newest = await self._of(known), known[-1]
        for key in known:
            search = cipher.wrapped_search_key(await self._wrapping(key.store_id))
            await stored_settings.keep_search_key(work, key.id, search)
        entry = store_id or newest.store_id
        search = cipher.wrapped_search_key(await self._wrapping(entry))
        key = await self._new_key(newest.id + 1, entry, search)
        await stored_settings.add_data_key(work, key)
        return key.id

    async def _read(self) -> list[WrappedKey]:
        async with self._store.read() as connection:
            return await stored_settings.data_keys(connection)

    async def _of(self, known: Sequence[WrappedKey]) -> OpenCipher:
        if self._opened is None or known != self._known:
            opened = await self._cipher(known)
            self._opened, self._known = opened, known
            return opened
        return self._opened

    async def _make(self) -> None:
        # The vault first: a wrapped key whose wrapping key was never kept would be lost.
        store_id = await self.new_entry()
        search = _sealed(self._wrappings[store_id], os.urandom(_KEY_BYTES))
        # Another desktop may have made the key meanwhile; the first one stands.
        with contextlib.suppress(ChangedMeanwhile):
            async with self._store.change() as work:
                if await stored_settings.data_keys(work.connection):
                    return
                # The id is fixed, so that no store lets two desktops both make the first.
                await stored_settings.add_data_key(work, await self._new_key(1, store_id, search))
                await work.commit()

    async def _new_key(self, key_id: int, store_id: str, search_wrapped: bytes) -> WrappedKey:
        wrapping = await self._wrapping(store_id)
        wrapped = _sealed(wrapping, os.urandom(_KEY_BYTES))
        return stored_settings.WrappedKey(key_id, store_id, wrapped, search_wrapped, utc_now())

    async def _cipher(self, known: Sequence[WrappedKey]) -> OpenCipher:
        data = {
            key.id: _unwrapped(await self._wrapping(key.store_id), key.wrapped) for key in known
        }
        oldest, newest = known[0], known[-1]
        search = (
            _unwrapped(await self._wrapping(newest.store_id), newest.search_wrapped)
            if newest.search_wrapped
            else _derived(data[oldest.id])
        )
        return OpenCipher(newest.id, {key: _cipher_of(data[key]) for key in data}, search)

    async def _wrapping(self, store_id: str) -> AESGCM:
        if store_id not in self._wrappings:
            name = entry_name(store_id)
            secret = await asyncio.to_thread(self._vault.get, name)
            if secret is None:
                raise VaultFault(
                    "The key that opens this store's licence keys is not in "
                    f"{self._vault.description}.",
                    advice="It was made on another computer or account; copy its vault entry "
                    f"“{name}” here.",
                )
            self._wrappings[store_id] = _wrapping_key(secret)
        return self._wrappings[store_id]


def entry_name(store_id: str) -> str:
    """What the vault calls the wrapping key of a store."""
    return f"store {store_id}"


def _derived(data_key: bytes) -> bytes:
    """The search key of a store that keeps none."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derive = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"search by licence key")
    return derive.derive(data_key)


def _cipher_of(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _invalid_tag() -> type[Exception]:
    """What is raised of bytes that were changed; asked only where something is."""
    from cryptography.exceptions import InvalidTag

    return InvalidTag


def _sealed(key: AESGCM, text: bytes, bound_to: bytes | None = None) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + key.encrypt(nonce, text, bound_to)


def _opened(key: AESGCM, sealed: bytes, bound_to: bytes | None = None) -> bytes:
    return key.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)


def _wrapping_key(secret: Secret) -> AESGCM:
    try:
        return _cipher_of(base64.b64decode(secret.reveal()))
    except ValueError as error:
        raise _does_not_open() from error


def _unwrapped(wrapping: AESGCM, wrapped: bytes) -> bytes:
    try:
        return _opened(wrapping, wrapped)
    except _invalid_tag() as error:
        raise _does_not_open() from error


def _does_not_open() -> VaultFault:
    return VaultFault(
        "The vault's key does not open this store's licence keys.",
        advice="Restore the vault's entry, or the store, from a backup.",
    )


def _bound_to(asset_id: int) -> bytes:
    return f"asset:{asset_id}".encode()
