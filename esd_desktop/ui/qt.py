"""PySide, loaded as quickly as it can be: before start.py, which needs it for all that it does."""

from __future__ import annotations

import builtins
import gc
from threading import RLock
from typing import Any

# With what PySide tells a function's arguments to whoever calls it wrongly, and writes type hints.
# It is kept as source, and compiled anew at each start: that, and what it loads in turn, is a
# quarter of the time until a window is painted.
_SIGNATURES = "shibokensupport/signature/"
_LATER = {
    f"{_SIGNATURES}{name}.py"
    for name in (
        "errorhandler",
        "layout",
        "parser",
        "lib/enum_sig",
        "lib/pyi_generator",
        "lib/tool",
    )
}
_STAND_IN = """
def __getattr__(name):
    from esd_desktop.ui.qt import load_late
    return load_late(globals(), name)
"""
_late: dict[str, Any] = {}
_loading = RLock()


def load_qt() -> None:
    """Load what a window needs, if nobody has yet; from here on the collector leaves alone what is
    loaded, and it is loaded as Python does it."""
    # Nothing of it is garbage. Later Python would collect on the loading thread, and take apart
    # what is Qt's.
    gc.disable()
    builtins.compile = _compiled  # type: ignore[assignment]
    try:
        import PySide6.QtWidgets  # noqa: F401
    finally:
        builtins.compile = _compile

    # PySide has put a function of its own here, which reads and searches the source of all that is
    # loaded afterwards, for features of its own that a module may ask for. None of ours does.
    builtins.__import__ = builtins.__orig_import__  # type: ignore[attr-defined]


def load_late(module: dict[str, Any], name: str) -> Any:
    """Something of a module of PySide's that is loaded with its first use."""
    if name.startswith("__"):
        raise AttributeError(name)
    with _loading:
        # Somebody else may have been quicker.
        source = _late.pop(module["__file__"], None)
        if source is not None:
            exec(_compile(source, module["__file__"], "exec"), module)  # noqa: S102 - as PySide does
            del module["__getattr__"]
    if name not in module:
        raise AttributeError(name)
    return module[name]


_compile = compile


def _compiled(source: Any, file: Any, *how: Any, **more: Any) -> Any:
    if file in _LATER:
        _late[file], source = source, _STAND_IN
    return _compile(source, file, *how, **more)
