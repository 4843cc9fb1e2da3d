"""Who saves second is told who was first, when, and what became another."""

from __future__ import annotations

from esd_desktop.models.audit import AuditRow
from esd_desktop.models.wording import as_moment
from esd_desktop.services.context import Services
from esd_desktop.services.second_writer import changed_meanwhile


async def test_the_last_who_did_it_is_named_with_what_he_changed(services: Services) -> None:
    now = services.now()
    async with services.store.change() as work:
        for operator, sentence in (
            ("Anna", "The connection “GB” was changed."),
            ("Berta", "The connection “GB” was changed."),
            ("Carla", "The connection “100%” was changed."),
        ):
            work.add(
                AuditRow(
                    at=now,
                    operator=operator,
                    action="change_connection",
                    sentence=sentence,
                    changes={"channel_id": ["1", None], "tenant": ["a" * 99, "b"]},
                )
            )
        await work.flush()
        fault = await changed_meanwhile(work, "“GB”", ["change_connection"], mention="“GB”")
        unknown = await changed_meanwhile(work, "“1000”", ["change_connection"], mention="“100_”")
    assert fault.sentence == (
        f"Berta changed “GB” meanwhile, on {as_moment(now)}; nothing was overwritten."
    )
    assert "Channel id: 1 → none; Tenant: aaa" in fault.advice
    assert "a… → b. Look at it again" in fault.advice
    assert unknown.sentence == "Somebody else changed “1000” meanwhile; nothing was overwritten."
