"""What a plain Qt widget is for, so that the style sheet can dress it."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget


class Text(StrEnum):
    """The sizes and weights of type."""

    BODY = "body"
    STRONG = "strong"
    MUTED = "muted"
    SMALL = "small"
    SECTION = "section"
    HEADING = "heading"
    TITLE = "title"


class Kind(StrEnum):
    """What a button is for. One primary at most in a view; danger where something is given up."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"
    QUIET = "quiet"
    LINK = "link"


class Ground(StrEnum):
    """What a panel stands on."""

    WINDOW = "window"
    SIDEBAR = "sidebar"
    SURFACE = "surface"
    RAISED = "raised"


def write_as(label: QLabel, text: Text) -> None:
    """Give a label its size and weight."""
    _mark(label, "type", text)


def make_kind(button: QAbstractButton, kind: Kind) -> None:
    """Say what a button is for."""
    _mark(button, "kind", kind)


def lay_on(panel: QWidget, ground: Ground) -> None:
    """Give a panel its ground."""
    _mark(panel, "ground", ground)


def _mark(widget: QWidget, name: str, value: StrEnum) -> None:
    if widget.property(name) == value.value:
        return
    widget.setProperty(name, value.value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
