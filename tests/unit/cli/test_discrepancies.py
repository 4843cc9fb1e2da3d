"""``esd assets discrepancies`` and ``settle``."""

from __future__ import annotations

from esd_desktop.models.statuses import ReturnStatus, TokenStatus
from esd_desktop.models.store import assets
from esd_desktop.services.browse import asset_detail
from esd_desktop.services.context import Services
from tests.support.sowing import Sown
from tests.unit.cli.conftest import Behind, Esd


def test_they_are_listed_with_what_settles_each(esd: Esd, sown: Sown) -> None:
    listed = esd("assets", "discrepancies", "--json").json
    assert [(one["id"], one["kind"]) for one in listed] == [
        (sown.odd, "contradiction"),
        (sown.failed, "failed"),
        (sown.unsynchronised, "unanswered"),
    ]
    assert listed[0]["detail"].startswith("Microsoft says “Activated”")
    assert listed[1]["remedies"] == ["retry", "accept"]
    said = esd("assets", "discrepancies")
    assert "update-status" in said.out
    assert said.err == "3 assets. “esd assets settle ID” settles one.\n"


def test_a_kind_and_an_account_cut_it_down(esd: Esd, sown: Sown) -> None:
    (one,) = esd("assets", "discrepancies", "--kind", "failed", "--json").json
    assert one["id"] == sown.failed
    said = esd("assets", "discrepancies", "--account", "C-200")
    assert (said.code, said.out, said.err) == (0, "", "Nothing disagrees.\n")


def test_with_a_comment_it_is_settled_by_hand(esd: Esd, sown: Sown) -> None:
    said = esd("assets", "settle", str(sown.odd), "--comment", "Known to the distributor.")
    assert said.code == 0
    assert said.out.startswith("Settled by hand: Microsoft says")
    again = esd("assets", "settle", str(sown.odd), "--json")
    assert (again.code, again.json["error"]["kind"]) == (1, "NotFound")
    assert "Known to the distributor." in esd("assets", "history", str(sown.odd)).out


def test_without_one_it_does_what_settles_it(esd: Esd, behind: Behind, bought: int) -> None:
    async def take_back(services: Services) -> None:
        async with services.store.change() as work:
            asset = await assets.for_change(work, bought)
            asset.token_status = TokenStatus.RETURN_ACCEPTED
            asset.return_status = ReturnStatus.SUCCESS
            await work.commit()

    behind(take_back)
    refused = esd("assets", "settle", str(bought), typed="n\n", terminal=True)
    assert refused.code == 1
    assert "Cancel the record of" in refused.err
    said = esd("assets", "settle", str(bought), "--yes")
    assert said.code == 0
    detail = behind(lambda services: asset_detail(services, bought))
    assert detail.status == "Cancelled"
    assert len(detail.invoices) == 2
