"""PySide, loaded as quickly as it can be: before start.py, which needs it for all that it does."""

from __future__ import annotations

import builtins
import gc


def load_qt() -> None:
    """Load what a window needs, if nobody has yet; from here on the collector leaves alone what is
    loaded, and it is loaded as Python does it."""
    # Nothing of it is garbage. Later Python would collect on the loading thread, and take apart
    # what is Qt's.
    gc.disable()
    import PySide6.QtWidgets  # noqa: F401

    # PySide has put a function of its own here, which reads and searches the source of all that is
    # loaded afterwards, for features of its own that a module may ask for. None of ours does.
    builtins.__import__ = builtins.__orig_import__  # type: ignore[attr-defined]
