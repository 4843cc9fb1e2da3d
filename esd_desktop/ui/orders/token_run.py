"""Getting the tokens of an order: begun once, wherever it was asked for, and watched by whoever
shows it. It goes on when what showed it is closed."""

from __future__ import annotations

import asyncio
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from esd_desktop.errors import EsdError
from esd_desktop.services.changes import Changes, Outcome, Result
from esd_desktop.services.provision_order import LicenceResult, Stop, provision_order
from esd_desktop.ui.desk import Desk

_TOLD_EVERY_MS = 1000
# The status bar's Stop, other than an order's own, does not wait for what is under way.
_CUT_OFF = Outcome(
    "It was stopped.",
    Result.WARNING,
    advice="What Microsoft may have done by then is found out by itself. Get the tokens of the "
    "rest whenever you like.",
)


class TokenRun(QObject):
    """``told`` carries each LicenceResult, ``ended`` the Outcome, ``failed`` the EsdError that kept
    it from beginning."""

    told = Signal(object)
    ended = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, window: QWidget, order_id: int, number: str) -> None:
        super().__init__(window)
        self._desk = desk
        self._order_id = order_id
        self._number = number
        self._stop = Stop()
        self._fresh: set[int] = set()
        self._fault: EsdError | None = None
        self._outcome: Outcome | None = None
        # Lists catch up once a second rather than with every licence.
        self._catching_up = QTimer(self, interval=_TOLD_EVERY_MS)
        self._catching_up.timeout.connect(self._announce)

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.asked

    def begin(self) -> bool:
        """Begin, unless it is running already; answers whether it did."""
        begun = self._desk.tasks.run(
            task_key(self._order_id),
            self._run,
            owner=self,
            words=f"Getting the tokens of {self._number}",
        )
        self._desk.tasks.changed.connect(self._task_changed)
        return begun

    def stop(self) -> None:
        """Begin no further licence; what is under way is finished."""
        self._stop.ask()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        self._catching_up.start()
        try:
            outcome = await self._desk.do(
                self._touched(),
                provision_order,
                self._order_id,
                tell=partial(_call_soon, loop, self),
                stop=self._stop,
            )
        except EsdError as fault:
            self._desk.messages.fault(fault)
            self._fault = fault
        else:
            self._tell(outcome)
            self._outcome = outcome
        finally:
            # Where it was cancelled it may be gone already.
            if isValid(self):
                self._catching_up.stop()

    def _tell(self, outcome: Outcome) -> None:
        told = Outcome(f"{self._number}: {outcome.sentence}", outcome.result, advice=outcome.advice)
        self._desk.messages.outcome(told)

    def _task_changed(self, key: str) -> None:
        """Its end is told once its key is free, so that who hears of it can begin again at once."""
        if key != task_key(self._order_id) or self._desk.tasks.is_busy(key):
            return
        self._desk.tasks.changed.disconnect(self._task_changed)
        if self._fault is not None:
            self.failed.emit(self._fault)
        else:
            self.ended.emit(self._outcome or _CUT_OFF)
        self.deleteLater()

    def take(self, result: LicenceResult) -> None:
        """One licence is through."""
        self._fresh.add(result.asset_id)
        self.told.emit(result)

    def _announce(self) -> None:
        if self._fresh:
            self._desk.bus.announce(self._touched())
            self._fresh = set()

    def _touched(self) -> Changes:
        return Changes(assets=frozenset(self._fresh), orders=frozenset({self._order_id}))


def task_key(order_id: int) -> str:
    """Under which key the tokens of an order are got: once at a time."""
    return f"tokens of order {order_id}"


def running_of(window: QWidget, order_id: int) -> TokenRun | None:
    """The run of an order that is under way; None where there is none."""
    name = task_key(order_id)
    return next((run for run in window.findChildren(TokenRun) if run.objectName() == name), None)


def begin_run(desk: Desk, parent: QWidget, order_id: int, number: str) -> TokenRun:
    """Begin to get the tokens of an order; where that is under way already, its run."""
    window = main_window(parent)
    running = running_of(window, order_id)
    if running is not None and desk.tasks.is_busy(task_key(order_id)):
        return running
    run = TokenRun(desk, window, order_id, number)
    run.setObjectName(task_key(order_id))
    run.begin()
    return run


def main_window(widget: QWidget) -> QWidget:
    """The window below all dialogs, which outlives them."""
    window = widget.window()
    while (below := window.parentWidget()) is not None:
        window = below.window()
    return window


def _call_soon(loop: asyncio.AbstractEventLoop, run: TokenRun, result: LicenceResult) -> None:
    """Called on the worker's thread, also when the window is gone."""

    def take() -> None:
        if isValid(run):
            run.take(result)

    if not loop.is_closed():
        loop.call_soon_threadsafe(take)
