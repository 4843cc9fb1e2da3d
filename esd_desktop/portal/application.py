"""The portal as an application: its routes, and what is told where something goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from esd_desktop.errors import EsdError, NotFound
from esd_desktop.portal.config import PortalConfig
from esd_desktop.portal.desk import Desk
from esd_desktop.portal.guard import Guard
from esd_desktop.portal.pages import ROUTES as PAGES
from esd_desktop.portal.rendering import STATIC, STATIC_FOLDER, error_page
from esd_desktop.portal.sign_in import ROUTES as SIGN_IN
from esd_desktop.services.context import Services
from esd_desktop.services.portal.limits import TooOften
from esd_desktop.services.shared_settings import setting_texts

log = structlog.get_logger(__name__)

_A_YEAR = "public, max-age=31536000, immutable"


async def create_portal(services: Services, config: PortalConfig) -> tuple[ASGIApp, Desk]:
    """The application and the desk that it works with. Raises EsdError where the store cannot be
    read, NotAllowed for who may not."""
    settings = await setting_texts(services)
    desk = Desk(services, config, settings["company.name"])
    app = Starlette(
        routes=[*PAGES, *SIGN_IN, Mount(STATIC, _Versioned(directory=STATIC_FOLDER))],
        middleware=[Middleware(_Named, seller=desk.seller)],
        exception_handlers={
            HTTPException: _http,
            NotFound: _not_found,
            TooOften: _too_often,
            EsdError: _fault,
            Exception: _bug,
        },
        lifespan=_lifespan,
    )
    app.state.desk = desk
    return Guard(app, config), desk


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    keeping_up = asyncio.create_task(desk.keep_up())
    try:
        yield
    finally:
        keeping_up.cancel()
        with suppress(asyncio.CancelledError):
            await keeping_up
        await desk.close()


class _Named:
    """Tells each page whose portal it is."""

    def __init__(self, app: ASGIApp, seller: str) -> None:
        self._app = app
        self._seller = seller

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["seller"] = self._seller
        await self._app(scope, receive, send)


class _Versioned(StaticFiles):
    """Static files, which a browser keeps: their addresses change with their contents."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _A_YEAR
        return response


async def _http(request: Request, error: Any) -> Response:
    return error_page(request, error.status_code, headers=error.headers)


async def _not_found(request: Request, error: Exception) -> Response:
    return error_page(request, 404)


async def _too_often(request: Request, error: Any) -> Response:
    return error_page(request, 429, headers={"Retry-After": str(error.retry_after)})


async def _fault(request: Request, error: Any) -> Response:
    """The sentence is meant for staff: it goes to the log, and the visitor is told to wait."""
    log.info("page_failed", path=request.url.path, why=error.sentence)
    return error_page(request, 503)


async def _bug(request: Request, error: Exception) -> Response:
    return error_page(request, 500)
