"""The SVG of each line icon, as shipped: a grid of 16, lines of 1.5, in ``currentColor``."""

from __future__ import annotations

from functools import cache
from importlib import resources

GRID = 16
STROKE = 1.5

_FOLDER = resources.files("esd_desktop.resources") / "icons"


@cache
def names() -> tuple[str, ...]:
    """The names of all drawings."""
    files = (file.name for file in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".svg") for name in files if name.endswith(".svg")))


def drawing(name: str, colour: str, stroke: float = STROKE) -> str:
    """The SVG in an ``#rrggbb`` colour; KeyError where there is no such drawing."""
    coloured = _shipped(name).replace("currentColor", colour)
    return coloured.replace(f'stroke-width="{STROKE}"', f'stroke-width="{stroke}"')


@cache
def _shipped(name: str) -> str:
    file = _FOLDER / f"{name}.svg"
    if not file.is_file():
        raise KeyError(name)
    return file.read_text("utf-8")
