"""What all pages of who is signed in have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import HTMLResponse

from esd_desktop.portal.pages import wording
from esd_desktop.portal.rendering import is_htmx, page

LONGEST_SEARCH = 200


class Told(Struct, frozen=True):
    """What came of something, in the visitor's language; ``tone`` is one of ``badges.py``."""

    tone: str
    text: str
    status: int = 200


def show(
    request: Request,
    template: str,
    *,
    part: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **shown: Any,
) -> HTMLResponse:
    """A page, or where htmx asks, ``part`` of it. Templates find the words of a licence in
    ``wording``."""
    wanted = part if part is not None and is_htmx(request) else template
    return page(
        request, wanted, status=status, headers=headers, wording=wording, part=part, **shown
    )


def asked(request: Request, name: str, longest: int = LONGEST_SEARCH) -> str:
    """What the address has for a name, empty where it has nothing."""
    return request.query_params.get(name, "")[:longest].strip()
