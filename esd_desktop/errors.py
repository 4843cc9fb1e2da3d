"""Every fault that a person may meet, as one tree.

::

    EsdError                 the world's faults: shown to the person in words, never as a traceback
    ├── Refused              what was asked for is not allowed; nothing was changed
    │   ├── InvalidInput     a value that was typed or read from a file is not usable
    │   ├── NotFound         there is no such record
    │   ├── NotAllowed       the person's roles do not give the right to it
    │   └── ChangedMeanwhile somebody else wrote the record first
    ├── StoreFault           the backing store cannot be used
    │   ├── StoreNewer       it was written by a newer version of the program
    │   ├── StoreBusy        another program holds it locked
    │   ├── StoreAway        the database server cannot be reached; it is tried again
    │   └── StoreBroken      the file is damaged or is not a store
    ├── VaultFault           the keyring that holds our secrets cannot be used
    ├── MailFault            the mail server did not take a mail
    │   ├── MailRefused      it said a final no: trying again will not help
    │   └── MailServerAway   it takes no mail at all now, whoever it is for
    ├── WorkerEnded          the process that was asked has ended
    └── MicrosoftFault       the ESD service or its sign-in; more in services/microsoft/errors.py

Anything that is not an ``EsdError`` is a bug of ours and is reported as one.
"""

from __future__ import annotations

from typing import Any


class EsdError(Exception):
    """A fault to be told to a person.

    ``sentence`` says what happened, ``advice`` what to do about it (may be empty), and
    ``correlation_id`` is what Microsoft's support asks for, where the fault came from there.
    """

    def __init__(
        self, sentence: str, *, advice: str = "", correlation_id: str | None = None
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.advice = advice
        self.correlation_id = correlation_id

    def __reduce__(self) -> tuple[Any, ...]:
        """It crosses to another process as it is: what it is made from stays behind."""
        return _revived, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        return f"{self.sentence} {self.advice}".strip()


def _revived(kind: type[EsdError], args: tuple[Any, ...], has: dict[str, Any]) -> EsdError:
    fault = kind.__new__(kind, *args)
    fault.__dict__.update(has)
    return fault


class Refused(EsdError):
    """What was asked for is not allowed; nothing was changed."""


class InvalidInput(Refused):
    """A value that was typed or read from a file is not usable."""


class NotFound(Refused):
    """There is no such record."""


class NotAllowed(Refused):
    """The roles of who asks do not give the right to it."""


class ChangedMeanwhile(Refused):
    """Somebody else wrote the record first; nothing was overwritten."""


class StoreFault(EsdError):
    """The backing store cannot be used."""


class StoreNewer(StoreFault):
    """The store was written by a newer version of the program."""


class StoreBusy(StoreFault):
    """Another program holds the store locked."""


class StoreAway(StoreFault):
    """The database server that holds the store cannot be reached, or no longer."""


class StoreBroken(StoreFault):
    """The file is damaged or is not a store."""


class VaultFault(EsdError):
    """The keyring that holds our secrets cannot be used."""


class MailFault(EsdError):
    """The mail server did not take a mail; trying again later may help."""


class MailRefused(MailFault):
    """The mail server said a final no: trying again will not help."""


class MailServerAway(MailFault):
    """The mail server takes no mail at all now, so no other need be tried."""


class WorkerEnded(EsdError):
    """The process of the program that was asked has ended, or is being closed."""


class MicrosoftFault(EsdError):
    """The ESD service or its sign-in did not do what was asked.

    ``in_doubt`` is True where the call may have had its effect although no answer came: it must
    then be settled by reading, or repeated under the same transaction id, never under a new one.
    """

    def __init__(
        self,
        sentence: str,
        *,
        advice: str = "",
        correlation_id: str | None = None,
        in_doubt: bool = False,
    ) -> None:
        super().__init__(sentence, advice=advice, correlation_id=correlation_id)
        self.in_doubt = in_doubt
