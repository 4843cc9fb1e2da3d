"""Silence is a condition: a test fails on a log record of WARNING or more that it did not announce.

A test that provokes one says so, and then the record has to come::

    @pytest.mark.expect_log("did not stop")

Where it depends on the moment whether a library says something, ``may_log`` allows it.

Warnings of Python and of Qt are errors as well; these two stand in pyproject.toml.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator
from typing import Any

import pytest
import structlog


class LogWatch:
    """Sees every record the moment it is made, whatever handlers and levels a test sets up."""

    def __init__(self, expected: list[str], allowed: list[str]) -> None:
        self._missing = list(expected)
        self._expected = expected + allowed
        self._unexpected: list[str] = []

    def start(self) -> None:
        self._make_record = logging.getLogRecordFactory()
        self._structlog = structlog.get_config()
        self._handlers = list(logging.root.handlers)
        self._levels = {one: one.level for one in (logging.root, *_named_loggers())}
        logging.setLogRecordFactory(self._record)
        structlog.configure(
            processors=[structlog.stdlib.render_to_log_kwargs],
            wrapper_class=structlog.stdlib.BoundLogger,
            logger_factory=structlog.stdlib.LoggerFactory(),
            cache_logger_on_first_use=False,
        )

    def stop(self) -> None:
        """Leave logging as it was before the test, which may have started the program's own."""
        logging.setLogRecordFactory(self._make_record)
        structlog.configure(**self._structlog)
        for logger in (logging.root, *_named_loggers()):
            level = self._levels.get(logger, logging.NOTSET)
            if logger.level != level:  # to set one has every logger of the process forget its own
                logger.setLevel(level)
        for handler in set(logging.root.handlers) - set(self._handlers):
            handler.close()
        logging.root.handlers = self._handlers

    def verify(self) -> None:
        """Fail for what came unannounced and, where nothing did, for what was announced in vain."""
        unexpected, self._unexpected = self._unexpected, []
        missing, self._missing = self._missing, []
        if unexpected:
            pytest.fail("Logged unexpectedly:\n" + "\n".join(unexpected), pytrace=False)
        if missing:
            pytest.fail(f"Expected in the log, but it did not come: {missing}", pytrace=False)

    def _record(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self._make_record(*args, **kwargs)
        # structlog's formatter copies a record into an empty one, whose level is None.
        if (record.levelno or 0) >= logging.WARNING:
            self._weigh(f"{record.levelname} {record.name}: {record.getMessage()}")
        return record

    def _weigh(self, line: str) -> None:
        matching = [pattern for pattern in self._expected if re.search(pattern, line)]
        if not matching:
            self._unexpected.append(line)
        self._missing = [pattern for pattern in self._missing if pattern not in matching]


def _named_loggers() -> list[logging.Logger]:
    known = logging.root.manager.loggerDict.values()
    return [one for one in known if isinstance(one, logging.Logger)]


def _patterns(item: pytest.Item, marker: str) -> list[str]:
    return [str(mark.args[0]) for mark in item.iter_markers(marker)]


_WATCH = pytest.StashKey[LogWatch]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "expect_log(pattern): the test provokes this log record")
    config.addinivalue_line("markers", "may_log(pattern): the test may provoke this log record")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    item.stash[_WATCH] = LogWatch(_patterns(item, "expect_log"), _patterns(item, "may_log"))
    item.stash[_WATCH].start()
    yield


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    yield
    item.stash[_WATCH].verify()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    try:
        yield
    finally:
        item.stash[_WATCH].stop()
    item.stash[_WATCH].verify()
