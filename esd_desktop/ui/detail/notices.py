"""What can be done now, as banners with the button that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from esd_desktop.ui.actions.registry import start
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.detail.what_now import Advice
from esd_desktop.ui.look.theme import SPACE_8
from esd_desktop.ui.widgets.notice import Button, Notice


class Notices(QWidget):
    """One banner for each advice; those that stay the same are left alone."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: tuple[int, Sequence[Advice]] | None = None
        self._banners: list[Notice] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_8)

    def show_advice(self, asset_id: int, advice: Sequence[Advice]) -> None:
        """Show these for an asset."""
        if self._shown == (asset_id, advice):
            return
        self._shown = (asset_id, advice)
        for place, one in enumerate(advice):
            buttons = self._buttons(asset_id, one)
            banner = self._banner(place, one)
            banner.tell(one.tone, one.sentence, one.more, buttons)
            if one.remedy is not None:
                self._desk.rights.guard(banner.buttons()[0], *one.remedy.needs)
            banner.show()
        for spare in self._banners[len(advice) :]:
            spare.hide()

    def _banner(self, place: int, advice: Advice) -> Notice:
        if place == len(self._banners):
            made = Notice(advice.tone, advice.sentence, parent=self)
            self._banners.append(made)
            self._column.addWidget(made)
        return self._banners[place]

    def _buttons(self, asset_id: int, advice: Advice) -> list[Button]:
        if advice.remedy is None:
            return []
        return [(advice.remedy.text, partial(start, self._desk, advice.remedy, self, asset_id))]
