"""A certificate that ends soon, told above everything else in the window until it was replaced, or
until tomorrow where the person wants to be reminded then. A new step of urgency tells it again."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.certificate_expiry import Expiry, Nearness, expiry
from esd_desktop.models.values import utc_now
from esd_desktop.models.wording import counted
from esd_desktop.services.browse import connection_list
from esd_desktop.services.changes import Changes
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.theme import SPACE_8
from esd_desktop.ui.widgets.notice import Notice

_TASK = "certificate notice"
_PUT_OFF = "certificates put off"
_LOOK_EVERY_MS = 3_600_000
_TONES = {
    Nearness.FAR: Tone.NEUTRAL,
    Nearness.WITHIN_60_DAYS: Tone.INFO,
    Nearness.WITHIN_30_DAYS: Tone.WARNING,
    Nearness.WITHIN_7_DAYS: Tone.BAD,
    Nearness.PAST: Tone.BAD,
}


class CertificateNotice(QWidget):
    """Takes no room while there is nothing to tell."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._notice = Notice(Tone.NEUTRAL, "", parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_8, SPACE_8, SPACE_8, SPACE_8)
        column.addWidget(self._notice)
        self.hide()
        desk.bus.store_changed.connect(self._store_changed)
        hourly = QTimer(self)
        hourly.timeout.connect(self.look)
        hourly.start(_LOOK_EVERY_MS)

    def look(self) -> None:
        """See how the certificates stand."""
        self._desk.tasks.run(_TASK, self._read, owner=self, latest=True)

    def _store_changed(self, changes: Changes) -> None:
        if changes.connections or changes.everything:
            self.look()

    async def _read(self) -> None:
        try:
            rows = await self._desk.read(connection_list)
        except EsdError:
            # Whoever opens the store, or loses it, tells why.
            self.hide()
            return
        now = utc_now()
        seen = [expiry(row.name, row.certificate_expires_at, now) for row in rows]
        near = [each for each in seen if each.nearness is not Nearness.FAR]
        self._tell(sorted((each for each in near if not self._is_put_off(each, now)), key=_left))

    def _tell(self, near: list[Expiry]) -> None:
        self.setVisible(bool(near))
        if not near:
            return
        first, more = near[0], len(near) - 1
        others = f" {counted(more, 'other certificate')} will end soon too." if more else ""
        self._notice.tell(
            _TONES[first.nearness],
            first.sentence,
            first.advice + others,
            [
                (
                    "Open Connections",
                    lambda: self._desk.navigator.settings_wanted.emit("connections"),
                ),
                ("Remind me tomorrow", lambda: self._put_off(near)),
            ],
        )

    def _put_off(self, near: list[Expiry]) -> None:
        today = _day(utc_now())
        kept = {each.connection: [each.nearness.value, today] for each in near}
        self._desk.memory.keep(_PUT_OFF, self._desk.memory.recall(_PUT_OFF, {}) | kept)
        self.hide()

    def _is_put_off(self, seen: Expiry, now: datetime) -> bool:
        kept = self._desk.memory.recall(_PUT_OFF, {}).get(seen.connection)
        return bool(kept == [seen.nearness.value, _day(now)])


def tone_of(nearness: Nearness) -> Tone:
    """How urgent it looks."""
    return _TONES[nearness]


def _left(seen: Expiry) -> float:
    return seen.left.total_seconds()


def _day(moment: datetime) -> str:
    return moment.astimezone().date().isoformat()
