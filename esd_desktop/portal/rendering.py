"""From a template and what it shows to a page in the visitor's language. Everything is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from esd_desktop.portal import cookies
from esd_desktop.portal.badges import SIGNS, badge_in
from esd_desktop.portal.formats import day_or_dash, money_in, number_in
from esd_desktop.portal.texts import LANGUAGES, N_, Words, best_language, words_in

STATIC = "/static"
_HERE = Path(__file__).parent
STATIC_FOLDER = _HERE / "static"
_FORM_TOKEN = Markup('<input type="hidden" name="form_token" value="{}">')
_ERRORS = {
    403: N_("This form has become too old. Go back, load the page again, and repeat."),
    404: N_("There is no such page, or it is not yours to see."),
    405: N_("This page cannot be used in that way."),
    413: N_("That was more than this form takes."),
    421: N_("The portal is not reached by this address."),
    429: N_("That was very often within a short time. Wait a little, and try again."),
    500: N_("Something went wrong on our side. It has been noted."),
    503: N_("That does not work at the moment. Try again in a few minutes."),
}


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    back: str = "/",
    **shown: Any,
) -> HTMLResponse:
    """A page or a part of one. ``back`` is where the page is by itself, for one that answers a
    form. In a template there are besides ``shown``: ``_`` and ``ngettext``, ``language``,
    ``visitor``, ``seller``, ``csrf()``, ``static(name)``, ``number(n)``, ``day(moment)``,
    ``money(amount)``, ``badge(said)``, ``signs`` by tone, and ``current``, which part of the
    navigation it is in."""
    guest = None if cookies.form_token(request) else cookies.new_guest()
    token = cookies.form_token_of(guest) if guest else cookies.form_token(request) or ""
    language = language_of(request)
    words = words_in(language)
    context = {
        "_": words,
        "ngettext": words.many,
        "language": language,
        "languages": LANGUAGES,
        "path": request.url.path,
        "back": "" if request.method in ("GET", "HEAD") else back,
        "visitor": getattr(request.state, "visitor", None),
        "seller": getattr(request.state, "seller", ""),
        "current": "",
        "csrf": partial(_FORM_TOKEN.format, token),
        "static": static,
        "badge": partial(badge_in, language),
        "signs": SIGNS,
        "number": partial(number_in, language),
        "day": partial(day_or_dash, language),
        "money": partial(money_in, language),
    }
    html = environment().get_template(template).render(context | shown)
    response = HTMLResponse(html, status, dict(headers or {}))
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language, Cookie, HX-Request"
    if guest:
        cookies.keep(response, cookies.GUEST, guest)
    return response


def error_page(
    request: Request, status: int, *, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """What is told instead of the page that was asked for."""
    known = status if status in _ERRORS else 500 if status >= 500 else 404
    return page(
        request, "error.html", status=status, headers=headers, text=_ERRORS[known], code=status
    )


def words_of(request: Request) -> Words:
    """The words of the visitor's language."""
    return words_in(language_of(request))


def language_of(request: Request) -> str:
    """The language that was chosen, or else the browser's."""
    chosen = request.cookies.get(cookies.LANGUAGE, "")
    return (
        chosen if chosen in LANGUAGES else best_language(request.headers.get("accept-language", ""))
    )


def is_htmx(request: Request) -> bool:
    """Whether only a part of the page is wanted."""
    return request.headers.get("hx-request") == "true"


@cache
def static(name: str) -> str:
    """The address of a static file, another one whenever its contents are."""
    digest = sha256((STATIC_FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"{STATIC}/{name}?v={digest}"


@cache
def environment() -> Environment:
    """Where the templates are. They are read once: those of a newer version, installed meanwhile,
    would not fit this one."""
    return Environment(
        auto_reload=False,
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
