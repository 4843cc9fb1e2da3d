"""One run of the program: its options, where it says things, the services once they are needed.

Whatever goes wrong ends here, as words and an exit code:

====  ==================================================================
0     done
1     refused or failed: an ``EsdError``, or an outcome to be looked at
2     the command was not typed as it must be
130   interrupted with Ctrl+C
====  ==================================================================
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from esd_desktop.cli.output import Output
from esd_desktop.errors import EsdError

if TYPE_CHECKING:
    from esd_desktop.services.context import Services
    from esd_desktop.settings import Folders, LocalSettings

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


class Options(Struct, frozen=True):
    """What every command takes, before its name or after it."""

    as_json: bool = False
    store: str | None = None

    def and_also(self, *, as_json: bool, store: str | None) -> Options:
        """With what was typed after the command's name as well."""
        return replace(self, as_json=self.as_json or as_json, store=store or self.store)


class Session:
    """What a command is handed. Its ``out`` remembers whether anything failed."""

    def __init__(self, options: Options, places: Folders) -> None:
        self.out = Output(as_json=options.as_json)
        self.places = places
        self._options = options
        self._services: Services | None = None

    def settings(self) -> LocalSettings:
        """This computer's settings, with the store that was asked for. Raises EsdError."""
        from esd_desktop.settings import load_settings, with_store

        return with_store(load_settings(self.places), self._options.store)

    async def services(self) -> Services:
        """The services, opened at the first call. Raises StoreFault and its like."""
        if self._services is None:
            from esd_desktop.opening import open_services

            self._services = await open_services(self.places, self.settings())
        return self._services

    async def close(self) -> None:
        """Close what was opened; it can be opened anew."""
        services, self._services = self._services, None
        if services is not None:
            await services.close()


Work = Callable[[Session], Awaitable[None]]


def carry_out(work: Work, options: Options) -> int:
    """Run a command to its end; answers the exit code. Nothing escapes as a traceback."""
    from esd_desktop.logs import start_logging
    from esd_desktop.settings import folders

    places = folders()
    session = Session(options, places)
    log_file = start_logging(places.logs)
    try:
        _run(work, session)
    except UsageError as error:
        session.out.fault(error)
        return USAGE
    except EsdError as error:
        session.out.fault(error)
    except BrokenPipeError:
        _reader_is_gone()
        return FAILED
    except KeyboardInterrupt:
        session.out.end_progress()
        session.out.note(
            "Interrupted. What was under way may have happened or not; “esd doctor” lists what is "
            "in doubt."
        )
        return INTERRUPTED
    except OSError as error:
        session.out.fault(_system_fault(error))
    except Exception as bug:  # noqa: BLE001 - the last door: a bug becomes words here
        session.out.fault(_bug(bug, log_file))
    return FAILED if session.out.failed else DONE


def _run(work: Work, session: Session) -> None:
    async def from_start_to_end() -> None:
        try:
            await work(session)
        finally:
            await session.close()

    with asyncio.Runner(loop_factory=_loop_factory(session)) as runner:
        runner.run(from_start_to_end())


def _loop_factory(session: Session) -> Callable[[], asyncio.AbstractEventLoop] | None:
    # psycopg refuses Windows' own loop, which everything else is better off with: Ctrl+C wakes it.
    if sys.platform == "win32" and session.settings().store.startswith("postgres"):
        return asyncio.SelectorEventLoop
    return None


def _reader_is_gone() -> None:
    """Whoever read our output has enough of it; Python must not complain about that at exit."""
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until exit


def _system_fault(error: OSError) -> EsdError:
    where = f"{error.filename}: " if error.filename else ""
    return EsdError(f"{where}{error.strerror or error}.")


def _bug(bug: Exception, log_file: Path) -> EsdError:
    import structlog

    structlog.get_logger(__name__).error("bug", exc_info=bug)
    told = InternalError("Something went wrong inside ESD Desktop; that is a fault of ours.")
    if log_file.exists():
        told.advice = f"What happened is in the log: {log_file}"
    return told


class UsageError(EsdError):
    """The command was not typed as it must be."""


class InternalError(EsdError):
    """A bug of ours, in the words a person gets for it."""
