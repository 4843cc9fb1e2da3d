"""The colours of the program, each with the work it does; light, dark, and both with more contrast.

Every pair of text and ground that is used reads at 4.5:1 or better, every control's border and
the focus ring at 3:1; the tests measure the pairs named here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Tone(StrEnum):
    """What a colour says. It never says it alone: a shape and a word stand beside it."""

    NEUTRAL = "neutral"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    ACCENT = "accent"
    INFO = "info"


class Ink(NamedTuple):
    """A tone's colour for text and shapes, and the tint it stands on."""

    text: str
    tint: str


class Palette(NamedTuple):
    """One set of colours. ``border`` parts areas; ``control`` outlines what can be operated."""

    dark: bool
    window: str
    sidebar: str
    surface: str
    raised: str
    hover: str
    pressed: str
    border: str
    control: str
    text: str
    text_muted: str
    text_disabled: str
    focus: str
    selection: str
    selection_text: str
    accent: str
    accent_hover: str
    accent_text: str
    accent_tint: str
    good: str
    good_tint: str
    warning: str
    warning_tint: str
    bad: str
    bad_tint: str
    neutral: str
    neutral_tint: str
    info: str
    info_tint: str

    def ink(self, tone: Tone) -> Ink:
        """The colours of a tone."""
        return Ink(getattr(self, tone.value), getattr(self, f"{tone.value}_tint"))

    def text_pairs(self) -> list[tuple[str, str]]:
        """Every pair of text and ground that the program draws."""
        grounds = (self.window, self.sidebar, self.surface, self.raised, self.hover, self.selection)
        tones = [self.ink(tone) for tone in Tone]
        return [
            *((text, ground) for text in (self.text, self.text_muted) for ground in grounds),
            *((ink.text, ground) for ink in tones for ground in (*grounds[:4], ink.tint)),
            *((self.text, ink.tint) for ink in tones),
            (self.text, self.pressed),
            (self.selection_text, self.selection),
            (self.accent_text, self.accent),
            (self.accent_text, self.accent_hover),
        ]

    def outline_pairs(self) -> list[tuple[str, str]]:
        """Every pair of a control's outline or the focus ring and the ground it stands on."""
        grounds = (self.window, self.sidebar, self.surface, self.raised)
        outlines = (self.control, self.focus, self.accent)
        return [(outline, ground) for outline in outlines for ground in grounds]


LIGHT = Palette(
    dark=False,
    window="#f6f7f9",
    sidebar="#eef0f3",
    surface="#ffffff",
    raised="#ffffff",
    hover="#f0f3f8",
    pressed="#e3e8f0",
    border="#dfe3e8",
    control="#7f8898",
    text="#1c2430",
    text_muted="#59636f",
    text_disabled="#8b939f",
    focus="#2457d6",
    selection="#dfe9fd",
    selection_text="#1c2430",
    accent="#2457d6",
    accent_hover="#1c49ba",
    accent_text="#ffffff",
    accent_tint="#e8effd",
    good="#13734a",
    good_tint="#e3f4ec",
    warning="#8a5a00",
    warning_tint="#fdf2dc",
    bad="#b42318",
    bad_tint="#fdeceb",
    neutral="#4a5462",
    neutral_tint="#eceef1",
    info="#0b647d",
    info_tint="#e1f2f7",
)

DARK = Palette(
    dark=True,
    window="#14171c",
    sidebar="#171b21",
    surface="#1b1f26",
    raised="#232830",
    hover="#262c36",
    pressed="#303744",
    border="#2c323b",
    control="#737d8d",
    text="#e6e9ee",
    text_muted="#a3acba",
    text_disabled="#6d7583",
    focus="#7ea6ff",
    selection="#23345c",
    selection_text="#f2f5fa",
    accent="#7ea6ff",
    accent_hover="#9abaff",
    accent_text="#0d1526",
    accent_tint="#1f2c4a",
    good="#6fd3a3",
    good_tint="#173327",
    warning="#f0c069",
    warning_tint="#3a2d12",
    bad="#ff9a90",
    bad_tint="#40201d",
    neutral="#b9c1cd",
    neutral_tint="#2a3039",
    info="#7fd0e8",
    info_tint="#12323d",
)

LIGHT_CONTRAST = LIGHT._replace(
    window="#ffffff",
    sidebar="#ffffff",
    border="#5a6270",
    control="#1c2430",
    text="#000000",
    text_muted="#2b323c",
    text_disabled="#5a6270",
    focus="#0a2f93",
    accent="#0a2f93",
    accent_hover="#06206b",
    good="#07482c",
    warning="#573800",
    bad="#7d120a",
    neutral="#2b323c",
    info="#053f50",
)

DARK_CONTRAST = DARK._replace(
    window="#000000",
    sidebar="#000000",
    surface="#000000",
    raised="#0d0f12",
    border="#98a2b3",
    control="#e6e9ee",
    text="#ffffff",
    text_muted="#dfe3e8",
    text_disabled="#98a2b3",
    focus="#b9d0ff",
    accent="#b9d0ff",
    accent_hover="#d9e5ff",
    accent_text="#000000",
    good="#a5f0cb",
    warning="#ffdf9e",
    bad="#ffc4be",
    neutral="#dfe3e8",
    info="#b5ecfb",
)


def palette_for(*, dark: bool, high_contrast: bool) -> Palette:
    """The palette for what the system asks for."""
    if high_contrast:
        return DARK_CONTRAST if dark else LIGHT_CONTRAST
    return DARK if dark else LIGHT


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (``#rrggbb``), from 1 to 21, as WCAG 2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
