"""What this computer has seen of the feed: the newest one as it was signed, and when it last asked.

Kept as it came, so that whoever changes the file cannot make a version up.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from pydantic import AwareDatetime, BaseModel, ValidationError

from esd_desktop.whole_file import write_whole


class Seen(Struct, frozen=True):
    """``asked_at`` None: never."""

    asked_at: datetime | None = None
    feed: str = ""


class _File(BaseModel):
    asked_at: AwareDatetime
    feed: str


def read_seen(file: Path) -> Seen:
    """What is kept; nothing where the file is missing or damaged."""
    try:
        found = _File.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return Seen()
    return Seen(found.asked_at, found.feed)


def write_seen(file: Path, asked_at: datetime, feed: str) -> None:
    """Keep it. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, json.dumps({"asked_at": asked_at.isoformat(), "feed": feed}).encode())
