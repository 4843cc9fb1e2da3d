"""Keyrings that cannot be used, each in its own way, in the place of this computer's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, NoKeyringError


class FailingKeyring(KeyringBackend):
    """Fails at every use, as keyrings do: with its library's errors or with any others."""

    priority = 0.0

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error

    def delete_password(self, service: str, username: str) -> None:
        raise self.error


class ForgetfulKeyring(KeyringBackend):
    """Takes every secret and gives none back."""

    priority = 0.0

    def __init__(self) -> None:
        pass

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        pass

    def delete_password(self, service: str, username: str) -> None:
        pass


class MemoryKeyring(KeyringBackend):
    """Works, until the test ends."""

    priority = 0.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.kept.pop((service, username), None)


UNUSABLE = {
    "there is none": NoKeyringError("No recommended backend was available."),
    "it is locked": KeyringLocked("Failed to unlock the collection!"),
    "its service is gone": ConnectionRefusedError(111, "Connection refused"),
    "its library is broken": RuntimeError("org.freedesktop.DBus.Error.ServiceUnknown"),
}


@contextmanager
def keyring_is(backend: KeyringBackend) -> Iterator[None]:
    """This computer's keyring is that one while the block runs."""
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)
