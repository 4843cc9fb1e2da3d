"""Settings that all desktops on a store share: the mail server, and whether keys may be shown.

Named as they are typed: ``mail.host``, ``mail.port``, ``mail.security``, ``mail.username``,
``mail.sender``, ``mail.password`` (kept in the vault, never read back) and ``keys.reveal``. The
mailbox in which undeliverable mails come back is ``mail.bounce_host`` and so on. ``requests.`` is
about requests to cancel: ``four_eyes``, ``notify`` and ``instructions``. ``portal.url`` is where
people find the portal, or nothing. ``worker.nightly_at`` is
when workers begin what is due once a night, in UTC.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args

from msgspec import Struct

from esd_desktop import policy
from esd_desktop.errors import InvalidInput
from esd_desktop.models.rights import Right
from esd_desktop.models.store import outbox
from esd_desktop.models.store import settings as stored
from esd_desktop.models.values import Secret
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.context import Services
from esd_desktop.services.mail.address import is_address
from esd_desktop.services.mail.smtp import Security
from esd_desktop.services.portal.address import checked_address
from esd_desktop.services.record import record
from esd_desktop.services.rights import require, viewing
from esd_desktop.services.second_writer import changed_meanwhile

if TYPE_CHECKING:
    from esd_desktop.models.store.engine import Reading

MAIL_PASSWORD = "mail.password"
BOUNCE_PASSWORD = "mail.bounce_password"
PORTAL_URL = "portal.url"
KEYS_REVEAL = "keys.reveal"
NIGHTLY_AT, NEVER = "worker.nightly_at", "off"
# Kept in the vault under these names, never in the store.
PASSWORDS = {MAIL_PASSWORD: "mail password", BOUNCE_PASSWORD: "bounce mailbox password"}
DEFAULTS = {
    "mail.host": "",
    "mail.port": "587",
    "mail.security": "starttls",
    "mail.username": "",
    "mail.sender": "",
    "mail.bounce_host": "",
    "mail.bounce_port": "993",
    "mail.bounce_username": "",
    KEYS_REVEAL: "yes",
    "company.name": "",
    "company.address": "",
    "company.tax_number": "",
    "requests.four_eyes": "no",
    "requests.notify": "",
    "requests.instructions": "Do not use the key or the activation link any more: a licence that "
    "has been redeemed cannot be taken back. We tell you as soon as your request is decided.",
    PORTAL_URL: "",
    NIGHTLY_AT: "02:00",
}
_LONGEST = {"company.name": 200, "company.address": 1_000, "company.tax_number": 100}
_MOST_LINES = 8
_TIME = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


class SharedSettings(Struct, frozen=True):
    """The settings as the program uses them."""

    mail_host: str
    mail_port: int
    mail_security: Security
    mail_username: str
    mail_sender: str
    keys_reveal: bool


async def setting_texts(services: Services) -> dict[str, str]:
    """Every shared setting by its name, as text: the administrator's, the one that was made, or the
    default."""
    async with viewing(services) as connection:
        made = await stored.read(connection)
    in_force = _in_force(made)
    return {name: in_force[name] for name in DEFAULTS}


async def read_settings(services: Services) -> SharedSettings:
    """The settings as the program uses them."""
    texts = await setting_texts(services)
    return SharedSettings(
        mail_host=texts["mail.host"],
        mail_port=int(texts["mail.port"]),
        mail_security=_security(texts["mail.security"]),
        mail_username=texts["mail.username"],
        mail_sender=texts["mail.sender"],
        keys_reveal=texts[KEYS_REVEAL] == "yes",
    )


async def setting_within(connection: Reading, name: str) -> str:
    """One setting as a reading or a change finds it."""
    return (await stored.read(connection)).get(name, DEFAULTS[name])


async def mail_password(services: Services) -> Secret | None:
    """The mail password from the vault. Raises VaultFault."""
    return await password_of(services, MAIL_PASSWORD)


async def password_of(services: Services, name: str) -> Secret | None:
    """One of the passwords from the vault, by its setting's name. Raises VaultFault."""
    return await asyncio.to_thread(services.vault.get, PASSWORDS[name])


async def change_settings(
    services: Services, values: dict[str, str], *, seen: Mapping[str, str] | None = None
) -> Outcome:
    """Make several settings, all or none. ``seen`` are those that were looked at when the new ones
    were typed: where one is another by now, ChangedMeanwhile says so and nothing is written.

    Raises InvalidInput for a name or value that is not one, Refused for what the administrator has
    set, VaultFault where a password cannot be
    kept. Mails that wait are tried at once after a change of the mail server."""
    for name in values:
        policy.in_force().refuse_to_change(name)
    for right in {right_to_set(name) for name in values}:
        await require(services, right)
    checked = {name: _checked(name, value) for name, value in values.items()}
    passwords = {name: checked.pop(name) for name in PASSWORDS if name in checked}
    for name in passwords:
        # A keyring may first ask to be unlocked: before the store is locked, not within.
        await password_of(services, name)
    async with services.store.change() as work:
        before = _in_force(await stored.read(work.connection))
        for name, value in (seen or {}).items():
            if before[name] != value:
                named = f"the setting {name}"
                raise await changed_meanwhile(work, named, ["change_settings"], mention=name)
        for name, value in checked.items():
            await stored.write(work, name, value)
        changes: dict[str, Any] = {
            name: [before[name], value] for name, value in checked.items() if before[name] != value
        }
        changed = [*changes, *passwords]
        if changed:
            sentence = f"Settings changed: {', '.join(changed)}."
            record(services, work, "change_settings", sentence, changes=changes)
        if any(name.startswith("mail.") for name in changed):
            await outbox.hurry(work, services.now())
        await work.flush()
        for name, password in passwords.items():
            await _keep_password(services, PASSWORDS[name], password)
        await work.commit()
    return Outcome("The settings are saved.", changes=Changes(settings=True))


def right_to_set(name: str) -> Right:
    """Which right a setting takes: what an invoice says belongs to its prices."""
    return Right.PRICES if name.startswith("company.") else Right.SETTINGS


def _in_force(made: Mapping[str, str]) -> dict[str, str]:
    return DEFAULTS | dict(made) | policy.in_force().mail


async def _keep_password(services: Services, entry: str, password: str) -> None:
    if password:
        await asyncio.to_thread(services.vault.set, entry, Secret(password))
    else:
        await asyncio.to_thread(services.vault.delete, entry)


def _checked(name: str, value: str) -> str:
    """The value as it is kept; InvalidInput where it cannot be one."""
    value = value.strip()
    if name in PASSWORDS:
        return value
    if name not in DEFAULTS:
        known = ", ".join([*DEFAULTS, *PASSWORDS])
        raise InvalidInput(f"There is no setting {name!r}.", advice=f"There are: {known}.")
    longest = _LONGEST.get(name)
    if longest is not None and len(value) > longest:
        raise InvalidInput(f"{name} has at most {longest:,} characters.")
    if name == "company.address" and len(value.splitlines()) > _MOST_LINES:
        raise InvalidInput(f"{name} has at most {_MOST_LINES} lines, to leave room on the invoice.")
    if name in ("mail.port", "mail.bounce_port") and not (
        value.isascii() and value.isdigit() and 0 < int(value) < 65_536
    ):
        raise InvalidInput("The mail server's port must be a number from 1 to 65535.")
    if name == "mail.security" and value not in get_args(Security):
        raise InvalidInput("The mail server's security is none, starttls or tls.")
    if name == NIGHTLY_AT and value != NEVER and not _TIME.fullmatch(value):
        raise InvalidInput(
            f"{name} is a time in UTC, such as 02:00, or {NEVER}.",
            advice="Workers begin then what is due once a night.",
        )
    if name in (KEYS_REVEAL, "requests.four_eyes") and value not in ("yes", "no"):
        raise InvalidInput(f"{name} is yes or no.")
    if name in ("mail.sender", "requests.notify") and value and not is_address(value):
        raise InvalidInput(f"{value!r} is not an e-mail address.")
    if name == PORTAL_URL and value:
        return checked_address(value)
    return value


def _security(text: str) -> Security:
    return "none" if text == "none" else "tls" if text == "tls" else "starttls"
