"""SQLAlchemy's errors → ours: the one place that tells the world's faults from our bugs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.orm.exc import StaleDataError

from esd_desktop.errors import (
    ChangedMeanwhile,
    EsdError,
    InvalidInput,
    NotAllowed,
    StoreAway,
    StoreBroken,
    StoreBusy,
    StoreFault,
)


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
    except UnicodeEncodeError as error:
        raise _cannot_be_kept() from error
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
    known = _known(said)
    if known is not None:
        return known
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return _other(words)
    return error


def fault_of(error: Exception) -> EsdError:
    """The fault for what a driver itself raised, which never is a bug of ours in the queries."""
    words = " ".join(str(error).split())
    return _known(words.lower()) or _other(words)


def _known(said: str) -> EsdError | None:
    return next((fault() for marks, fault in _KNOWN if any(mark in said for mark in marks)), None)


def _other(words: str) -> StoreFault:
    return StoreFault(
        f"The store could not do what was asked: {words.rstrip('.')}.",
        advice="Nothing was changed. Try again; if it goes on, run “esd doctor”.",
    )


def _changed_meanwhile() -> ChangedMeanwhile:
    return ChangedMeanwhile(
        "Somebody else changed this record at the same moment; nothing was overwritten.",
        advice="Look at it again and repeat what you wanted to do.",
    )


def _cannot_be_kept() -> InvalidInput:
    return InvalidInput(
        "One of the texts has a character that no store can keep; nothing was changed.",
        advice="Look for a sign that is not a letter, such as one that came with a paste.",
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


def _only_read() -> StoreFault:
    return StoreFault(
        "The database server that holds the store can only be read: it is a replica, or set so.",
        advice="Nothing was changed. Name the server that is written to in the store's address.",
    )


def _full() -> StoreFault:
    return StoreFault(
        "The disk that holds the store is full.",
        advice="Nothing was changed. Free some space.",
    )


def _disk_fails() -> StoreFault:
    return StoreFault(
        "The disk that holds the store cannot be read or written.",
        advice="Nothing was changed. Check the disk and the way to it; if it goes on, run “esd "
        "doctor”.",
    )


def _no_file() -> StoreFault:
    return StoreFault(
        "The store's file cannot be opened.",
        advice="Check that its folder exists and that you may read and write there.",
    )


def _no_server() -> StoreAway:
    return StoreAway(
        "The database server that holds the store cannot be reached.",
        advice="Check the network and the store's address in Settings, Store, then try again.",
    )


def _no_entry() -> StoreFault:
    return StoreFault(
        "The database server that holds the store does not let this user in.",
        advice="Check the user name and the password in the store's address.",
    )


def _not_allowed() -> NotAllowed:
    return NotAllowed(
        "The database does not allow this login to do that; nothing was changed.",
        advice="It follows the roles of the store's people; an administrator gives roles.",
    )


def _not_secure() -> StoreFault:
    return StoreFault(
        "No secure connection to the database server that holds the store came about: its "
        "certificate is not trusted, or it does not speak TLS.",
        advice="Nothing was sent. Where your own authority issued the server's certificate, name "
        "its file in the store's address: ?sslrootcert=/path/to/authority.pem.",
    )


# SQLite's words and PostgreSQL's.
_TAKEN = ("unique", "foreign key")
_KNOWN = (
    (("database is locked", "database table is locked", "lock timeout"), _busy),
    # PostgreSQL ends one of two that wait for each other.
    (("deadlock detected",), _changed_meanwhile),
    (("nul (0x00)",), _cannot_be_kept),
    (("malformed", "not a database", "file is encrypted"), broken_store),
    (("read-only transaction", "during recovery"), _only_read),
    (("readonly database", "read-only"), _read_only),
    (("database or disk is full", "no space left"), _full),
    (("disk i/o error",), _disk_fails),
    (("unable to open database",), _no_file),
    (("password authentication failed", "no password supplied"), _no_entry),
    (("permission denied", "row-level security policy", "must be owner"), _not_allowed),
    (
        (
            "certificate verify failed",
            "server certificate for",
            "does not support ssl",
            "ssl error",
            "root cert",
        ),
        _not_secure,
    ),
    (
        (
            "connection failed",
            "connection refused",
            "connection is lost",
            "connection is closed",
            "connection timeout",
            "resolve host",
            # What a query hears that is under way while the server stops or the network breaks.
            "terminating connection",
            "closed the connection",
            "closed unexpectedly",
            "the database system is",
            "could not receive data",
            "could not send data",
            "consuming input failed",
            "sending query failed",
        ),
        _no_server,
    ),
)
