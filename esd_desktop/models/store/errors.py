"""SQLAlchemy's errors → ours: the one place that tells the world's faults from our bugs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.orm.exc import StaleDataError

from esd_desktop.errors import ChangedMeanwhile, StoreBroken, StoreBusy, StoreFault


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the driver says of the world into a fault with a sentence; let bugs through."""
    try:
        yield
    except StaleDataError as error:
        raise _changed_meanwhile() from error
    except DBAPIError as error:
        raise _fault(error) from error
    except NoFreeConnection as error:
        raise _busy() from error
    except OSError as error:
        raise StoreFault(
            f"The store could not be reached: {error.strerror or error}.",
            advice="Check the network and the store's address in Settings, Store.",
        ) from error


def _fault(error: DBAPIError) -> Exception:
    words = " ".join(str(error.orig).split())
    said = words.lower()
    if isinstance(error, IntegrityError) and any(mark in said for mark in _TAKEN):
        # The rules check beforehand: only somebody who wrote at the same moment gets past them.
        return _changed_meanwhile()
    for marks, fault in _KNOWN:
        if any(mark in said for mark in marks):
            return fault()
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return StoreFault(
            f"The store could not do what was asked: {words.rstrip('.')}.",
            advice="Nothing was changed. Try again; if it goes on, run “esd doctor”.",
        )
    return error


def _changed_meanwhile() -> ChangedMeanwhile:
    return ChangedMeanwhile(
        "Somebody else changed this record at the same moment; nothing was overwritten.",
        advice="Look at it again and repeat what you wanted to do.",
    )


def _busy() -> StoreFault:
    return StoreBusy(
        "Another program is holding the store locked.",
        advice="Nothing was changed. Close the other program, or wait a moment and try again.",
    )


def broken_store() -> StoreFault:
    """The fault for a file that is damaged or is no store at all."""
    return StoreBroken(
        "The store's file is damaged, or it is not an ESD Desktop store.",
        advice="Nothing was changed in it. Choose another file in Settings, Store, or restore "
        "a backup.",
    )


def _read_only() -> StoreFault:
    return StoreFault(
        "The store cannot be written to.",
        advice="Check that you may write to its folder and that it is not on a read-only disk.",
    )


def _full() -> StoreFault:
    return StoreFault(
        "The disk that holds the store is full.",
        advice="Nothing was changed. Free some space.",
    )


def _no_file() -> StoreFault:
    return StoreFault(
        "The store's file cannot be opened.",
        advice="Check that its folder exists and that you may read and write there.",
    )


def _no_server() -> StoreFault:
    return StoreFault(
        "The database server that holds the store cannot be reached.",
        advice="Check the network and the store's address in Settings, Store, then try again.",
    )


def _no_entry() -> StoreFault:
    return StoreFault(
        "The database server that holds the store does not let this user in.",
        advice="Check the user name and the password in the store's address.",
    )


# SQLite's words and PostgreSQL's.
_TAKEN = ("unique", "foreign key")
_KNOWN = (
    (("database is locked", "database table is locked"), _busy),
    # PostgreSQL ends one of two that wait for each other.
    (("deadlock detected",), _changed_meanwhile),
    (("malformed", "not a database", "file is encrypted"), broken_store),
    (("readonly database", "read-only"), _read_only),
    (("database or disk is full", "no space left"), _full),
    (("unable to open database",), _no_file),
    (("password authentication failed", "no password supplied"), _no_entry),
    (("connection failed", "connection refused", "connection is lost", "resolve host"), _no_server),
)
