"""The one style sheet, written from the palette and the sizes of type."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import ClassVar

from msgspec import Struct

from esd_desktop.ui.look.colours import Palette
from esd_desktop.ui.look.roles import Text


class Sizes(Struct, frozen=True):
    """The height of each kind of type, and of icons, in pixels."""

    px: Mapping[Text, int]
    icon: int


class Artwork(Struct, frozen=True):
    """Where the few pictures a style sheet needs are, by drawing and shade."""

    NAMES: ClassVar = (
        "check",
        "minus",
        "chevron-down",
        "chevron-up",
        "chevron-left",
        "chevron-right",
    )

    folder: Path
    colours: Mapping[str, str]

    def url(self, name: str, shade: str = "") -> str:
        """What to write into ``image:``."""
        return f'url("{(self.folder / f"{name}{shade}-{self.colours[shade]}.svg").as_posix()}")'


def style_sheet(palette: Palette, sizes: Sizes, artwork: Artwork) -> str:
    """The style sheet of the whole application."""
    colours = palette._asdict()
    pixels = {f"{text.value}_px": f"{px}px" for text, px in sizes.px.items()}
    em = sizes.px[Text.BODY]
    lengths = {
        "indicator": f"{em + 1}px",
        "icon": f"{sizes.icon}px",
        "arrow": f"{em - 1}px",
        "drop": f"{em + 13}px",
        "round": f"{(em + 3) // 2}px",
    }
    art = {
        "check": artwork.url("check", "-accent"),
        "dash": artwork.url("minus", "-accent"),
        "down": artwork.url("chevron-down"),
        "down_disabled": artwork.url("chevron-down", "-disabled"),
        "up": artwork.url("chevron-up"),
        "left": artwork.url("chevron-left"),
        "right": artwork.url("chevron-right"),
    }
    words = {**colours, **pixels, **lengths, **art}
    return "\n".join(Template(part).substitute(words) for part in _PARTS)


_TYPE = """
QLabel { background: transparent; }
QLabel[type="strong"] { font-weight: 600; }
QLabel[type="muted"] { color: $text_muted; }
QLabel[type="small"] { color: $text_muted; font-size: $small_px; }
QLabel[type="section"] { color: $text_muted; font-size: $section_px; font-weight: 600; }
QLabel[type="heading"] { font-size: $heading_px; font-weight: 600; }
QLabel[type="title"] { font-size: $title_px; font-weight: 600; }
QLabel[readable="true"] { border: 1px solid transparent; border-radius: 4px; }
QLabel[readable="true"]:focus { border: 1px solid $focus; }
QToolTip { background: $raised; color: $text; border: 1px solid $control; padding: 4px 6px; }
"""

_GROUNDS = """
QMainWindow, QDialog { background: $window; }
QWidget[ground="window"] { background: $window; }
QWidget[ground="sidebar"] { background: $sidebar; }
QWidget[ground="surface"] { background: $surface; }
QWidget[ground="raised"] { background: $raised; border: 1px solid $control;
  border-radius: 8px; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QSplitter::handle { background: $border; }
QSplitter::handle:hover { background: $accent; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QFrame[frameShape="4"], QFrame[frameShape="5"] { color: $border; }
QStatusBar { background: $sidebar; color: $text_muted; border-top: 1px solid $border; }
QStatusBar::item { border: none; }
QGroupBox { border: 1px solid $border; border-radius: 8px; margin-top: $heading_px;
  padding: 12px; font-weight: 600; }
QGroupBox[bare="true"] { border: none; margin: 0; padding: 0; font-weight: 400; }
QGroupBox::title { subcontrol-origin: margin; left: 8px; padding: 0 4px; color: $text_muted; }
"""

_BUTTONS = """
QPushButton, QToolButton { background: $raised; color: $text; border: 1px solid $control;
  border-radius: 6px; padding: 6px 12px; }
QToolButton { padding: 6px 8px; icon-size: $icon; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QToolButton:open { background: $pressed; }
QPushButton:focus, QToolButton:focus { border: 2px solid $focus; padding: 5px 11px; }
QToolButton:focus { padding: 5px 7px; }
QPushButton:checked, QToolButton:checked { background: $accent_tint; color: $accent;
  border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $text_disabled; border-color: $border;
  background: transparent; }
QPushButton[kind="primary"], QToolButton[kind="primary"] { background: $accent;
  color: $accent_text; border-color: $accent; font-weight: 600; }
QPushButton[kind="primary"]:hover, QToolButton[kind="primary"]:hover {
  background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus, QToolButton[kind="primary"]:focus {
  border: 2px solid $text; }
QPushButton[kind="primary"]:disabled, QToolButton[kind="primary"]:disabled {
  background: $neutral_tint; color: $text_disabled; border-color: $border; }
QPushButton[kind="danger"], QToolButton[kind="danger"] { color: $bad; }
QPushButton[kind="danger"]:hover, QToolButton[kind="danger"]:hover { background: $bad_tint;
  border-color: $bad; }
QPushButton[kind="danger"]:disabled, QToolButton[kind="danger"]:disabled {
  color: $text_disabled; }
QPushButton[kind="quiet"], QToolButton[kind="quiet"] { background: transparent;
  border-color: transparent; padding: 4px 6px; }
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus { border: 2px solid $focus;
  padding: 3px 5px; }
QToolButton[kind="quiet"] { min-width: $icon; min-height: $icon; }
QToolButton[tight="true"] { border: 2px solid transparent; padding: 0; }
QToolButton[tight="true"]:focus { border: 2px solid $focus; padding: 0; }
QPushButton[kind="link"], QToolButton[kind="link"] { background: transparent; color: $accent;
  border: 2px solid transparent; padding: 1px 0; font-weight: 600; }
QPushButton[kind="link"]:hover, QToolButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus, QToolButton[kind="link"]:focus { border: 2px solid $focus;
  padding: 1px 0; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: $down; width: $arrow;
  height: $arrow; subcontrol-origin: padding; subcontrol-position: right center; right: 4px; }
QToolButton[popupMode="2"] { padding-right: $drop; }
"""

_FIELDS = """
QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox { background: $surface;
  color: $text; border: 1px solid $control; border-radius: 6px; padding: 6px 8px;
  selection-background-color: $accent; selection-color: $accent_text; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus,
QComboBox:focus { border: 2px solid $focus; padding: 5px 7px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QAbstractSpinBox:disabled,
QComboBox:disabled { color: $text_disabled; border-color: $border; background: $window; }
QTextEdit[value="true"] { background: transparent; border: 2px solid transparent;
  border-radius: 4px; padding: 0; }
QTextEdit[value="true"]:focus { border: 2px solid $focus; padding: 0; }
QComboBox QLineEdit, QAbstractSpinBox QLineEdit,
QComboBox QLineEdit:focus, QAbstractSpinBox QLineEdit:focus { background: transparent;
  border: none; padding: 0; }
QComboBox { padding-right: $drop; }
QComboBox::drop-down { border: none; width: $drop; }
QComboBox::down-arrow { image: $down; width: $arrow; height: $arrow; }
QComboBox::down-arrow:disabled { image: $down_disabled; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $control; padding: 4px;
  outline: none; }
QAbstractSpinBox { padding-right: $drop; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: $drop;
  background: transparent; }
QAbstractSpinBox::up-arrow { image: $up; width: $arrow; height: $arrow; }
QAbstractSpinBox::down-arrow { image: $down; width: $arrow; height: $arrow; }
QCheckBox, QRadioButton { spacing: 8px; padding: 2px; border: 2px solid transparent;
  border-radius: 6px; }
QCheckBox:focus, QRadioButton:focus { border-color: $focus; }
QCheckBox:disabled, QRadioButton:disabled { color: $text_disabled; }
QCheckBox::indicator, QRadioButton::indicator { width: $indicator; height: $indicator;
  border: 1px solid $control; border-radius: 4px; background: $surface; }
QRadioButton::indicator { border-radius: $round; }
QCheckBox::indicator:checked { image: $check; background: $accent; border-color: $accent; }
QCheckBox::indicator:indeterminate { image: $dash; background: $accent; border-color: $accent; }
QRadioButton::indicator:checked { border-color: $accent;
  background: qradialgradient(cx:0.5, cy:0.5, radius:0.5, fx:0.5, fy:0.5,
  stop:0 $accent, stop:0.45 $accent, stop:0.55 $surface, stop:1 $surface); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $border; }
"""

_VIEWS = """
QAbstractItemView { background: $surface; color: $text; border: 1px solid $border;
  selection-background-color: $selection; selection-color: $selection_text;
  alternate-background-color: $window; gridline-color: $border; outline: none;
  icon-size: $icon; }
QAbstractItemView:focus { border-color: $focus; }
QAbstractItemView[flat="true"] { background: transparent; border: 1px solid transparent; }
QTreeView::item, QListView::item { border: 1px solid transparent;
  padding: 5px 4px; }
QTableView::item { border: none; border-bottom: 1px solid $border; padding: 0 6px; }
QAbstractItemView::item:focus {
  border: 1px solid $focus; }
QTreeView::item:hover, QListView::item:hover, QTableView::item:hover { background: $hover; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected {
  background: $selection; color: $selection_text; }
QTreeView::branch { background: transparent; border-image: none; image: none; }
QTreeView::branch:selected { background: $selection; }
QTreeView::branch:closed:has-children { image: $right; }
QTreeView::branch:open:has-children { image: $down; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $text_muted; border: none;
  border-bottom: 1px solid $border; padding: 8px; }
QHeaderView::section:hover { color: $text; }
QHeaderView::up-arrow { image: $up; width: $arrow; height: $arrow;
  subcontrol-position: center right; right: 4px; }
QHeaderView::down-arrow { image: $down; width: $arrow; height: $arrow;
  subcontrol-position: center right; right: 4px; }
QTableCornerButton::section { background: $surface; border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $control; border-radius: 3px; margin: 3px; }
QScrollBar::handle:hover { background: $text_muted; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $neutral_tint; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
"""

_MENUS = """
QMenuBar { background: $sidebar; color: $text; border-bottom: 1px solid $border; padding: 1px; }
QMenuBar::item { padding: 4px 10px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $pressed; }
QMenu { background: $raised; color: $text; border: 1px solid $control; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 8px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $selection_text; }
QMenu::item:disabled { color: $text_disabled; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QMenu::indicator { width: $indicator; height: $indicator; margin-left: 6px; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $text_muted; padding: 8px 10px;
  border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; background: $hover; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { border-bottom: 2px solid $focus; background: $accent_tint; }
QTabBar::tab:disabled { color: $text_disabled; }
QTabBar::scroller { width: $drop; }
QTabBar QToolButton { background: $window; border: none; padding: 0; }
QTabBar QToolButton:hover { background: $hover; }
QTabBar QToolButton::left-arrow { image: $left; width: $arrow; height: $arrow; }
QTabBar QToolButton::right-arrow { image: $right; width: $arrow; height: $arrow; }
"""

_PARTS = (_TYPE, _GROUNDS, _BUTTONS, _FIELDS, _VIEWS, _MENUS)
