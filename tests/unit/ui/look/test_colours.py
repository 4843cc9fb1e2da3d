"""What is written can be read: measured for every pair of colours that the program draws."""

from __future__ import annotations

import pytest

from esd_desktop.ui.look.colours import (
    DARK,
    DARK_CONTRAST,
    LIGHT,
    LIGHT_CONTRAST,
    Palette,
    Tone,
    contrast,
    palette_for,
)

PALETTES = {"light": LIGHT, "dark": DARK, "light+": LIGHT_CONTRAST, "dark+": DARK_CONTRAST}
every_palette = pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)


def test_contrast_is_measured_as_wcag_defines_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@every_palette
def test_every_text_reads_on_its_ground(palette: Palette) -> None:
    faint = [pair for pair in palette.text_pairs() if contrast(*pair) < 4.5]
    assert faint == []


@every_palette
def test_outlines_of_controls_and_the_focus_ring_are_seen(palette: Palette) -> None:
    faint = [pair for pair in palette.outline_pairs() if contrast(*pair) < 3]
    assert faint == []


@pytest.mark.parametrize("palette", [LIGHT_CONTRAST, DARK_CONTRAST])
def test_high_contrast_is_higher(palette: Palette) -> None:
    assert min(contrast(*pair) for pair in palette.text_pairs()) >= 7


def test_the_system_decides_which_palette() -> None:
    assert palette_for(dark=False, high_contrast=False) is LIGHT
    assert palette_for(dark=True, high_contrast=False) is DARK
    assert palette_for(dark=False, high_contrast=True) is LIGHT_CONTRAST
    assert palette_for(dark=True, high_contrast=True) is DARK_CONTRAST


def test_each_tone_has_a_colour_of_its_own() -> None:
    assert len({LIGHT.ink(tone).text for tone in Tone}) == len(Tone)
    assert len({DARK.ink(tone).tint for tone in Tone}) == len(Tone)
