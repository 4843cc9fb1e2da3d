"""Linux: ``/etc/esd-desktop/policy.toml``, which only root writes."""

from __future__ import annotations

from pathlib import Path

from esd_desktop.policy.places import Said

FILE = Path("/etc/esd-desktop/policy.toml")


def said() -> list[Said]:
    """What the file says; nothing where there is none."""
    try:
        text = FILE.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        return [(str(FILE), error.strerror or "the system refuses it")]
    # Only who has a policy pays for the reader, at the start of the window.
    import tomllib

    try:
        return [(str(FILE), tomllib.loads(text.decode("utf-8-sig")))]
    except (ValueError, RecursionError) as error:
        return [(str(FILE), f"it is no TOML ({error})")]
