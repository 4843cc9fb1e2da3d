"""The one theme of the running application: palette, type and style sheet, following the system."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from esd_desktop.ui.look.colours import Palette, palette_for
from esd_desktop.ui.look.drawings import drawing
from esd_desktop.ui.look.motion import motion_wanted
from esd_desktop.ui.look.roles import Text
from esd_desktop.ui.look.sheet import Artwork, Sizes, style_sheet

SPACE_4: Final = 4
SPACE_8: Final = 8
SPACE_12: Final = 12
SPACE_16: Final = 16
SPACE_20: Final = 20

_BODY_PX = 13
_ICON_PX = 16
_SIZES = {Text.SMALL: 12, Text.SECTION: 12, Text.HEADING: 16, Text.TITLE: 20}
_BOLD = {Text.STRONG, Text.SECTION, Text.HEADING, Text.TITLE}
_USUAL_SYSTEM_PX = {"win32": 12, "darwin": 13}.get(sys.platform, 15)
_DESKTOPS_WITH_A_FONT = ("win32", "darwin")


class Scheme(StrEnum):
    """Which colours the person wants."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


def theme() -> Theme:
    """The application's theme; made, and applied, at the first call. Needs the QApplication."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    found = application.findChild(Theme, options=direct)
    return found or Theme(application)


class Theme(QObject):
    """Colours, type and motion as the system and the person want them, now.

    ``changed`` follows every change of either, after the whole application has been dressed anew.
    """

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._scheme = Scheme.SYSTEM
        self._text_scale = 1.0
        self._artwork_folder = QTemporaryDir()
        # Both are held: PySide invalidates the inner one when the outer one is let go.
        self._hints = application.styleHints()
        self._accessibility = self._hints.accessibility()
        self._ask_system()
        application.setStyle("Fusion")
        self._apply()
        self._hints.colorSchemeChanged.connect(self.refresh)
        self._accessibility.contrastPreferenceChanged.connect(self.refresh)

    @property
    def palette(self) -> Palette:
        """The colours of now."""
        return self._palette

    @property
    def scheme(self) -> Scheme:
        """What the person chose; Scheme.SYSTEM follows the system live."""
        return self._scheme

    @property
    def follows_system(self) -> bool:
        """Whether its colours change with the system's."""
        return self._scheme is Scheme.SYSTEM

    @property
    def scale(self) -> float:
        """How much larger than usual type and icons are."""
        return self._system_scale * self._text_scale

    @property
    def system_is_dark(self) -> bool:
        """Whether the system shows itself in dark colours."""
        return self._hints.colorScheme() == Qt.ColorScheme.Dark

    @property
    def system_wants_contrast(self) -> bool:
        """Whether the system is set to high contrast."""
        preference = self._accessibility.contrastPreference()
        return preference == Qt.ContrastPreference.HighContrast

    @property
    def motion(self) -> bool:
        """False where the system asks for less motion."""
        return motion_wanted()

    def set_scheme(self, scheme: Scheme) -> None:
        """Light, dark, or as the system has it."""
        if scheme is self._scheme:
            return
        self._scheme = scheme
        # Title bars and native dialogs follow this; our own colours are computed below.
        self._hints.setColorScheme(_QT_SCHEMES[scheme])
        self.refresh()

    def set_text_scale(self, scale: float) -> None:
        """Make all type larger, on top of the size the system asks for."""
        self._text_scale = scale
        self.refresh()

    def refresh(self) -> None:
        """Ask the system again; call it where a window is told of a ThemeChange."""
        self._ask_system()
        self._apply()
        self.changed.emit()

    def px(self, text: Text = Text.BODY) -> int:
        """The height of a kind of type, in device-independent pixels."""
        return round(_SIZES.get(text, _BODY_PX) * self.scale)

    def font(self, text: Text = Text.BODY) -> QFont:
        """The font of a kind of type; digits are as wide in every row of a table."""
        font = QFont(self._family_font)
        font.setPixelSize(self.px(text))
        font.setWeight(QFont.Weight.DemiBold if text in _BOLD else QFont.Weight.Normal)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def row_height(self, *, compact: bool = False) -> int:
        """The height of a table row."""
        return round(self.px() * 1.5) + (SPACE_8 if compact else SPACE_16)

    def _ask_system(self) -> None:
        """Its answers are kept: each painting needs them many times."""
        self._palette = self._wanted_palette()
        self._family_font = _family_font()
        self._system_scale = _system_scale()

    def _apply(self) -> None:
        self._application.setFont(self.font())
        self._application.setPalette(_qt_palette(self._palette))
        sizes = Sizes({text: self.px(text) for text in Text}, round(_ICON_PX * self.scale))
        self._application.setStyleSheet(style_sheet(self._palette, sizes, self._draw_artwork()))

    def _wanted_palette(self) -> Palette:
        follows = self._scheme is Scheme.SYSTEM
        dark = self.system_is_dark if follows else self._scheme is Scheme.DARK
        return palette_for(dark=dark, high_contrast=self.system_wants_contrast)

    def _draw_artwork(self) -> Artwork:
        """A style sheet takes pictures from files only; the folder goes when the program ends."""
        palette = self._palette
        folder = Path(self._artwork_folder.path())
        shades = {"": palette.text_muted, "-disabled": palette.text_disabled}
        shades["-accent"] = palette.accent_text
        for name in Artwork.NAMES:
            for shade, colour in shades.items():
                path = folder / f"{name}{shade}-{colour[1:]}.svg"
                path.write_text(drawing(name, colour, stroke=2.0), "utf-8")
        return Artwork(folder, {shade: colour[1:] for shade, colour in shades.items()})


_QT_SCHEMES = {
    Scheme.SYSTEM: Qt.ColorScheme.Unknown,
    Scheme.LIGHT: Qt.ColorScheme.Light,
    Scheme.DARK: Qt.ColorScheme.Dark,
}


def _family_font() -> QFont:
    """The system's interface font; Inter where the desktop has none of its own and it is there."""
    if sys.platform not in _DESKTOPS_WITH_A_FONT and "Inter" in QFontDatabase.families():
        return QFont("Inter")
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)


def _system_scale() -> float:
    """Above 1 where the person made the system's own type larger than it comes."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    return max(1.0, QFontInfo(system).pixelSize() / _USUAL_SYSTEM_PX)


def _qt_palette(colours: Palette) -> QPalette:
    """The same colours for what Qt draws by itself."""
    role = QPalette.ColorRole
    shared = {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.surface,
        role.AlternateBase: colours.window,
        role.Text: colours.text,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.BrightText: colours.accent_text,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.text_muted,
        role.Highlight: colours.selection,
        role.HighlightedText: colours.selection_text,
        role.Accent: colours.accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Light: colours.raised,
        role.Midlight: colours.hover,
        role.Mid: colours.border,
        role.Dark: colours.control,
        role.Shadow: colours.text_disabled,
    }
    palette = QPalette()
    for which, colour in shared.items():
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.text_disabled))
    return palette
