"""D1: add, change and remove a connection. The certificate is read before anything is kept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from esd_desktop.errors import ChangedMeanwhile, InvalidInput, Refused
from esd_desktop.models.connection import Connection
from esd_desktop.models.store import connections
from esd_desktop.models.values import Secret
from esd_desktop.services.changes import Changes, Outcome
from esd_desktop.services.connect import passphrase_entry
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.certificate import CertificateFacts, inspect
from esd_desktop.services.microsoft.profile import Algorithm
from esd_desktop.services.record import record

MICROSOFT_AUTHORITY = "https://login.microsoftonline.com"


@dataclass(frozen=True, slots=True)
class ConnectionForm:
    """A connection as a person fills it in. ``passphrase`` None keeps the one that is kept; an
    empty one takes it away."""

    name: str
    tenant: str
    client_id: str
    certificate_file: str
    key_file: str
    resource_api: str
    service_url: str
    channel_id: str
    country: str
    language: str
    authority: str = MICROSOFT_AUTHORITY
    algorithm: Algorithm = "PS256"
    ca_file: str = ""
    passphrase: Secret | None = None


@dataclass(frozen=True, slots=True)
class SavedConnection:
    """The outcome of saving, with the connection's id."""

    id: int
    outcome: Outcome


async def add_connection(services: Services, form: ConnectionForm) -> SavedConnection:
    """Keep a new connection. Raises InvalidInput for a field that cannot be, CertificateProblem for
    a certificate that cannot be used, VaultFault where the passphrase cannot be kept."""
    facts = await _inspected(form, form.passphrase)
    async with services.store.change() as work:
        if any(
            row.name == form.name.strip()
            for row in await connections.listed(work.connection)
        ):
            raise InvalidInput(
                f"There is a connection named “{form.name.strip()}” already."
            )
        connection = Connection()
        _fill(connection, form, facts)
        connection.has_passphrase = bool(form.passphrase)
        work.add(connection)
        await work.flush()
        if form.passphrase:
            await asyncio.to_thread(
                services.vault.set, passphrase_entry(connection.id), form.passphrase
            )
        sentence = f"The connection “{connection.name}” was added."
        record(services, work, "add_connection", sentence)
        await work.commit()
    return SavedConnection(connection.id, _outcome(connection, sentence))


async def change_connection(
    services: Services, connection_id: int, version: int, form: ConnectionForm
) -> SavedConnection:
    """Save an edited connection. ``version`` is the one that was opened for editing: where somebody
    saved since, ChangedMeanwhile says so and nothing is written."""
    passphrase = form.passphrase
    if passphrase is None:
        passphrase = await asyncio.to_thread(
            services.vault.get, passphrase_entry(connection_id)
        )
    facts = await _inspected(form, passphrase)
    async with services.store.change() as work:
        connection = await connections.for_change(work, connection_id)
        if connection.version != version:
            raise ChangedMeanwhile(
                f"Somebody else changed “{connection.name}” meanwhile; nothing was overwritten.",
                advice="Open it again and repeat your change.",
            )
        _fill(connection, form, facts)
        await _change_passphrase(services, connection, form.passphrase)
        sentence = f"The connection “{connection.name}” was changed."
        record(services, work, "change_connection", sentence)
        await work.commit()
    return SavedConnection(connection.id, _outcome(connection, sentence))


async def remove_connection(services: Services, connection_id: int) -> Outcome:
    """Remove a connection that no asset belongs to. Raises Refused where one does."""
    async with services.store.change() as work:
        connection = await connections.for_change(work, connection_id)
        if await connections.is_used(work, connection_id):
            raise Refused(
                f"Assets were bought over “{connection.name}”, so it cannot be removed.",
            )
        await connections.remove(work, connection)
        sentence = f"The connection “{connection.name}” was removed."
        record(services, work, "remove_connection", sentence)
        await work.commit()
    if connection.has_passphrase:
        await asyncio.to_thread(services.vault.delete, passphrase_entry(connection_id))
    return _outcome(connection, sentence)


async def _inspected(
    form: ConnectionForm, passphrase: Secret | None
) -> CertificateFacts:
    _check_texts(form)
    files = Path(form.certificate_file), Path(form.key_file)
    return await asyncio.to_thread(inspect, *files, passphrase)


def _check_texts(form: ConnectionForm) -> None:
    for label, value in (
        ("name", form.name),
        ("Azure Active Directory Tenant", form.tenant),
        ("Client ID", form.client_id),
        ("Resource API", form.resource_api),
        ("Channel ID", form.channel_id),
        ("Language", form.language),
        ("certificate file", form.certificate_file),
        ("key file", form.key_file),
    ):
        if not value.strip():
            raise InvalidInput(f"The connection's {label} is missing.")
    for label, url in (
        ("Service URL", form.service_url),
        ("authority", form.authority),
    ):
        parts = urlsplit(url.strip())
        if parts.scheme != "https" or not parts.hostname:
            raise InvalidInput(f"The connection's {label} must be an https:// address.")
    if len(form.country.strip()) != 2 or not form.country.strip().isalpha():
        raise InvalidInput(
            "The connection's country is a code of two letters, such as GB."
        )


def _fill(
    connection: Connection, form: ConnectionForm, facts: CertificateFacts
) -> None:
    connection.name = form.name.strip()
    connection.tenant = form.tenant.strip()
    connection.client_id = form.client_id.strip()
    connection.certificate_file = str(
        Path(form.certificate_file).expanduser().absolute()
    )
    connection.key_file = str(Path(form.key_file).expanduser().absolute())
    connection.resource_api = form.resource_api.strip()
    connection.service_url = form.service_url.strip().rstrip("/")
    connection.channel_id = form.channel_id.strip()
    connection.country = form.country.strip().upper()
    connection.language = form.language.strip()
    connection.authority = form.authority.strip().rstrip("/")
    connection.algorithm = form.algorithm
    connection.ca_file = (
        str(Path(form.ca_file).expanduser().absolute())
        if form.ca_file.strip()
        else None
    )
    connection.thumbprint = facts.thumbprint_sha1
    connection.certificate_expires_at = facts.not_after


async def _change_passphrase(
    services: Services, connection: Connection, passphrase: Secret | None
) -> None:
    if passphrase is None:
        return
    connection.has_passphrase = bool(passphrase)
    entry = passphrase_entry(connection.id)
    if passphrase:
        await asyncio.to_thread(services.vault.set, entry, passphrase)
    else:
        await asyncio.to_thread(services.vault.delete, entry)


def _outcome(connection: Connection, sentence: str) -> Outcome:
    return Outcome(sentence, changes=Changes(connections=frozenset({connection.id})))
