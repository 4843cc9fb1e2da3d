"""The frame of every page of the settings: what it is for, its fields, and the answer below."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from esd_desktop.errors import EsdError
from esd_desktop.models.rights import Right
from esd_desktop.policy import in_force
from esd_desktop.services.changes import Outcome
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Text, write_as
from esd_desktop.ui.look.theme import SPACE_4, SPACE_16, SPACE_20
from esd_desktop.ui.messages import TONES, Action, tone_of
from esd_desktop.ui.settings.form import locked_by_policy, policy_notice
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.notice import Button, Notice
from esd_desktop.ui.widgets.wrapped import wrapped_label


class SettingsPage(QScrollArea):
    """``body`` is for what the page is about, ``right`` what changing it takes. What a button did
    is told below it, beside what was typed; it goes on when the settings are closed, and is told by
    a toast then."""

    # Whether the body takes all the room there is, as a list does.
    fills = False

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        title: str,
        explanation: str,
        right: Right | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self._right = right
        self._changeable: Sequence[QWidget] = ()
        self._known = False
        self._locked: Sequence[QWidget] = ()
        self._forbidden = Notice(Tone.NEUTRAL, "")
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE_16)
        self.answer = Notice(Tone.NEUTRAL, "")
        self.answer.hide()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._content(title, explanation))
        desk.rights.changed.connect(self._allow)
        self._allow()

    @property
    def unsaved(self) -> bool:
        """Whether closing would lose something that was typed."""
        return False

    @property
    def refusal(self) -> str | None:
        """Why the person may change nothing here; None where it may be changed."""
        return None if self._right is None else self.desk.rights.refusal(self._right)

    def offer(self, *changeable: QWidget, known: bool) -> None:
        """These can be changed by who may, once it is ``known`` how they are."""
        self._changeable, self._known = changeable, known
        self._allow()

    def lock(self, fields: Mapping[str, QWidget]) -> None:
        """Grey the fields whose settings the administrator has made, for good, and say so."""
        self._locked = locked_by_policy(fields, in_force().values)
        if self._locked:
            self.body.insertWidget(0, policy_notice())

    def carry_out(
        self, key: str, work: Callable[[], Coroutine[Any, Any, Outcome]], *, words: str = ""
    ) -> None:
        """Do what a button says, and tell what came of it."""
        self.answer.hide()
        # Closing the settings must not undo a saving half-way, so the page does not own it.
        self.desk.tasks.run(key, partial(self._told, work), owner=self.desk.tasks, words=words)

    def tell(
        self, outcome: Outcome, buttons: Sequence[Button] = (), links: tuple[Action, ...] = ()
    ) -> None:
        """Say what a verb did, here or, where the settings are closed, by a toast. Buttons are here
        only, links go with the message."""
        here = isValid(self)
        self.desk.messages.outcome(outcome, quiet=here, links=links)
        if here:
            offered = (*buttons, *links)
            self._say(TONES[outcome.result], outcome.sentence, outcome.advice, offered)

    def tell_fault(self, fault: EsdError) -> None:
        """Say what went wrong, here or by a toast."""
        here = isValid(self)
        self.desk.messages.fault(fault, quiet=here)
        if here:
            self._say(tone_of(fault), fault.sentence, fault.advice)

    def tell_unread(self, fault: EsdError) -> None:
        """Say that the settings themselves could not be read; nobody asked for them by a button."""
        self._say(tone_of(fault), fault.sentence, fault.advice)

    def _allow(self) -> None:
        refusal = self.refusal
        self._forbidden.setVisible(refusal is not None)
        if refusal is not None:
            self._forbidden.tell(Tone.NEUTRAL, refusal)
        for widget in self._changeable:
            if isinstance(widget, BusyButton):
                widget.forbid(refusal)
            widget.setEnabled(self._known and refusal is None and widget not in self._locked)

    async def _told(self, work: Callable[[], Coroutine[Any, Any, Outcome]]) -> None:
        try:
            self.tell(await work())
        except EsdError as fault:
            self.tell_fault(fault)

    def _say(self, tone: Tone, sentence: str, advice: str, buttons: Sequence[Button] = ()) -> None:
        self.answer.tell(tone, sentence, advice, buttons)
        self.answer.show()
        self.ensureWidgetVisible(self.answer)

    def _content(self, title: str, explanation: str) -> QWidget:
        heading, sentence = QLabel(title), wrapped_label()
        write_as(heading, Text.HEADING)
        write_as(sentence, Text.MUTED)
        sentence.setText(explanation)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE_20, SPACE_20, SPACE_20, SPACE_20)
        column.setSpacing(SPACE_16)
        column.addWidget(heading)
        column.addSpacing(SPACE_4 - SPACE_16)
        column.addWidget(sentence)
        column.addWidget(self._forbidden)
        column.addLayout(self.body, 1 if self.fills else 0)
        column.addWidget(self.answer)
        if not self.fills:
            column.addStretch(1)
        return content
