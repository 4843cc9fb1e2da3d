from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLabel

from esd_desktop.models.rows import HistoryRow
from esd_desktop.ui.detail.entries import Entry, EntryList
from esd_desktop.ui.detail.history_view import history_entry
from esd_desktop.ui.formats import as_moment
from tests.unit.ui.detail.making import NOW

ROW = HistoryRow(
    id=1,
    at=NOW,
    operator="anna",
    action="update_status",
    sentence="The customer redeemed this licence.",
    asset_id=7,
    account_id=3,
    correlation_id="11111111-0000-4000-8000-000000000000",
    changes={
        "token_status": ["Activated", "Redeemed"],
        "activation_date": [None, NOW.isoformat()],
    },
)


def test_history_says_when_who_what_and_under_which_correlation_id() -> None:
    entry = history_entry(ROW)
    assert entry.sentence == ROW.sentence
    assert entry.particulars == (
        f"{as_moment(NOW)} · anna",
        "Token Status: Activated → Redeemed",
        f"Activation Date: none → {as_moment(NOW)}",
        "Correlation id 11111111-0000-4000-8000-000000000000",
    )


def visible(entries: EntryList) -> list[str]:
    labels = [one.text() for one in entries.findChildren(QLabel) if one.isVisibleTo(entries)]
    return [text for text in labels if text.startswith("Entry")]


def test_a_long_history_begins_short_and_shows_all_on_request(qapp: QApplication) -> None:
    entries = EntryList("History", "Nothing yet.")
    entries.show_entries([Entry(f"Entry {number}", ()) for number in range(20)])
    assert len(visible(entries)) == 8
    entries.more.click()
    assert len(visible(entries)) == 20
    assert not entries.more.isVisibleTo(entries)
    entries.fold()
    entries.show_entries([Entry("Entry", ())])
    assert visible(entries) == ["Entry"]


def test_an_empty_list_says_so(qapp: QApplication) -> None:
    entries = EntryList("Mails", "No mail has been sent.")
    entries.show_entries([])
    assert any(one.text() == "No mail has been sent." for one in entries.findChildren(QLabel))
