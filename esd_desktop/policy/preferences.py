"""macOS: managed preferences, which a configuration profile puts there; the computer's go first."""

from __future__ import annotations

import getpass
import plistlib
from contextlib import suppress
from pathlib import Path
from xml.parsers.expat import ExpatError

from esd_desktop.policy.places import Said

FOLDER = Path("/Library/Managed Preferences")
# The bundle's identifier, as macOS names preferences after it.
DOMAIN = "example.esd.desktop"


def said() -> list[Said]:
    """What the computer's file and the person's say."""
    name = f"{DOMAIN}.plist"
    files = [FOLDER / name]
    with suppress(OSError, KeyError):  # a bare user id has no name, and no preferences
        files.append(FOLDER / getpass.getuser() / name)
    return [found for file in files if (found := _said_by(file)) is not None]


def _said_by(file: Path) -> Said | None:
    try:
        found = plistlib.loads(file.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        return str(file), error.strerror or "the system refuses it"
    except (ValueError, TypeError, ExpatError, RecursionError):
        return str(file), "it is no property list"
    if not isinstance(found, dict):
        return str(file), "it is no dictionary"
    # The system's own notes stand beside the values.
    return str(file), {key: found[key] for key in found if not key.startswith("Payload")}
