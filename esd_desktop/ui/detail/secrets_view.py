"""The key and the link of the asset that is shown: masked, until they are asked for one by one.

The audit row is written before either is released. A key that is shown hides again after a while,
and whenever the person looks elsewhere.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.values import Secret
from esd_desktop.services.reveal_key import Purpose, reveal
from esd_desktop.ui.actions.action import only
from esd_desktop.ui.clipboard import KEPT_S, secret_clipboard
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.messages import Message
from esd_desktop.ui.widgets.facts import Fact, FactButton

SHOWN_S: Final = 30
_NOT_ALLOWED = "hidden by this store’s settings"
_COPIED = {Purpose.COPY_KEY: "The licence key", Purpose.COPY_LINK: "The activation link"}


class Secrets(QObject):
    """``changed`` says that the facts of the token and the link are to be shown anew."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject, shown_s: float = SHOWN_S) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asset_id: int | None = None
        self._allowed = False
        self._shown: Secret | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(shown_s * 1000))
        self._timer.timeout.connect(self.hide)
        desk.rights.changed.connect(self._rights_changed)

    def follow(self, asset_id: int | None, *, allowed: bool) -> None:
        """Be about this asset; ``allowed`` is the store's policy. Another's key is hidden."""
        if asset_id != self._asset_id or not allowed:
            self.hide()
        self._asset_id = asset_id
        self._allowed = allowed

    def hide(self) -> None:
        """Mask the key again."""
        self._timer.stop()
        if self._shown is not None:
            self._shown = None
            self.changed.emit()

    def token(self, detail: AssetDetail) -> Fact:
        """A7: the key, masked or shown, and the buttons for it."""
        if detail.masked_key is None:
            return Fact("Token", "—")
        if not self._allowed:
            return Fact("Token", f"{detail.masked_key} ({_NOT_ALLOWED})", secret=True)
        text = self._shown.reveal() if self._shown is not None else detail.masked_key
        # One name for both, so that the value changes in place and the focus stays.
        toggle = FactButton("eye", "Show or hide key", self._toggle, self._forbidden)
        copy = FactButton(
            "copy", "Copy key", partial(self._ask_for, Purpose.COPY_KEY), self._forbidden
        )
        return Fact("Token", text, (toggle, copy), secret=True)

    def link(self, detail: AssetDetail) -> Fact:
        """A10: there or not, never shown."""
        if not detail.has_link:
            return Fact("Link", "—")
        if not self._allowed:
            return Fact("Link", f"••••• ({_NOT_ALLOWED})", secret=True)
        copy = FactButton(
            "copy", "Copy link", partial(self._ask_for, Purpose.COPY_LINK), self._forbidden
        )
        return Fact("Link", "•••••", (copy,), secret=True)

    @property
    def _forbidden(self) -> str | None:
        return self._desk.rights.refusal(Right.REVEAL)

    def _rights_changed(self) -> None:
        if self._forbidden is not None:
            self.hide()
        self.changed.emit()

    def _toggle(self) -> None:
        if self._shown is not None:
            self.hide()
        else:
            self._ask_for(Purpose.SHOW_KEY)

    def _ask_for(self, purpose: Purpose) -> None:
        if self._asset_id is not None:
            self._desk.tasks.run(
                f"secret:{self._asset_id}",
                partial(self._release, self._asset_id, purpose),
                owner=self,
            )

    async def _release(self, asset_id: int, purpose: Purpose) -> None:
        secret = await self._desk.read(reveal, asset_id, purpose)
        # The history has a row more.
        self._desk.bus.announce(only(asset_id))
        if purpose is not Purpose.SHOW_KEY:
            self._copy(asset_id, secret, _COPIED[purpose])
        elif asset_id == self._asset_id:
            self._shown = secret
            self._timer.start()
            self.changed.emit()

    def _copy(self, asset_id: int, secret: Secret, what: str) -> None:
        secret_clipboard().copy(secret)
        self._desk.messages.post(
            Message(
                Tone.GOOD,
                f"{what} was copied.",
                f"It leaves the clipboard in {KEPT_S} seconds.",
                asset_id=asset_id,
            )
        )
