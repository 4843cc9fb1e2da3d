"""Where this operating system keeps policies, the first that counts first."""

from __future__ import annotations

import sys
from collections.abc import Mapping

# Where it is, in words, and what it says; or, as a sentence's end, why it cannot be read.
Said = tuple[str, "Mapping[str, object] | str"]


def said() -> list[Said]:
    """All that is found. What is not there is left out; nothing is raised."""
    if sys.platform == "win32":
        from esd_desktop.policy import registry

        return registry.said()
    if sys.platform == "darwin":
        from esd_desktop.policy import preferences

        return preferences.said()
    from esd_desktop.policy import toml_file

    return toml_file.said()
