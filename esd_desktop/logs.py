"""The program's log: JSON lines in the user's log folder, without keys, links or tokens.

Nothing in the program hands a secret to the log; ``_without_secrets`` is a second lock on that
door.
"""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from esd_desktop.models.wording import without_secrets

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

_LARGEST = 2_000_000
_KEPT_FILES = 5


def load_structlog() -> None:
    """Load structlog, if nobody has yet, without rich, which it would take along for a console that
    the log is not written to; that alone is two thirds of what it loads."""
    if "rich" not in sys.modules:
        modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]
        modules["rich"] = None
        import_module("structlog")
        del modules["rich"]


def start_logging(folder: Path, name: str = "esd-desktop") -> Path:
    """Write the log into ``folder`` from now on; answers the file, which is ``name``'s own: two
    processes could not both put a full one aside. A folder that cannot be written
    to leaves the program without a log rather than without a start."""
    load_structlog()
    import structlog

    file = folder / f"{name}.log"
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            file, maxBytes=_LARGEST, backupCount=_KEPT_FILES, encoding="utf-8"
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _without_secrets,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # Their lines hold addresses with query strings, and are many.
    for noisy in ("httpx2", "httpcore2", "httpx", "httpcore", "msal", "aiosqlite", "qasync"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return file


def _without_secrets(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Black out whatever looks like a key, an activation link's token or a bearer token."""
    return {
        key: without_secrets(value) if isinstance(value, str) else value
        for key, value in event.items()
    }
