"""D3: the order form in three steps: put it together, look at the summary, see each licence come.

What is typed stays through every fault; the same form placed twice is one order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from esd_desktop.errors import EsdError, InvalidInput
from esd_desktop.models.rows import AccountRow, ConnectionRow
from esd_desktop.models.values import new_id
from esd_desktop.services.browse import account, connection_list
from esd_desktop.services.changes import Changes
from esd_desktop.services.order_licences import PlacedOrder, order_licences, placed_order
from esd_desktop.services.order_preview import OrderPreview, order_preview
from esd_desktop.ui.ask import Question, ask, opened
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.roles import Kind, Text, write_as
from esd_desktop.ui.look.theme import SPACE_8, SPACE_12, SPACE_20
from esd_desktop.ui.messages import tone_of
from esd_desktop.ui.orders.order_fields import Draft, OrderFields
from esd_desktop.ui.orders.progress import OrderProgress
from esd_desktop.ui.orders.summary import Summary
from esd_desktop.ui.settings.form import give_size
from esd_desktop.ui.widgets.announce import announce
from esd_desktop.ui.widgets.busy_button import BusyButton
from esd_desktop.ui.widgets.notice import Button, Notice

_SIZE = (800, 600)
_PREVIEW, _PLACE = "order preview", "place order"


async def show_order_form(desk: Desk, parent: QWidget, account_id: int | None) -> None:
    """Let the person order licences, for this account or one to be chosen. Raises InvalidInput
    where there is no connection to order over."""
    connections = await desk.read(connection_list)
    if not connections:
        raise InvalidInput(
            "There is no connection to order over yet.",
            advice="Add one in Settings, Connections.",
        )
    chosen = None if account_id is None else await desk.read(account, account_id)
    await opened(OrderForm(desk, parent, connections, chosen))


class OrderForm(QDialog):
    """Closing it asks first where something that was typed would be lost; once the order is placed
    it can be closed at any time, and the tokens are still got."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget,
        connections: Sequence[ConnectionRow],
        chosen: AccountRow | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._preview: OrderPreview | None = None
        # The same draft is placed under the same id, however often it is tried.
        self._placement: tuple[Draft, str] | None = None
        self._draft: Draft | None = None
        self._placed = False
        self.setWindowTitle("Order licences")
        self._heading = QLabel("Order licences")
        self.fields = OrderFields(desk, self, connections, chosen)
        self._summary = Summary(self)
        self._progress = OrderProgress(desk, self)
        self._steps = QStackedWidget()
        self._notice = Notice(Tone.BAD, "")
        self._notice.hide()
        self._back = QPushButton("Back")
        self._stop = QPushButton("Stop")
        self._again = QPushButton("Retry failed")
        self._close = QPushButton("Cancel")
        self._next = BusyButton("Summary…", kind=Kind.PRIMARY)
        self._place = BusyButton("Place order", kind=Kind.PRIMARY)
        self._lay_out()
        self._follow()
        self._go_to(self.fields)
        give_size(self, *_SIZE)

    def reject(self) -> None:
        """Stop looking or placing, if that is under way; otherwise close."""
        for key in (_PREVIEW, _PLACE):
            if self._desk.tasks.is_busy(key):
                self._desk.tasks.cancel(key)
                return
        if self._placed or not self.fields.touched:
            super().reject()
        else:
            self._desk.tasks.run("leave order", self._asked_to_leave, owner=self)

    async def _asked_to_leave(self) -> None:
        with suppress(EsdError):  # a store that is away keeps nobody here
            if await self._was_placed():
                return
        question = Question(
            title="Close without ordering?",
            body="The order has not been placed; what you put together would be lost.",
            yes="Close without ordering",
            no="Go on",
            dangerous=True,
        )
        if (await ask(self, question)).yes:
            super().reject()

    def _look(self) -> None:
        self._notice.hide()
        self._desk.tasks.run(_PREVIEW, self._looked_at, owner=self)

    async def _looked_at(self) -> None:
        try:
            draft = self.fields.draft()
            self._preview = await self._desk.read(
                order_preview, draft.account_id, draft.connection_id, draft.lines
            )
        except EsdError as fault:
            self._say(tone_of(fault), fault.sentence, fault.advice)
            return
        except asyncio.CancelledError:
            self._say_stopped()
            raise
        self._draft = draft
        self._summary.show_preview(self._preview, self.fields.connection.name)
        self._go_to(self._summary)

    def _order(self) -> None:
        self._notice.hide()
        self._desk.tasks.run(_PLACE, self._ordered, owner=self, words="Placing the order")

    async def _ordered(self) -> None:
        preview, draft = self._preview, self._draft
        if preview is None or draft is None:
            return
        try:
            if self._placement is None or self._placement[0] != draft:
                if await self._was_placed():
                    return
                self._placement = (draft, new_id())
            placed = await self._desk.do(
                Changes(accounts=frozenset({draft.account_id})),
                order_licences,
                draft.account_id,
                draft.connection_id,
                preview.agreed,
                placement_id=self._placement[1],
                total=preview.total,
            )
        except InvalidInput as changed:
            self._say(
                tone_of(changed), changed.sentence, changed.advice, [("Look again", self._look)]
            )
            return
        except EsdError as fault:
            self._say(tone_of(fault), fault.sentence, fault.advice)
            return
        except asyncio.CancelledError:
            self._say_stopped(
                "The order may have been placed by then: place it again to see. It is not placed "
                "twice."
            )
            raise
        self._follow_order(placed)

    async def _was_placed(self) -> bool:
        """Whether an earlier press, whose answer was lost or not waited for, placed its order after
        all: it is followed then, and nothing else is ordered."""
        if self._placement is None:
            return False
        placed = await self._desk.read(placed_order, self._placement[1])
        if placed is None:
            return False
        self._desk.bus.announce(placed.changes)
        self._follow_order(placed)
        self._say(
            Tone.WARNING,
            f"The earlier try had placed the order after all: it is {placed.number}.",
            "What you changed since is not in it.",
        )
        return True

    def _say_stopped(self, advice: str = "") -> None:
        # It is cancelled, too, where the form is taken away.
        if isValid(self):
            self._say(Tone.WARNING, "It was stopped. Nothing that you typed is lost.", advice)

    def _follow_order(self, placed: PlacedOrder) -> None:
        self._placed = True
        # It stays where it is: the second press of a double-click would close the form otherwise.
        self._place.set_refusal("The order is placed.")
        self._heading.setText(f"Order {placed.number} is placed")
        self._go_to(self._progress)
        self._progress.begin(placed.id, placed.number)

    def _go_to(self, step: QWidget) -> None:
        self._steps.setCurrentWidget(step)
        self._notice.hide()
        if step is self.fields:
            self.fields.setFocus()
        self._fit_buttons()
        if step is self._summary:
            self._place.setFocus()
            announce(self, "Summary of the order")

    def _fit_buttons(self) -> None:
        step = self._steps.currentWidget()
        placed = step is self._progress
        self._next.setVisible(step is self.fields)
        self._back.setVisible(step is self._summary)
        self._place.setVisible(step is not self.fields)
        self._stop.setVisible(placed and self._progress.running)
        self._stop.setEnabled(not self._progress.stopping)
        self._again.setVisible(placed and self._progress.incomplete)
        self._again.setText("Get the rest" if self._progress.has_rest else "Retry failed")
        self._close.setText("Close" if placed else "Cancel")
        main = self._next if step is self.fields else self._place
        main.setDefault(not placed)
        if placed and not self._progress.running:
            (self._again if self._progress.incomplete else self._close).setFocus()

    def _say(
        self, tone: Tone, sentence: str, advice: str = "", buttons: Sequence[Button] = ()
    ) -> None:
        self._notice.tell(tone, sentence, advice, buttons)
        self._notice.show()
        announce(self, f"{sentence} {advice}".strip(), at_once=tone is Tone.BAD)

    def _task_changed(self, key: str) -> None:
        for task, button in ((_PREVIEW, self._next), (_PLACE, self._place)):
            if key == task:
                button.set_busy(self._desk.tasks.is_busy(key))
                self._back.setEnabled(not self._desk.tasks.is_busy(_PLACE))

    def _follow(self) -> None:
        self.fields.changed.connect(self._notice.hide)
        self._next.clicked.connect(self._look)
        self._place.clicked.connect(self._order)
        self._back.clicked.connect(partial(self._go_to, self.fields))
        self._close.clicked.connect(self.reject)
        self._stop.clicked.connect(self._progress.stop)
        self._again.clicked.connect(self._progress.again)
        self._progress.changed.connect(self._fit_buttons)
        self._desk.tasks.changed.connect(self._task_changed)

    def _lay_out(self) -> None:
        write_as(self._heading, Text.HEADING)
        for step in (self.fields, self._summary, self._progress):
            self._steps.addWidget(step)
        for button in (self._back, self._stop, self._again, self._close):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_8)
        buttons.addWidget(self._back)
        buttons.addWidget(self._stop)
        buttons.addWidget(self._again)
        buttons.addStretch(1)
        for button in (self._close, self._next, self._place):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_20, SPACE_20, SPACE_20, SPACE_20)
        column.setSpacing(SPACE_12)
        column.addWidget(self._heading)
        column.addWidget(self._steps, 1)
        column.addWidget(self._notice)
        column.addLayout(buttons)
