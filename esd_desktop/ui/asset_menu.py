"""The Asset menu: what can be done with the selected asset or assets, greyed with the reason where
not, and with all of the list in front."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from esd_desktop.errors import EsdError
from esd_desktop.models.mass_rows import MassKind
from esd_desktop.services.browse import asset_detail
from esd_desktop.ui.actions.action import AssetAction
from esd_desktop.ui.actions.registry import MENU, RETRY_PROVISIONING, refusal_now, start
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.look.icons import icon
from esd_desktop.ui.mass.begin import start_mass
from esd_desktop.ui.mass.menu import fill_list_menu, list_text, selection_text
from esd_desktop.ui.mass.target import MassTarget
from esd_desktop.ui.mass.wording import ACTIONS
from esd_desktop.ui.messages import Message

_NOTHING_SELECTED = "Select an asset first."
_ONE_AT_A_TIME = "Select just one asset for this."
_DELETE_KEY = "Del"
_MASS_KINDS: dict[str, MassKind] = {action.name: kind for kind, action in ACTIONS.items()}


class AssetEntries(QObject):
    """Fills the menu. The keys work while an asset is selected; whether the action can succeed is
    looked up when the menu opens, or by the action itself. With several rows selected, the same
    entries and keys are about all of them."""

    def __init__(self, desk: Desk, menu: QMenu, window: QWidget) -> None:
        super().__init__(menu)
        self._desk = desk
        self._menu = menu
        self._window = window
        self._asset_id: int | None = None
        self._target: MassTarget | None = None
        self._entries = [(kind, self._entry(kind)) for kind in (*MENU, RETRY_PROVISIONING)]
        menu.addSeparator()
        self._of_list = menu.addMenu(list_text(0))
        self._of_list.aboutToShow.connect(self._fill_list_menu)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._look)
        menu.aboutToHide.connect(self._allow)
        desk.navigator.asset_selected.connect(self.select)
        desk.navigator.assets_in_front.connect(self._come_or_go)
        desk.rights.changed.connect(self._allow)
        self._allow()

    def select(self, asset_id: int | None) -> None:
        """Be about another asset, or about none."""
        self._asset_id = asset_id
        self._allow()

    def forget(self) -> None:
        """There is no list any more."""
        self._target = None
        self.select(None)

    def _come_or_go(self, target: MassTarget) -> None:
        """A list comes to the screen, or leaves it, in either order."""
        if target.in_front:
            self._target = target
        elif target is self._target:
            self._target = None
        self._allow()

    def _entry(self, kind: AssetAction) -> QAction:
        action = self._menu.addAction(icon(kind.icon), kind.text)
        action.setObjectName(kind.name)
        action.setShortcut(QKeySequence(kind.shortcut))
        if kind.shortcut == _DELETE_KEY:
            # Shown here only: it belongs to the list, since in a field it deletes a letter.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _=False, kind=kind: self._start(kind))
        return action

    def _allow(self) -> None:
        """While the menu is closed the keys start everything; what cannot be says so itself."""
        for kind, action in self._entries:
            refusal = self._desk.rights.refusal(*kind.needs)
            if self._asset_id is None:
                refusal = refusal or _NOTHING_SELECTED
            action.setText(kind.text)
            _grey(action, kind, refusal)
        self._of_list.setEnabled(self._target is not None)

    def _look(self) -> None:
        self._name_list()
        asset_id, several = self._asset_id, self._several()
        if several is not None:
            self._be_about(several)
        elif asset_id is not None:
            self._desk.tasks.run(
                "asset menu", lambda: self._grey(asset_id), owner=self, latest=True
            )

    def _name_list(self) -> None:
        found = self._target.found if self._target is not None else 0
        self._of_list.setTitle(list_text(found))
        self._of_list.setEnabled(found > 0)

    def _be_about(self, several: MassTarget) -> None:
        for action, entry in self._entries:
            kind = _MASS_KINDS.get(action.name)
            refusal = self._desk.rights.refusal(*action.needs)
            if kind is None:
                refusal = refusal or _ONE_AT_A_TIME
            else:
                entry.setText(selection_text(kind, several.selected))
            _grey(entry, action, refusal)

    async def _grey(self, asset_id: int) -> None:
        """Grey what cannot succeed now, with the reason."""
        try:
            detail = await self._desk.read(asset_detail, asset_id)
        except EsdError as fault:
            self._refuse({kind: fault.sentence for kind, _ in self._entries})
            return
        self._refuse({kind: refusal_now(self._desk, kind, detail) for kind, _ in self._entries})

    def _refuse(self, refusals: dict[AssetAction, str | None]) -> None:
        if not self._menu.isVisible():
            return
        for kind, action in self._entries:
            _grey(action, kind, refusals[kind])

    def _start(self, action: AssetAction) -> None:
        several, kind = self._several(), _MASS_KINDS.get(action.name)
        if several is None and self._asset_id is not None:
            start(self._desk, action, self._window, self._asset_id)
        elif several is not None and kind is not None:
            start_mass(self._desk, kind, self._window, several, of_list=False)
        elif several is not None:
            sentence = f"{action.text} is done one at a time."
            self._desk.messages.post(Message(Tone.NEUTRAL, sentence, _ONE_AT_A_TIME))

    def _several(self) -> MassTarget | None:
        """The list in front, where more than one of its rows is selected."""
        target = self._target
        return target if target is not None and target.has_several else None

    def _fill_list_menu(self) -> None:
        if self._target is not None:
            fill_list_menu(self._desk, self._of_list, self._window, self._target)


def _grey(action: QAction, kind: AssetAction, refusal: str | None) -> None:
    action.setEnabled(refusal is None)
    action.setToolTip(refusal or kind.hint)
    action.setStatusTip(refusal or kind.hint)
