"""Is there a newer version? Asked at most once a day, told quietly, and nothing is ever downloaded.

Without an address (``update_feed``), without a key in the program, or where it is off
(``update_notice``), nobody is asked. Whatever goes wrong is in the log and nowhere else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from esd_desktop import __version__
from esd_desktop.errors import EsdError
from esd_desktop.folders import folders
from esd_desktop.services.context import Services
from esd_desktop.services.updates import feed
from esd_desktop.services.updates.feed import Release, WrongFeed, believed
from esd_desktop.services.updates.seen import read_seen, write_seen
from esd_desktop.settings import LocalSettings, load_settings

log = structlog.get_logger(__name__)

_AGAIN_AFTER = timedelta(days=1)


async def look_for_update(services: Services) -> Release | None:
    """A newer version than this one, as far as is known; None where there is none, or where
    nobody may be asked."""
    try:
        key, address = feed.own_key(), _address(load_settings(folders()))
        if key is None or address is None:
            return None
        file = _file()
        if _is_due(file, services.now()):
            await _ask(file, address, key, services.now())
    except (EsdError, OSError, ValueError) as fault:
        log.info("update", left_out=str(fault))
        return None
    return known_update()


def known_update() -> Release | None:
    """The newer version that was found before, without asking anybody."""
    try:
        key = feed.own_key()
        if key is None or _address(load_settings(folders())) is None:
            return None
    except (EsdError, ValueError):
        return None
    release = _kept(read_seen(_file()).feed, key)
    return release if release and release.is_newer_than(__version__) else None


def why_not_asked() -> str | None:
    """Why nobody is asked for newer versions, as a sentence; None where somebody is.
    Raises EsdError."""
    settings = load_settings(folders())
    if settings.update_notice == "off":
        return "Nobody is asked for newer versions: it is switched off."
    if not settings.update_feed:
        return "Nobody is asked for newer versions: no address is set for it (update_feed)."
    if feed.own_key() is None:
        return "Nobody is asked for newer versions: this program was built without a key for it."
    return None


async def _ask(file: Path, address: str, key: Ed25519PublicKey, now: datetime) -> None:
    kept = read_seen(file).feed
    # Only whoever asks pays for it, at the start of the window.
    from esd_desktop.services.updates.http import fetched

    # Before it is asked: whatever comes of it, it was today's question.
    write_seen(file, now, kept)
    try:
        text = await fetched(address)
        release, before = believed(text, key), _kept(kept, key)
    except WrongFeed as wrong:
        log.info("update", feed=address, not_believed=str(wrong))
        return
    if before is not None and release.issued_at < before.issued_at:
        log.info("update", feed=address, not_believed="it is older than the one before")
        return
    write_seen(file, now, text)


def _kept(text: str, key: Ed25519PublicKey) -> Release | None:
    try:
        return believed(text, key) if text else None
    except WrongFeed:
        return None


def _address(settings: LocalSettings) -> str | None:
    return settings.update_feed or None if settings.update_notice == "on" else None


def _is_due(file: Path, now: datetime) -> bool:
    """A clock that was set back is no reason never to ask again."""
    asked_at = read_seen(file).asked_at
    return asked_at is None or not asked_at <= now < asked_at + _AGAIN_AFTER


def _file() -> Path:
    return folders().data / "update.json"
