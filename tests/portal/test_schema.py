"""The portal's pages answer as docs/portal.yaml says, whatever they are asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok

from esd_desktop.models.store import portal_limits
from esd_desktop.portal import cookies
from esd_desktop.portal.pages import ROUTES as PAGES
from esd_desktop.portal.sign_in import ROUTES as SIGN_IN
from esd_desktop.services.edit_portal_users import add_portal_user
from tests.portal.serving import PortalUnderTest
from tests.reliability.fuzz.drawing import fuzzed
from tests.support.requesting import requested
from tests.support.sowing import Sown

_SCHEMA = schemathesis.openapi.from_path(Path(__file__).parents[2] / "docs" / "portal.yaml")
_OPERATIONS = {
    found.ok().label: found.ok() for found in _SCHEMA.get_all_operations() if isinstance(found, Ok)
}
load_all_checks()
_CHECKS: list[Any] = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)
_EXAMPLES = 6
_ADDRESS = "desk@helios.example"
# These need an organisation, which test_openid.py has.
_OF_AN_ORGANISATION = {"GET /sign-in/organisation/{provider_id}", "GET /sign-in/back"}


class Line:
    """A reseller's browser, which sends whatever is drawn."""

    def __init__(self, portal: PortalUnderTest, token: str, link: str) -> None:
        self._portal = portal
        self._token = token
        self.link = link
        self._session = requests.Session()
        self._session.trust_env = False

    def ask(self, case: Case[Any], *, signed_in: bool, own_form: bool) -> int:
        """The status of the answer, which is one that the schema has."""
        case.cookies = {cookies.SESSION: self._token} if signed_in else {}
        if own_form and isinstance(case.body, dict):
            case.body["form_token"] = cookies.form_token_of(self._token)
        answer = case.call(
            base_url=self._portal.url,
            session=self._session,
            verify=self._portal.ca_file,
            allow_redirects=False,
            timeout=10,
        )
        case.validate_response(answer, checks=_CHECKS)
        return answer.status_code

    def close(self) -> None:
        self._session.close()


@pytest.fixture
async def ids(portal: PortalUnderTest, sown: Sown) -> dict[str, list[int]]:
    """Records that are the reseller's, by the names that addresses have for them, and one that is
    not there."""
    request = await requested(portal.services, sown.activated)
    return {
        "asset_id": [sown.activated, sown.failed, sown.odd, 10**6],
        "customer_id": [sown.customer, sown.reseller, sown.empty_customer],
        "request_id": [request.id, 10**6],
        "invoice_id": [1, 10**6],
        "provider_id": [1, 10**6],
    }


@asynccontextmanager
async def line_of(portal: PortalUnderTest, account_id: int) -> AsyncIterator[Line]:
    """A browser of a session of its own, with a link of its own."""
    session = await portal.session(account_id, _ADDRESS)
    line = Line(portal, session, await portal.mailed_link(_ADDRESS))
    try:
        yield line
    finally:
        line.close()


async def test_sound_and_unsound_calls_are_answered_as_agreed(
    portal: PortalUnderTest, sown: Sown, ids: dict[str, list[int]]
) -> None:
    """Of each operation some that the schema allows and some that it does not: for records that are
    the visitor's and others, with the form's token and without, signed in and not, by a link that
    is good and by others."""
    await add_portal_user(portal.services, sown.reseller, _ADDRESS)
    seen: dict[str, set[int]] = {}
    for label in _OPERATIONS:
        await forget_limits(portal)
        async with line_of(portal, sown.reseller) as line:
            seen[label] = await asyncio.to_thread(asked, line, label, ids)
    await portal.desk.settled()
    silent = [
        label
        for label, statuses in seen.items()
        if not statuses & {200, 303, 409} and label not in _OF_AN_ORGANISATION
    ]
    assert silent == [], "none of them reached what it is for"
    assert 404 in seen["GET /assets/{asset_id}"]


async def forget_limits(portal: PortalUnderTest) -> None:
    """What was asked of another operation has not used up how often one may sign in."""
    services = portal.services
    async with services.store.change() as work:
        await portal_limits.forget(work, services.now())
        await work.commit()


def asked(line: Line, label: str, ids: dict[str, list[int]]) -> set[int]:
    operation, seen = _OPERATIONS[label], set[int]()

    @fuzzed(_EXAMPLES)
    @given(
        case=operation.as_strategy() | operation.as_strategy(GenerationMode.NEGATIVE),
        flaws=st.sets(st.sampled_from(["unknown", "guest", "foreign form"]), max_size=1),
        data=st.data(),
    )
    def call(case: Case[Any], flaws: set[str], data: st.DataObject) -> None:
        if "unknown" not in flaws:
            for name in case.path_parameters:
                case.path_parameters[name] = data.draw(st.sampled_from(ids[name]))
            for part in (case.query, case.body):
                if isinstance(part, dict) and "token" in part:
                    part["token"] = line.link
        seen.add(
            line.ask(case, signed_in="guest" not in flaws, own_form="foreign form" not in flaws)
        )

    call()
    return seen


def test_every_page_of_the_portal_is_in_the_schema() -> None:
    there = {
        (method, route.path.replace(":int}", "}"))
        for route in (*PAGES, *SIGN_IN)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert there == {(found.method.upper(), found.path) for found in _OPERATIONS.values()}
