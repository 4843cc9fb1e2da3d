"""A tab of the account page whose page is made when it is first looked at: a start pays only for
what is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

PageT = TypeVar("PageT", bound=QWidget)


class LaterTab(QWidget, Generic[PageT]):
    """``make`` makes the page; ``made`` is it, once it is there."""

    def __init__(self, make: Callable[[], PageT]) -> None:
        super().__init__()
        self._make = make
        self._show: Callable[[PageT], None] | None = None
        self.made: PageT | None = None
        self.inside = QVBoxLayout(self)
        self.inside.setContentsMargins(0, 0, 0, 0)

    @property
    def page(self) -> PageT:
        """The page, made now where it was not yet."""
        if self.made is None:
            self.made = self._make()
            self.inside.addWidget(self.made)
            if self._show is not None:
                self._show(self.made)
        return self.made

    def show_with(self, show: Callable[[PageT], None]) -> None:
        """Have the page show something: now, or once it is made, where nothing else was since."""
        self._show = show
        if self.made is not None:
            show(self.made)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard comes to the tab: to what it shows."""
        super().focusInEvent(event)
        self.page.setFocus(event.reason())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.page.show()
