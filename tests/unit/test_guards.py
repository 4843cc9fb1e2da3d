"""The guard of the log can fail a test: what it lets pass, and what it does not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog

from tests.guards import LogWatch


@contextmanager
def watching(*expected: str, allowed: tuple[str, ...] = ()) -> Iterator[LogWatch]:
    watch = LogWatch(list(expected), list(allowed))
    watch.start()
    try:
        yield watch
    finally:
        watch.stop()


def test_a_quiet_test_passes() -> None:
    with watching() as watch:
        logging.getLogger("some").info("all is well")
        watch.verify()


@pytest.mark.expect_log("locked")  # by the guard of this test itself
def test_an_unannounced_warning_fails_even_where_no_handler_hears_it() -> None:
    with watching() as watch:
        silent = logging.getLogger("silent")
        silent.propagate = False
        silent.warning("the store is %s", "locked")
        with pytest.raises(pytest.fail.Exception, match="WARNING silent: the store is locked"):
            watch.verify()


@pytest.mark.expect_log("bug")
def test_the_program_s_own_log_is_watched() -> None:
    with watching() as watch:
        structlog.get_logger("esd").error("bug")
        with pytest.raises(pytest.fail.Exception, match="ERROR esd: bug"):
            watch.verify()


@pytest.mark.expect_log("locked")
def test_an_announced_record_passes_and_is_told_once() -> None:
    with watching("locked") as watch:
        logging.getLogger("some").warning("the store is locked")
        watch.verify()
        watch.verify()


def test_an_announced_record_has_to_come() -> None:
    with watching("locked") as watch, pytest.raises(pytest.fail.Exception, match="did not come"):
        watch.verify()


def test_handlers_and_level_are_put_back() -> None:
    before, level = list(logging.root.handlers), logging.root.level
    with watching():
        logging.root.handlers = [logging.NullHandler()]
        logging.root.setLevel(logging.DEBUG)
    assert (logging.root.handlers, logging.root.level) == (before, level)


@pytest.mark.expect_log("given up")
def test_what_a_library_may_say_need_not_come() -> None:
    with watching(allowed=("given up",)) as watch:
        watch.verify()
        logging.getLogger("driver").warning("a query was given up")
        watch.verify()
