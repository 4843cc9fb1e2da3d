"""The store's modules, and with them SQLAlchemy, loaded with their first use: nothing that the
window shows first needs them in its own process.

It holds for ``from esd_desktop.models.store import …``. What takes something out of one of these
modules while it is loaded itself has that one loaded at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from threading import RLock
from types import ModuleType
from typing import Any

_STORE = "esd_desktop.models.store."
_AS_IT_IS = frozenset({"__class__", "__spec__"})
_loading = RLock()


def leave_store() -> None:
    """From here on the store's modules are left to their first use."""
    if _later not in sys.meta_path:
        sys.meta_path.insert(0, _later)


def load_store() -> None:
    """Load all that was left, and leave nothing more."""
    if _later in sys.meta_path:
        sys.meta_path.remove(_later)
        for name in _later.left:
            vars(sys.modules[name])


class _Late(ModuleType):
    """A module that is loaded with its first use, by one thread while the others wait: Python's own
    (``importlib.util.LazyLoader``) lets them find it half there until 3.12."""

    def __getattribute__(self, name: str) -> Any:
        if name not in _AS_IT_IS:
            with _loading:
                _load(self)
        return ModuleType.__getattribute__(self, name)


class _LeavingLoader(Loader):
    """Leaves a module to its first use, when ``loader`` loads it."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__class__ = _Late


class _Later(MetaPathFinder):
    """Finds the store's modules as they are found otherwise, for that loader."""

    def __init__(self) -> None:
        self.left: list[str] = []

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith(_STORE):
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _LeavingLoader(spec.loader)
                self.left.append(name)
                return spec
        return None


def _load(module: ModuleType) -> None:
    """Load it, unless that is done, or going on: modules may need each other."""
    spec = module.__spec__
    if spec is not None and isinstance(spec.loader, _LeavingLoader):
        spec.loader = module.__loader__ = spec.loader.loader
        spec.loader.exec_module(module)
        module.__class__ = ModuleType


_later = _Later()
