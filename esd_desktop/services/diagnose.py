"""What works and what does not: every part is tried, and each gives a finding with what to do.

Nothing is changed at Microsoft and no mail is sent; the vault is tried with an entry of its own.
"""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from esd_desktop.errors import EsdError, InvalidInput
from esd_desktop.models.certificate_expiry import Nearness, expiry
from esd_desktop.models.discrepancy_rows import DiscrepancyKind
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.operation import ABANDONED_AFTER
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetView, ConnectionRow
from esd_desktop.models.store import job_queue, operations, outbox
from esd_desktop.models.store import settings as stored_settings
from esd_desktop.models.store.schema import HEAD
from esd_desktop.models.values import Secret
from esd_desktop.models.wording import as_day, as_moment, counted
from esd_desktop.services.browse import connection_list, store_name, view_counts
from esd_desktop.services.browse_backups import backup_state
from esd_desktop.services.changes import Result
from esd_desktop.services.check_connection import check_connection
from esd_desktop.services.check_mail import check_mail
from esd_desktop.services.connect import profile_of
from esd_desktop.services.context import Services
from esd_desktop.services.lists import list_counts
from esd_desktop.services.look_for_update import look_for_update, why_not_asked
from esd_desktop.services.microsoft.certificate import inspect
from esd_desktop.services.restore_store import left_to_bring_over
from esd_desktop.services.rights import require
from esd_desktop.services.verify_audit import witness_audit

_PROBE = "doctor's probe"
_MANY = 10_000
_BACK_UP_NOW = "“esd store backup” makes one now."
# Longer than any mail waits for its next attempt.
_NEXT_ATTEMPT = timedelta(hours=2)


class State(StrEnum):
    """How a part is."""

    OK = "ok"
    WARNING = "warning"
    BAD = "bad"


class Finding(Struct, frozen=True):
    """How one part of the program is, in a sentence; ``advice`` says what to do about it."""

    subject: str
    state: State
    sentence: str
    advice: str = ""
    correlation_id: str | None = None


async def diagnose(services: Services) -> AsyncIterator[Finding]:
    """Try everything that stands on an open store; each finding comes as soon as it is made."""
    await require(services, Right.VIEW)
    yield await found("Store", _store(services))
    yield await found("Vault", _vault(services))
    yield await found("Licence keys", _licence_keys(services))
    rows = await connection_list(services)
    if not rows:
        yield _warning(
            "Connections",
            "There is none, so Microsoft cannot be asked.",
            "“esd connections add” adds one.",
        )
    for row in rows:
        yield await found(f"Certificate of {row.name}", _certificate(services, row))
        yield await found(f"Connection {row.name}", _connection(services, row))
    yield await found("Mail server", _mail_server(services))
    yield await found("Mails", _mails(services))
    yield await found("Lost answers", _lost_answers(services))
    if services.store.file is None:
        yield await found("Worker", _worker(services))
    yield await found("Backups", _backups(services))
    yield await found("Updates", _updates(services))
    left = await left_to_bring_over(services)
    if left is not None:
        yield _warning("Restored store", *left)
    yield await found("Audit", _audit(services))
    for finding in await _assets(services):
        yield finding


async def found(subject: str, check: Awaitable[Finding]) -> Finding:
    """What a check finds; a fault that it meets is a finding as well."""
    try:
        return await check
    except EsdError as fault:
        return Finding(subject, State.BAD, fault.sentence, fault.advice, fault.correlation_id)


def folder(subject: str, path: Path) -> Finding:
    """Whether files can be written into a folder."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        return Finding(
            subject,
            State.BAD,
            f"{path} cannot be written to: {error.strerror}.",
            "Check that it is yours and that the disk is not full.",
        )
    return Finding(subject, State.OK, f"{path} can be written to.")


async def _store(services: Services) -> Finding:
    name = await store_name(services)
    return Finding("Store", State.OK, f"{name} is open; its schema is {HEAD}, the newest.")


async def _audit(services: Services) -> Finding:
    await witness_audit(services)
    sentence = (
        "It goes on from where this computer saw it last; “esd audit verify” checks all of it."
    )
    return Finding("Audit", State.OK, sentence)


async def _vault(services: Services) -> Finding:
    await asyncio.to_thread(_round_trip, services)
    return Finding(
        "Vault", State.OK, f"Secrets can be kept and read in {services.vault.description}."
    )


def _round_trip(services: Services) -> None:
    probe = Secret(secrets.token_hex(16))
    services.vault.set(_PROBE, probe)
    came_back = services.vault.get(_PROBE) == probe
    services.vault.delete(_PROBE)
    if not came_back:
        raise EsdError(
            f"What is kept in {services.vault.description} does not come back as it was.",
            advice="Unlock it, or look for another program that changes it.",
        )


async def _licence_keys(services: Services) -> Finding:
    async with services.store.read() as connection:
        sealed = await stored_settings.data_keys(connection)
    if not sealed:
        return Finding("Licence keys", State.OK, "There are none yet.")
    await services.cipher.opened()
    if len(sealed) > 1:
        return _warning(
            "Licence keys",
            "The key that they are encrypted with is being changed, or that was broken off.",
            "“esd keys rotate” ends it; all of them can be read meanwhile.",
        )
    return Finding("Licence keys", State.OK, "The vault's key opens those of this store.")


async def _certificate(services: Services, row: ConnectionRow) -> Finding:
    profile = await profile_of(services, row)
    facts = await asyncio.to_thread(
        inspect, profile.certificate_file, profile.key_file, profile.passphrase
    )
    subject = f"Certificate of {row.name}"
    if facts.thumbprint_sha1 != row.thumbprint:
        return _warning(
            subject,
            f"{profile.certificate_file} holds another certificate than the one that was saved.",
            "Save the connection again in Settings, Connections; its thumbprint and expiry follow.",
        )
    seen = expiry(row.name, facts.not_after, services.now())
    if seen.nearness is Nearness.FAR:
        until = f"Valid until {as_day(facts.not_after)}, thumbprint {facts.thumbprint_sha1}."
        return Finding(subject, State.OK, until)
    urgent = seen.nearness >= Nearness.WITHIN_7_DAYS
    return Finding(subject, State.BAD if urgent else State.WARNING, seen.sentence, seen.advice)


async def _connection(services: Services, row: ConnectionRow) -> Finding:
    done = await check_connection(services, row.id)
    state = State.WARNING if done.result is Result.WARNING else State.OK
    subject = f"Connection {row.name}"
    return Finding(subject, state, done.sentence, done.advice, done.correlation_id)


async def _mail_server(services: Services) -> Finding:
    try:
        done = await check_mail(services)
    except InvalidInput:
        return _warning(
            "Mail server",
            "None is set, so no activation link can be sent.",
            "“esd settings set mail.host …” and “esd settings set mail.sender …”.",
        )
    return Finding("Mail server", State.OK, done.sentence)


async def _mails(services: Services) -> Finding:
    async with services.store.read() as connection:
        waiting = await outbox.due(connection, services.now() + _NEXT_ATTEMPT, limit=_MANY)
    if not waiting:
        return Finding("Mails", State.OK, "None is waiting.")
    return _warning(
        "Mails",
        f"{_some(len(waiting), 'mail')} waiting to be sent.",
        "They are tried again by themselves while a window is open or a worker is at work.",
    )


async def _lost_answers(services: Services) -> Finding:
    abandoned = services.now() - ABANDONED_AFTER
    async with services.store.read() as connection:
        lost = await operations.in_doubt(connection, started_before=abandoned)
        waiting = await operations.under_way(connection, started_after=abandoned)
    if not lost and waiting:
        since = as_moment(waiting[0].started_at)
        return Finding(
            "Lost answers",
            State.OK,
            f"{_some(len(waiting), 'request')} under way since {since}; all others are settled.",
            "Where the program that asked was ended, it is settled some minutes after that.",
        )
    if not lost:
        return Finding("Lost answers", State.OK, "Every request to Microsoft is settled.")
    ids = " ".join(str(row.asset_id) for row in lost[:10])
    return _warning(
        "Lost answers",
        f"{_some(len(lost), 'request')} in doubt: Microsoft's answer was lost.",
        "They are settled while a window is open or a worker is at work, or with "
        f"“esd assets retry {ids}”.",
    )


async def _worker(services: Services) -> Finding:
    async with services.store.read() as connection:
        state = await job_queue.worker_state(connection)
    assert state is not None, "a server has jobs"
    jobs = f"{counted(state.waiting, 'job')} waiting, {state.doing:,} under way."
    if state.failed:
        return _warning(
            "Worker",
            f"{counted(state.failed, 'job')} failed within the last week; {jobs}",
            "The log of the worker says why.",
        )
    if state.workers:
        living = f"{counted(state.workers, 'worker')} at work"
        return Finding("Worker", State.OK, f"{living}; {jobs}")
    if state.seen_at is not None:
        return _warning(
            "Worker",
            f"None has been at work since {as_moment(state.seen_at)}; {jobs}",
            "Start “esd worker” again. Until then the desktops do what their people asked for.",
        )
    return Finding(
        "Worker", State.OK, "None is at work: the desktops do what their people asked for."
    )


async def _backups(services: Services) -> Finding:
    state = await backup_state(services)
    if state.trouble is not None:
        return _warning("Backups", state.trouble, _BACK_UP_NOW)
    if state.last_told is not None:
        when = as_moment(state.last_told.at)
        return Finding("Backups", State.OK, f"{state.last_told.sentence} That was on {when}.")
    if state.newest is not None:
        when = as_moment(state.newest.made_at)
        sentence = f"The newest on this computer is of {when}: {state.newest.file}."
        return Finding("Backups", State.OK, sentence)
    if state.restored_at is not None:
        since = as_moment(state.restored_at)
        sentence = f"None was made since the store was restored from one, on {since}."
        return _warning("Backups", sentence, _BACK_UP_NOW)
    if not (await view_counts(services, None))[AssetView.EVERYTHING]:
        return Finding("Backups", State.OK, "None was made yet, and there is no licence to lose.")
    return _warning(
        "Backups",
        "None was made yet.",
        "“esd store backup” makes one, “esd settings set backup_every daily” one each day.",
    )


async def _updates(services: Services) -> Finding:
    why_not = why_not_asked()
    release = await look_for_update(services)
    if release is not None:
        sentence = f"Version {release.version} is there."
        return Finding("Updates", State.OK, sentence, f"What is new: {release.notes}")
    return Finding("Updates", State.OK, why_not or "No newer version is known.")


async def _assets(services: Services) -> list[Finding]:
    counts = await view_counts(services, None)
    odd = (await list_counts(services, ListKind.DISCREPANCIES, ListQuery())).by_filter
    of_kinds = ", ".join(f"{odd[kind]:,} {kind.value}" for kind in DiscrepancyKind if odd[kind])
    return [
        _count(
            "Provisioning",
            counts[AssetView.FAILED],
            "No licence failed to be issued.",
            "{} without a token, because Microsoft refused.",
            "“esd assets list --view failed” lists them, “esd assets retry ID” tries again.",
        ),
        _count(
            "Discrepancies",
            odd["all"],
            "No record is at odds with Microsoft or with itself.",
            f"{{}} at odds with Microsoft or with itself: {of_kinds}.",
            "“esd assets discrepancies” lists them with what settles each.",
        ),
    ]


def _count(subject: str, count: int, none: str, some: str, advice: str) -> Finding:
    if count == 0:
        return Finding(subject, State.OK, none)
    return _warning(subject, some.format(_some(count, "asset")), advice)


def _some(count: int, noun: str) -> str:
    return f"{counted(count, noun)} {'is' if count == 1 else 'are'}"


def _warning(subject: str, sentence: str, advice: str) -> Finding:
    return Finding(subject, State.WARNING, sentence, advice)
