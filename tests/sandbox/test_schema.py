"""The sandbox keeps the contract of docs/esd-api.yaml, whatever it is asked."""

from __future__ import annotations

from collections.abc import Iterator
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

from tests.reliability.fuzz.drawing import fuzzed
from tests.sandbox.calling import SKU, Caller, guid

_SCHEMA = schemathesis.openapi.from_path(Path(__file__).parents[2] / "docs" / "esd-api.yaml")
_OPERATIONS = {
    found.ok().label: found.ok() for found in _SCHEMA.get_all_operations() if isinstance(found, Ok)
}
load_all_checks()
# What an answer itself shows. Whether a call was refused for good reason is for test_contract.py.
_CHECKS: list[Any] = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)


@pytest.fixture
def line() -> Iterator[requests.Session]:
    """A line to the sandbox. Our own client would not send what HTTP forbids."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


def asked(line: requests.Session, caller: Caller, case: Case[Any]) -> int:
    """The status of what the sandbox answers to a case, which keeps the contract."""
    addresses = caller.addresses
    response = case.call(
        base_url=addresses.service_url,
        session=line,
        verify=str(addresses.ca_file),
        timeout=10,
    )
    case.validate_response(response, checks=_CHECKS)
    return response.status_code


@pytest.mark.parametrize("label", _OPERATIONS)
def test_sound_calls(label: str, caller: Caller, line: requests.Session) -> None:
    """Calls that the contract allows, for this channel and signed in, some of them for a licence
    that there is."""
    known = caller.issued()
    operation = _OPERATIONS[label]
    ids = st.sampled_from([known, caller.issued()]) | st.text(min_size=1)
    seen = set()

    @fuzzed(15)
    @given(case=operation.as_strategy(), transaction_id=ids, sound=st.booleans())
    def call(case: Case[Any], transaction_id: str, sound: bool) -> None:
        case.path_parameters["channelId"] = caller.channel
        case.headers.update(caller.headers)
        if "clientTransactionId" in case.path_parameters and sound:
            case.path_parameters["clientTransactionId"] = known
        if sound and isinstance(case.body, dict) and "sku" in case.body:
            case.body.update(sku=SKU, country="GB", language="en-GB", clientTransactionId=guid())
        if sound and "country" in case.query:
            case.query.update(country="GB", language="en-GB")
            case.query.pop("continuationToken", None)
        seen.add(asked(line, caller, case))

    call()
    assert seen & {200, 201}, "none of them succeeded, so no success was checked"


@pytest.mark.parametrize("label", _OPERATIONS)
def test_calls_that_break_the_contract(label: str, caller: Caller, line: requests.Session) -> None:
    operation = _OPERATIONS[label]

    @fuzzed(15)
    @given(case=operation.as_strategy(GenerationMode.NEGATIVE), signed_in=st.booleans())
    def call(case: Case[Any], signed_in: bool) -> None:
        case.headers.pop("Authorization", None)
        if signed_in:
            case.headers["Authorization"] = caller.headers["Authorization"]
        assert asked(line, caller, case) >= 200

    call()
