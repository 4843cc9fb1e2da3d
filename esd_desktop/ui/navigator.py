"""Where the person wants to go. Screens ask here; the main window alone takes them there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal


class Navigator(QObject):
    """Signals of intent.

    ``account_wanted`` an account's id, or None for all assets of all accounts (C1);
    ``asset_wanted`` the id of an asset to show in the list and the detail pane;
    ``asset_selected`` the id that the list has selected now, or None;
    ``details_wanted`` the keyboard goes to the detail pane;
    ``settings_wanted`` a page of the settings: "connections", "mail", "invoices", "requests",
    "keys", "people", "portal", "store", "backups" or "appearance";
    ``order_wanted``, ``invoice_wanted`` and ``request_wanted`` the id of a record to show in its
    list; ``invoice_number_wanted`` the same by an invoice's number;
    ``work_wanted`` the id of a mass work, or None for the list of them;
    ``assets_in_front`` the MassTarget of a list of assets that comes to the screen or leaves it;
    ``order_form_wanted`` an account's id to order for, or None to choose one;
    ``catalogue_wanted`` a connection's id or None, and a filter of the catalogue ("new");
    ``templates_wanted`` a template's name to edit, or "";
    ``restore_wanted`` the file of a backup;
    ``discrepancies_wanted``, ``import_wanted`` and ``demo_wanted`` have nothing to say besides.
    """

    account_wanted = Signal(object)
    asset_wanted = Signal(int)
    asset_selected = Signal(object)
    details_wanted = Signal()
    settings_wanted = Signal(str)
    order_wanted = Signal(int)
    invoice_wanted = Signal(int)
    invoice_number_wanted = Signal(str)
    request_wanted = Signal(int)
    work_wanted = Signal(object)
    assets_in_front = Signal(object)
    order_form_wanted = Signal(object)
    catalogue_wanted = Signal(object, str)
    templates_wanted = Signal(str)
    restore_wanted = Signal(Path)
    discrepancies_wanted = Signal()
    import_wanted = Signal()
    demo_wanted = Signal()
