"""Records tell their fields, and keep to themselves what no log may have."""

from __future__ import annotations

from typing import Any

import pytest
from rich.pretty import pretty_repr

from esd_desktop.models.asset_rows import AssetLine, AssetQuery
from esd_desktop.models.listing import ListQuery
from esd_desktop.models.mass_rows import MassItemRow
from esd_desktop.models.portal_listing import OwnInvoice
from esd_desktop.records import Discreet
from esd_desktop.services.importing.records import Record
from esd_desktop.services.keys import OpenCipher
from esd_desktop.services.mail.render import MailText
from esd_desktop.services.microsoft.certificate import Credential
from esd_desktop.services.portal.invoice_pdf import InvoicePdf
from esd_desktop.ui.widgets.facts import Fact

_KEPT_BACK: dict[type[Discreet], set[str]] = {
    AssetLine: {"key"},
    AssetQuery: {"search"},
    Credential: {"private_key"},
    Fact: {"value"},
    InvoicePdf: {"contents"},
    ListQuery: {"search"},
    MailText: {"text", "html"},
    MassItemRow: {"masked_key"},
    OpenCipher: {"_data", "_search_key"},
    OwnInvoice: {"total"},
    Record: {"cells"},
}


@pytest.mark.parametrize(("kind", "kept_back"), _KEPT_BACK.items())
def test_a_discreet_record_tells_all_but_what_it_keeps_back(
    kind: type[Discreet], kept_back: set[str]
) -> None:
    values: dict[str, Any] = {name: f"<{name}>" for name in kind.__struct_fields__}
    record = kind(**values)
    for told in (repr(record), f"{[record]}", pretty_repr(record)):
        assert told.strip("[]").startswith(f"{kind.__name__}(")
        assert {name for name, value in values.items() if value not in told} == kept_back


def test_no_discreet_record_is_forgotten_here() -> None:
    assert set(Discreet.__subclasses__()) == set(_KEPT_BACK)
