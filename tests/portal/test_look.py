"""The portal's style sheet has the program's own colours, in which everything can be read."""

from __future__ import annotations

import re
from pathlib import Path

import esd_desktop.portal
from esd_desktop.ui.look.colours import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, Palette

_STATIC = Path(esd_desktop.portal.__file__).parent / "static"
_COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
_ROOT = re.compile(r":root \{([^}]*)\}")


def colours(palette: Palette) -> dict[str, str]:
    return {
        name.replace("_", "-"): value for name, value in palette._asdict().items() if name != "dark"
    }


def test_the_colours_are_those_of_the_program() -> None:
    style = (_STATIC / "portal.css").read_text("utf-8")
    light, dark, light_contrast, dark_contrast = (
        dict(_COLOUR.findall(block)) for block in _ROOT.findall(style)
    )
    assert light == colours(LIGHT)
    assert dark == colours(DARK)
    assert light | light_contrast == colours(LIGHT_CONTRAST)
    assert dark | dark_contrast == colours(DARK_CONTRAST)


def test_no_other_colour_is_used() -> None:
    known = set(colours(LIGHT))
    for name in ("portal.css", "pages.css"):
        style = (_STATIC / name).read_text("utf-8")
        assert set(re.findall(r"var\(--([\w-]+)\)", style)) <= known, name
        beside = _ROOT.sub("", style)
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b", beside) == [], name


def test_nothing_is_loaded_from_elsewhere() -> None:
    for file in _STATIC.glob("*.css"):
        assert "url(" not in file.read_text("utf-8")
        assert "@import" not in file.read_text("utf-8")
