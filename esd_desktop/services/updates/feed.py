"""A feed of versions: one JSON object, signed with Ed25519 by whoever publishes the program.

``payload`` is the text of another JSON object, as it was signed; ``signature`` is base64. What is
not signed with the key that this program came with is not looked at.
"""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime
from importlib import resources

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from msgspec import Struct
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from esd_desktop.policy.rules import is_https

KEY_FILE = "update-key.pem"
# Signed together with the payload: a signature for something else is none for a feed.
PURPOSE = b"ESD Desktop, feed of versions, 1\n"
_VERSION = r"\d{1,6}\.\d{1,6}\.\d{1,6}"


class WrongFeed(Exception):
    """Why a feed is not believed, for the log."""


class Release(Struct, frozen=True):
    """The newest version there is. ``issued_at`` is when the feed was signed, in UTC."""

    version: str
    notes: str
    issued_at: datetime

    def is_newer_than(self, version: str) -> bool:
        """Whether it is a later version than this one."""
        return _numbers(self.version) > _numbers(version)


class _Payload(BaseModel):
    model_config = ConfigDict(extra="ignore")

    version: str = Field(pattern=f"^{_VERSION}$")
    date: str
    issued_at: AwareDatetime
    notes: str = Field(max_length=500)
    files: dict[str, str]


def own_key() -> Ed25519PublicKey | None:
    """The key that this program believes; None for one that was built without any."""
    file = resources.files("esd_desktop.resources") / KEY_FILE
    if not file.is_file():
        return None
    key = load_pem_public_key(file.read_bytes())
    return key if isinstance(key, Ed25519PublicKey) else None


def believed(text: str, key: Ed25519PublicKey) -> Release:
    """The release that a feed tells of. Raises WrongFeed."""
    try:
        feed = json.loads(text)
        payload = str(feed["payload"])
        key.verify(base64.b64decode(feed["signature"]), PURPOSE + payload.encode())
        found = _Payload.model_validate_json(payload)
    except InvalidSignature as error:
        raise WrongFeed("its signature is not ours") from error
    except ValidationError as error:
        raise WrongFeed("it is signed, but says something else than a version") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise WrongFeed("it is no feed") from error
    if not is_https(found.notes):
        raise WrongFeed("its notes have no https address")
    return Release(found.version, found.notes, found.issued_at)


def _numbers(version: str) -> tuple[int, ...]:
    """Of a version under development, what it will be."""
    found = re.match(_VERSION, version)
    return tuple(map(int, found.group().split("."))) if found else ()
