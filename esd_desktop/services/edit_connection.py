"""D1: add, change and remove a connection. The certificate is read before anything is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from esd_desktop.errors import InvalidInput, Refused, VaultFault
from esd_desktop.models.connection import Connection
from esd_desktop.models.rights import Right
from esd_desktop.models.store import connections
from esd_desktop.models.store.unit_of_work import UnitOfWork
from esd_desktop.models.values import Secret
from esd_desktop.policy import in_force
from esd_desktop.policy.rules import is_https
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.connect import check_thumbprint, passphrase_entry
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.certificate import CertificateFacts, inspect
from esd_desktop.services.microsoft.profile import Algorithm
from esd_desktop.services.record import record
from esd_desktop.services.rights import require
from esd_desktop.services.second_writer import changed_meanwhile

_TOLD = (
    "name",
    "tenant",
    "client_id",
    "certificate_file",
    "key_file",
    "resource_api",
    "service_url",
    "channel_id",
    "country",
    "language",
    "authority",
    "algorithm",
    "ca_file",
    "thumbprint",
)
MICROSOFT_AUTHORITY = "https://login.microsoftonline.com"


class ConnectionForm(Struct, frozen=True):
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


class SavedConnection(Struct, frozen=True):
    """The outcome of saving, with the connection's id."""

    id: int
    outcome: Outcome


async def add_connection(services: Services, form: ConnectionForm) -> SavedConnection:
    """Keep a new connection. Raises InvalidInput for a field that cannot be, CertificateProblem for
    a certificate that cannot be used, VaultFault where the passphrase cannot be kept."""
    await require(services, Right.CONNECTIONS)
    form = _preset(form, in_force().connection_called(form.name.strip() or None))
    facts = await _inspected(form, form.passphrase)
    if form.passphrase:
        await _open_vault(services)
    async with services.store.change() as work:
        await _check_name(work, form.name.strip())
        connection = Connection()
        _fill(connection, form, facts)
        connection.has_passphrase = bool(form.passphrase)
        work.add(connection)
        await work.flush()
        if form.passphrase:
            await _keep_passphrase(services, connection.id, form.passphrase)
        sentence = f"The connection “{connection.name}” was added."
        record(services, work, "add_connection", sentence)
        await work.commit()
    return SavedConnection(connection.id, _outcome(connection, sentence))


async def change_connection(
    services: Services, connection_id: int, version: int, form: ConnectionForm
) -> SavedConnection:
    """Save an edited connection. ``version`` is the one that was opened for editing: where somebody
    saved since, ChangedMeanwhile says so and nothing is written."""
    await require(services, Right.CONNECTIONS)
    async with services.store.read() as reading:
        row = await connections.one(reading, connection_id)
    # Whatever it is called from now on, it stays under the policy that names it.
    form = _preset(form, in_force().connection_called(row.name))
    form = _preset(form, in_force().connection_called(form.name.strip()))
    kept = row.has_passphrase
    passphrase = form.passphrase
    if passphrase is None and kept:
        passphrase = await asyncio.to_thread(services.vault.get, passphrase_entry(connection_id))
    facts = await _inspected(form, passphrase)
    if form.passphrase or (kept and form.passphrase is not None):
        await _open_vault(services)
    async with services.store.change() as work:
        connection = await connections.for_change(work, connection_id)
        if connection.version != version:
            named = f"“{connection.name}”"
            raise await changed_meanwhile(work, named, ["change_connection"], mention=named)
        await _check_name(work, form.name.strip(), besides=connection_id)
        before = _told(connection)
        _fill(connection, form, facts)
        if form.passphrase is not None:
            connection.has_passphrase = bool(form.passphrase)
        # Somebody's simultaneous change shows now, before the passphrase in use is replaced.
        await work.flush()
        if form.passphrase is not None and (form.passphrase or kept):
            await _keep_passphrase(services, connection_id, form.passphrase)
        sentence = f"The connection “{connection.name}” was changed."
        changes = {
            name: [before[name], value]
            for name, value in _told(connection).items()
            if value != before[name]
        }
        record(services, work, "change_connection", sentence, changes=changes)
        await work.commit()
    return SavedConnection(connection.id, _outcome(connection, sentence))


async def remove_connection(services: Services, connection_id: int) -> Outcome:
    """Remove a connection that no asset belongs to. Raises Refused where one does."""
    await require(services, Right.CONNECTIONS)
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
        try:
            await asyncio.to_thread(services.vault.delete, passphrase_entry(connection_id))
        except VaultFault:
            return Outcome(
                f"{sentence} Its passphrase is still in {services.vault.description}.",
                Result.WARNING,
                Changes(connections=frozenset({connection_id})),
                advice="It is of no use any more; it can be removed there by hand.",
            )
    return _outcome(connection, sentence)


def _preset(form: ConnectionForm, by_policy: Mapping[str, str]) -> ConnectionForm:
    """The form with what the administrator has set, which is left empty or as it is set."""
    fields: dict[str, Any] = {each: by_policy[each] for each in by_policy if each != "thumbprint"}
    for name, value in fields.items():
        typed = getattr(form, name).strip()
        if typed and not _is_same(name, typed, value):
            raise Refused(
                f"The connection's {name.replace('_', ' ')} is set by your administrator.",
                advice=f"It is “{value}” and cannot be changed here.",
            )
    return replace(form, **fields)


def _is_same(name: str, typed: str, value: str) -> bool:
    if name == "country":
        return typed.upper() == value.upper()
    return typed.rstrip("/") == value.rstrip("/")


async def _inspected(form: ConnectionForm, passphrase: Secret | None) -> CertificateFacts:
    _check_texts(form)
    files = _path(form.certificate_file), _path(form.key_file)
    facts = await asyncio.to_thread(inspect, *files, passphrase)
    check_thumbprint(form.name.strip(), facts.thumbprint_sha1)
    return facts


def _check_texts(form: ConnectionForm) -> None:
    for label, value in (
        ("System Name", form.name),
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
        if not is_https(url.strip()):
            raise InvalidInput(f"The connection's {label} must be an https:// address.")
    if len(form.country.strip()) != 2 or not form.country.strip().isalpha():
        raise InvalidInput("The connection's country is a code of two letters, such as GB.")


def _path(text: str) -> Path:
    path = Path(text.strip())
    with suppress(RuntimeError):  # ~somebody, who has no home here
        path = path.expanduser()
    return path.absolute()


def _told(connection: Connection) -> dict[str, str | None]:
    """What the history tells of: all that a person types, except the passphrase."""
    return {name: getattr(connection, name) for name in _TOLD}


def _fill(connection: Connection, form: ConnectionForm, facts: CertificateFacts) -> None:
    connection.name = form.name.strip()
    connection.tenant = form.tenant.strip()
    connection.client_id = form.client_id.strip()
    connection.certificate_file = str(_path(form.certificate_file))
    connection.key_file = str(_path(form.key_file))
    connection.resource_api = form.resource_api.strip()
    connection.service_url = form.service_url.strip().rstrip("/")
    connection.channel_id = form.channel_id.strip()
    connection.country = form.country.strip().upper()
    connection.language = form.language.strip()
    connection.authority = form.authority.strip().rstrip("/")
    connection.algorithm = form.algorithm
    connection.ca_file = str(_path(form.ca_file)) if form.ca_file.strip() else None
    connection.thumbprint = facts.thumbprint_sha1
    connection.certificate_expires_at = facts.not_after


async def _check_name(work: UnitOfWork, name: str, *, besides: int | None = None) -> None:
    rows = await connections.listed(work.connection)
    if any(row.name == name and row.id != besides for row in rows):
        raise InvalidInput(f"There is a connection named “{name}” already.")


async def _open_vault(services: Services) -> None:
    """A keyring may first ask its owner to be unlocked: before the store is locked, not within."""
    await asyncio.to_thread(services.vault.get, passphrase_entry(0))


async def _keep_passphrase(services: Services, connection_id: int, passphrase: Secret) -> None:
    entry = passphrase_entry(connection_id)
    if passphrase:
        await asyncio.to_thread(services.vault.set, entry, passphrase)
    else:
        await asyncio.to_thread(services.vault.delete, entry)


def _outcome(connection: Connection, sentence: str) -> Outcome:
    return Outcome(sentence, changes=Changes(connections=frozenset({connection.id})))
