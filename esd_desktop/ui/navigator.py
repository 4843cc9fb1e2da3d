"""Where the person wants to go. Screens ask here; the main window alone takes them there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Navigator(QObject):
    """Signals of intent.

    ``account_wanted`` an account's id, or None for all assets of all accounts (C1);
    ``asset_wanted`` the id of an asset to show in the list and the detail pane;
    ``asset_selected`` the id that the list has selected now, or None;
    ``details_wanted`` the keyboard goes to the detail pane;
    ``settings_wanted`` a page of the settings: "connections", "mail", "keys", "store" or
    "appearance";
    ``import_wanted`` and ``demo_wanted`` have nothing to say besides.
    """

    account_wanted = Signal(object)
    asset_wanted = Signal(int)
    asset_selected = Signal(object)
    details_wanted = Signal()
    settings_wanted = Signal(str)
    import_wanted = Signal()
    demo_wanted = Signal()
