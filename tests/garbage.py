"""Python's cyclic garbage, collected on the main thread between the tests.

Left to itself, Python collects on whichever thread happens to allocate. What is left of an earlier
test's window would then be taken apart on a thread of a later test's services, and Qt crash.
"""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest

from esd_desktop.ui.collector import collect


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """No collecting meanwhile, and some afterwards, as often as Python would."""
    gc.disable()
    answer = yield
    collect()
    return answer
