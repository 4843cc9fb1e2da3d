"""A page of settings that all desktops share: texts by the settings' names, saved together."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from esd_desktop.errors import ChangedMeanwhile, EsdError
from esd_desktop.models.meanwhile import Sides
from esd_desktop.models.rights import Right
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.shared_settings import change_settings, setting_texts
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.meanwhile import IS_THEIRS, STILL_TYPED, Choice, choose_side
from esd_desktop.ui.settings.page import SettingsPage


class SharedSettingsPage(SettingsPage):
    """Each page says how its fields show the settings, what is typed in them, and which of them can
    be changed once that is known."""

    def __init__(
        self, desk: Desk, parent: QWidget, title: str, explanation: str, right: Right
    ) -> None:
        super().__init__(desk, parent, title, explanation, right)
        self._kept: Mapping[str, str] = {}

    def show_settings(self, texts: Mapping[str, str]) -> None:
        """Put the settings into the fields."""
        raise NotImplementedError

    def typed(self) -> dict[str, str]:
        """What the fields say, by the settings' names."""
        raise NotImplementedError

    def offer_fields(self, *, known: bool) -> None:
        """Let them be changed, once they are known."""
        raise NotImplementedError

    @property
    def unsaved(self) -> bool:
        return bool(self._kept) and self.typed() != self._kept

    def is_kept(self, texts: Mapping[str, str]) -> None:
        """Take note of what the store has now."""
        self._kept = dict(texts)

    def show_as_kept(self, texts: Mapping[str, str]) -> None:
        """Show what the store has."""
        self.show_settings(texts)
        self.is_kept(self.typed())

    async def read_settings(self) -> None:
        """Show what the store has, or why it cannot be told."""
        try:
            texts = await self.desk.read(setting_texts)
        except EsdError as fault:
            self.tell_unread(fault)
            return
        self.show_as_kept(texts)
        self.offer_fields(known=True)

    def saving(self) -> Callable[[], Coroutine[Any, Any, Outcome]]:
        """What saves that which is typed now, whatever is typed later. Where somebody else saved
        meanwhile, the person chooses."""
        return partial(self._write_over, self._kept, self.typed())

    async def _write_over(self, kept: Mapping[str, str], typed: Mapping[str, str]) -> Outcome:
        values = {name: text for name, text in typed.items() if kept.get(name) != text}
        try:
            outcome = await self.desk.do(Changes(), change_settings, values, seen=kept)
        except ChangedMeanwhile as fault:
            if not isValid(self):
                raise
            return await self._choose(fault, kept, typed)
        if isValid(self):
            self.is_kept(typed)
        return outcome

    async def _choose(
        self, fault: ChangedMeanwhile, kept: Mapping[str, str], typed: Mapping[str, str]
    ) -> Outcome:
        texts = await self.desk.read(setting_texts)
        now = {name: texts[name] for name in kept}
        sides = Sides(kept, typed, now)
        choice = await choose_side(self, fault, sides, {})
        if choice is Choice.BACK:
            raise ChangedMeanwhile(fault.sentence, advice=STILL_TYPED) from fault
        if choice is Choice.THEIRS:
            self.show_settings(now)
            self.is_kept(now)
            return Outcome(IS_THEIRS, Result.UNCHANGED)
        self.show_settings(sides.merged)
        return await self._write_over(now, {**typed, **sides.merged})
