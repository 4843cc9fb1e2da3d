"""How a catalogue status is told, what can be done in it, and where a reading leads to."""

from __future__ import annotations

from functools import partial

from esd_desktop.models.statuses import CatalogueStatus
from esd_desktop.ui.desk import Desk
from esd_desktop.ui.look.colours import Tone
from esd_desktop.ui.messages import Action
from esd_desktop.ui.widgets.statuses import StatusText

ALL = "all"
NEW, CHANGED, DISCONTINUED = "new", "changed", "discontinued"
FILTERS = (
    (ALL, "All"),
    (NEW, "New"),
    (CHANGED, "Changed"),
    ("active", "Active"),
    (DISCONTINUED, "Discontinued"),
)


def status_text(status: CatalogueStatus) -> StatusText:
    """The word, its tone, and what the status means."""
    return _TEXTS[status]


def what_to_do(status: CatalogueStatus) -> str:
    """What can be done with a product of this status."""
    return _WHAT_TO_DO[status]


def links(desk: Desk, connection_id: int) -> tuple[Action, ...]:
    """From a message about a reading to what is new, changed and discontinued."""
    wanted = desk.navigator.catalogue_wanted
    return tuple(
        (words, partial(wanted.emit, connection_id, name))
        for words, name in (
            ("New products", NEW),
            ("Changed products", CHANGED),
            ("Discontinued products", DISCONTINUED),
        )
    )


def _text(word: str, tone: Tone, explanation: str) -> StatusText:
    return StatusText(word, tone, explanation, word)


_TEXTS = {
    CatalogueStatus.NEW: _text(
        "New", Tone.ACCENT, "Not sold yet: it can be ordered once it is accepted"
    ),
    CatalogueStatus.CHANGED: _text(
        "Changed", Tone.WARNING, "Microsoft changed it; until that is accepted it is sold as before"
    ),
    CatalogueStatus.ACTIVE: _text("Active", Tone.GOOD, "It can be ordered at the price in use"),
    CatalogueStatus.DISCONTINUED: _text(
        "Discontinued", Tone.NEUTRAL, "Microsoft no longer sells it, so it cannot be ordered"
    ),
}
_WHAT_TO_DO = {
    CatalogueStatus.NEW: (
        "Microsoft sells this product now. It can be ordered here once you have accepted it."
    ),
    CatalogueStatus.CHANGED: (
        "Microsoft changed this product. It is sold as it is in use until you accept the change; "
        "what was sold before keeps its name and its price."
    ),
    CatalogueStatus.ACTIVE: (
        "This product can be ordered at the price in use. There is nothing to accept."
    ),
    CatalogueStatus.DISCONTINUED: (
        "Microsoft no longer sells this product, so it cannot be ordered. Licences that were sold "
        "stay as they are. If it is sold again, it comes back as new."
    ),
}
