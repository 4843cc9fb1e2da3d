"""What this computer saw last of each store's audit: kept beside the store, so that an audit whose
end was cut off, or that was written anew as a whole, is found out."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from esd_desktop.whole_file import write_whole

if TYPE_CHECKING:
    from esd_desktop.models.store.audit_chain import Head

log = structlog.get_logger(__name__)

FILE = "audit-seen.json"


class Witness:
    """The heads that were seen, by the store's name, in a file of this user."""

    def __init__(self, data: Path) -> None:
        self._file = data / FILE

    def seen(self, store: str) -> Head | None:
        """The head that was seen last; None where there was none."""
        from esd_desktop.models.store.audit_chain import Head

        kept = self._read().get(store)
        with suppress(ValueError):
            return Head.parsed(kept) if kept else None
        return None

    def note(self, store: str, head: Head) -> None:
        """Keep this head in the place of the last one. Where that cannot be written, it stays."""
        kept = self._read() | {store: str(head)}
        try:
            write_whole(self._file, json.dumps(kept, indent=2).encode())
        except OSError as error:
            log.info("audit_not_witnessed", why=str(error))

    def _read(self) -> dict[str, str]:
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}
