"""How the window looks when it is closed: kept for the first sight of the next start."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMainWindow, QWidget

from esd_desktop import __version__
from esd_desktop.models.asset_rows import AssetView
from esd_desktop.ui.accounts.tabs import Tab
from esd_desktop.ui.assets.asset_list import AssetList
from esd_desktop.ui.first_sight import Part, Place, Rect, Sight
from esd_desktop.ui.lists.measuring import MARGIN
from esd_desktop.ui.look.theme import theme
from esd_desktop.ui.workspace import Workspace


def sight_of(window: QMainWindow, workspace: Workspace) -> Sight | None:
    """None where the list of assets is not in front, or shows what cannot be read at once."""
    shown, look = workspace.page.assets.list, theme()
    query = shown.query
    if workspace.page.tabs.shown is not Tab.ASSETS or query is None:
        return None
    if query.view is not AssetView.EVERYTHING or query.search or query.customer_id is not None:
        return None
    return Sight(
        version=__version__,
        size=(window.width(), window.height()),
        dark=look.palette.dark,
        follows=look.follows_system,
        contrast=look.system_wants_contrast,
        family=look.font().family(),
        pixels=look.px(),
        parts=(
            Part(_rect_in(window, window.menuBar()), "sidebar"),
            Part(_rect_in(window, workspace.accounts), "sidebar"),
            Part(_rect_in(window, window.statusBar()), "sidebar"),
            Part(_rect_in(window, shown), "surface"),
        ),
        header=_rect_in(window, shown.header),
        rows=_rect_in(window, shown.table.viewport()),
        row_height=look.row_height(),
        margin=MARGIN,
        places=_places(shown),
        query={
            "account_id": query.account_id,
            "status": query.status,
            "sort": query.sort,
            "descending": query.descending,
        },
    )


def _places(shown: AssetList) -> tuple[Place, ...]:
    header = shown.header
    return tuple(
        Place(name, header.sectionViewportPosition(section), header.sectionSize(section))
        for name in header.shown
        for section in [header.columns.place(name)]
    )


def _rect_in(window: QWidget, part: QWidget) -> Rect:
    corner = part.mapTo(window, QPoint(0, 0))
    return corner.x(), corner.y(), part.width(), part.height()
