"""The dialogs that menus and screens ask for: each comes, once, and goes again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QDialog

from esd_desktop.ui.dialogs import Dialogs
from tests.support.main_window import Whole
from tests.support.sowing import Sown
from tests.support.waiting import until
from tests.support.window import Run

Open = Callable[[Dialogs, Sown], None]
DIALOGS: dict[str, Open] = {
    "order": lambda dialogs, sown: dialogs.order(sown.customer),
    "new account": lambda dialogs, sown: dialogs.new_account(),
    "edit account": lambda dialogs, sown: dialogs.edit_account(sown.customer),
    "catalogue": lambda dialogs, sown: dialogs.catalogue(),
    "templates": lambda dialogs, sown: dialogs.templates("welcome"),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_opens_once_and_closes(run: Run, sown: Sown, whole: Whole, name: str) -> None:
    async def scenario() -> None:
        main = await whole.open()
        # Asked for twice, as by an impatient person.
        DIALOGS[name](main.dialogs, sown)
        DIALOGS[name](main.dialogs, sown)
        await until(lambda: shown(main.dialogs))
        await until(lambda: whole.desk.tasks.count == 1)
        (dialog,) = shown(main.dialogs)
        dialog.reject()
        await whole.settled()
        assert shown(main.dialogs) == []
        assert not [one for one in whole.desk.messages.kept if not one.quiet]

    run(scenario())


def test_the_navigator_leads_to_them(run: Run, sown: Sown, whole: Whole) -> None:
    async def scenario() -> None:
        main = await whole.open()
        navigator = whole.desk.navigator
        asks: list[Callable[[], None]] = [
            lambda: navigator.order_form_wanted.emit(None),
            lambda: navigator.catalogue_wanted.emit(None, "new"),
            lambda: navigator.templates_wanted.emit(""),
        ]
        for ask in asks:
            ask()
            await until(lambda: shown(main.dialogs))
            shown(main.dialogs)[0].reject()
            await whole.settled()

    run(scenario())


def shown(dialogs: Dialogs) -> list[QDialog]:
    window = dialogs.parent()
    assert window is not None
    return [one for one in window.findChildren(QDialog) if one.isVisible()]
