"""Settings that all desktops on a store share: the mail server, and whether keys may be shown.

Named as they are typed: ``mail.host``, ``mail.port``, ``mail.security``, ``mail.username``,
``mail.sender``, ``mail.password`` (kept in the vault, never read back) and ``keys.reveal``.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, get_args

from esd_desktop.errors import InvalidInput
from esd_desktop.models.store import settings as stored
from esd_desktop.models.values import Secret
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.mail.address import is_address
from esd_desktop.services.mail.smtp import Security
from esd_desktop.services.record import record

MAIL_PASSWORD = "mail.password"
_MAIL_PASSWORD_ENTRY = "mail password"
DEFAULTS = {
    "mail.host": "",
    "mail.port": "587",
    "mail.security": "starttls",
    "mail.username": "",
    "mail.sender": "",
    "keys.reveal": "yes",
}


@dataclass(frozen=True, slots=True)
class SharedSettings:
    """The settings as the program uses them."""

    mail_host: str
    mail_port: int
    mail_security: Security
    mail_username: str
    mail_sender: str
    keys_reveal: bool


async def setting_texts(services: Services) -> dict[str, str]:
    """Every shared setting by its name, as text; those nobody made have their default."""
    async with services.store.read() as connection:
        made = await stored.read(connection)
    return {name: made.get(name, default) for name, default in DEFAULTS.items()}


async def read_settings(services: Services) -> SharedSettings:
    """The settings as the program uses them."""
    texts = await setting_texts(services)
    return SharedSettings(
        mail_host=texts["mail.host"],
        mail_port=int(texts["mail.port"]),
        mail_security=_security(texts["mail.security"]),
        mail_username=texts["mail.username"],
        mail_sender=texts["mail.sender"],
        keys_reveal=texts["keys.reveal"] == "yes",
    )


async def mail_password(services: Services) -> Secret | None:
    """The mail password from the vault. Raises VaultFault."""
    return await asyncio.to_thread(services.vault.get, _MAIL_PASSWORD_ENTRY)


async def change_settings(services: Services, values: dict[str, str]) -> Outcome:
    """Make several settings, all or none. Raises InvalidInput for a name or value that is not one,
    VaultFault where the mail password cannot be kept."""
    checked = {name: _checked(name, value) for name, value in values.items()}
    password = checked.pop(MAIL_PASSWORD, None)
    if password is not None:
        # A keyring may first ask to be unlocked: before the store is locked, not within.
        await mail_password(services)
    async with services.store.change() as work:
        before = await stored.read(work.connection)
        for name, value in checked.items():
            await stored.write(work, name, value)
        changes: dict[str, Any] = {
            name: [before.get(name, DEFAULTS[name]), value]
            for name, value in checked.items()
            if before.get(name, DEFAULTS[name]) != value
        }
        changed = [*changes] if password is None else [*changes, MAIL_PASSWORD]
        if changed:
            sentence = f"Settings changed: {', '.join(changed)}."
            record(services, work, "change_settings", sentence, changes=changes)
        await work.flush()
        if password is not None:
            await _keep_password(services, password)
        await work.commit()
    return Outcome("The settings are saved.", changes=Changes(settings=True))


async def _keep_password(services: Services, password: str) -> None:
    if password:
        await asyncio.to_thread(services.vault.set, _MAIL_PASSWORD_ENTRY, Secret(password))
    else:
        await asyncio.to_thread(services.vault.delete, _MAIL_PASSWORD_ENTRY)


def _checked(name: str, value: str) -> str:
    """The value as it is kept; InvalidInput where it cannot be one."""
    value = value.strip()
    if name == MAIL_PASSWORD:
        return value
    if name not in DEFAULTS:
        known = ", ".join([*DEFAULTS, MAIL_PASSWORD])
        raise InvalidInput(f"There is no setting {name!r}.", advice=f"There are: {known}.")
    if name == "mail.port" and not (
        value.isascii() and value.isdigit() and 0 < int(value) < 65_536
    ):
        raise InvalidInput("The mail server's port must be a number from 1 to 65535.")
    if name == "mail.security" and value not in get_args(Security):
        raise InvalidInput("The mail server's security is none, starttls or tls.")
    if name == "keys.reveal" and value not in ("yes", "no"):
        raise InvalidInput("keys.reveal is yes or no.")
    if name == "mail.sender" and value and not is_address(value):
        raise InvalidInput(f"{value!r} is not an e-mail address.")
    return value


def _security(text: str) -> Security:
    return "none" if text == "none" else "tls" if text == "tls" else "starttls"
