"""The vault: small secrets (wrapping keys, passphrases, the mail password), outside the store.

The operating system's keyring by default. A computer without one, such as a server, can be told
to keep them in a file that only its user may read; that is never done silently.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from esd_desktop.errors import VaultFault
from esd_desktop.models.values import Secret
from esd_desktop.services.file_lock import only_writer
from esd_desktop.whole_file import write_whole

_SERVICE = "ESD Desktop"
NO_KEYRING_ADVICE = (
    "Unlock or install a keyring (on Linux: GNOME Keyring or KWallet), or let ESD Desktop keep its "
    "secrets in a file that only you can read: “esd settings set vault file”."
)


class Vault(Protocol):
    """Keeps small texts (at most about 1,000 characters: Windows allows 2,560 bytes) by name.

    Every method may block and raises VaultFault; call them off the loop (``asyncio.to_thread``).
    """

    @property
    def description(self) -> str:
        """Where secrets are kept, for people."""

    def get(self, name: str) -> Secret | None:
        """The secret of this name, if there is one."""

    def set(self, name: str, secret: Secret) -> None:
        """Keep a secret, in place of any of the same name."""

    def delete(self, name: str) -> None:
        """Forget a secret; no error where there is none."""


class KeyringVault:
    """The operating system's keyring."""

    @property
    def description(self) -> str:
        return "the keyring of this computer"

    def get(self, name: str) -> Secret | None:
        with _keyring_faults():
            import keyring

            text = keyring.get_password(_SERVICE, name)
        return None if text is None else Secret(text)

    def set(self, name: str, secret: Secret) -> None:
        with _keyring_faults():
            import keyring

            keyring.set_password(_SERVICE, name, secret.reveal())

    def delete(self, name: str) -> None:
        with _keyring_faults():
            import keyring
            from keyring.errors import PasswordDeleteError

            with suppress(PasswordDeleteError):
                keyring.delete_password(_SERVICE, name)


class FileVault:
    """A JSON file that only its user may read; for computers without a keyring."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def description(self) -> str:
        return f"the file {self._path}, readable by you only"

    def get(self, name: str) -> Secret | None:
        text = self._read().get(name)
        return None if text is None else Secret(text)

    def set(self, name: str, secret: Secret) -> None:
        with self._writing():
            self._write(self._read() | {name: secret.reveal()})

    def delete(self, name: str) -> None:
        with self._writing():
            kept = self._read()
            if kept.pop(name, None) is not None:
                self._write(kept)

    def _read(self) -> dict[str, str]:
        try:
            return _secrets_in(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise VaultFault(
                f"The file of secrets {self._path} cannot be read.",
                advice="Restore it from a backup; without it licence keys cannot be shown.",
            ) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Alone, so that what another program keeps at the same moment is not lost."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with only_writer(self._path):
                yield
        except OSError as error:
            raise VaultFault(
                f"The file of secrets {self._path} cannot be written: {error.strerror}.",
                advice="Check that its folder can be written to and that the disk is not full.",
            ) from error

    def _write(self, secrets: dict[str, str]) -> None:
        write_whole(self._path, json.dumps(secrets).encode(), private=True)


def _secrets_in(text: str) -> dict[str, str]:
    kept = json.loads(text)
    if not isinstance(kept, dict) or not all(isinstance(each, str) for each in kept.values()):
        raise ValueError("not texts by name")
    return kept


@contextmanager
def _keyring_faults() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # each keyring fails with errors of its own
        raise _no_keyring() from error


def _no_keyring() -> VaultFault:
    return VaultFault(
        "This computer's keyring cannot be used, so secrets cannot be kept or read. "
        "Nothing was changed.",
        advice=NO_KEYRING_ADVICE,
    )
