"""What is exported from which list: everything that it shows, as it shows it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from esd_desktop.models.asset_rows import AssetChoice
from esd_desktop.models.listing import ListKind, ListQuery
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetQuery
from esd_desktop.services.changes import Outcome
from esd_desktop.services.export_assets import export_assets
from esd_desktop.services.export_list import export_list
from esd_desktop.services.reveal_key import may_reveal
from esd_desktop.ui.ask import opened
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.exporting.dialog import Choice, Exportable, ExportDialog

_NO_KEYS = "The settings of this store do not allow keys to be shown."
_NOUNS = {
    ListKind.ORDERS: "orders",
    ListKind.INVOICES: "invoices",
    ListKind.REQUESTS: "requests to cancel",
    ListKind.MAILS: "mails",
    ListKind.OFFERINGS: "catalogue",
    ListKind.DISCREPANCIES: "discrepancies",
    ListKind.WORKS: "mass works",
    ListKind.RESULTS: "results",
}


async def export_shown_assets(
    desk: Desk,
    parent: QWidget,
    query: AssetQuery,
    columns: Sequence[str],
    found: int,
    selected: Sequence[int],
) -> None:
    """Open the dialog for a list of assets until it is closed. ``found`` is how many it shows."""

    async def export(choice: Choice) -> Outcome:
        only = tuple(selected) if choice.only_selected else ()
        return await desk.work(
            export_assets,
            AssetChoice(query, only),
            columns,
            choice.path,
            keys=choice.keys,
            replace_file=True,  # the person was asked when choosing the file
            progress=choice.progress,
        )

    allowed = await desk.read(may_reveal)
    no_keys = desk.rights.refusal(Right.EXPORT_KEYS) or (None if allowed else _NO_KEYS)
    what = Exportable("assets", found, len(selected), True, no_keys, export)
    await opened(ExportDialog(desk, parent, what))


async def export_shown_records(
    desk: Desk,
    parent: QWidget,
    kind: ListKind,
    query: ListQuery,
    columns: Sequence[str],
    found: int,
) -> None:
    """Open the dialog for one of the other lists until it is closed."""

    async def export(choice: Choice) -> Outcome:
        return await desk.work(
            export_list,
            kind,
            query,
            columns,
            choice.path,
            replace=True,  # the person was asked when choosing the file
            progress=choice.progress,
        )

    what = Exportable(_NOUNS[kind], found, 0, False, None, export)
    await opened(ExportDialog(desk, parent, what))
