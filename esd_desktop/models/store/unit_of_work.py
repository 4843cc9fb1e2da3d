"""A change to the store, all or nothing."""

from __future__ import annotations

from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from esd_desktop.models.base import Base

RecordT = TypeVar("RecordT", bound=Base)
UNSEEN = "esd_unseen"


class UnitOfWork:
    """One transaction. Leaving it without ``commit()`` rolls back, so a forgotten commit loses the
    work instead of saving half of it. Row versions are checked when it is written."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.session = AsyncSession(bind=connection, expire_on_commit=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.session.close()

    def add(self, *records: Base) -> None:
        """New records, written at the next flush or commit."""
        self.session.add_all(records)

    async def flush(self) -> None:
        """Send what was added and changed, so that new records have their ids."""
        await self.session.flush()

    async def commit(self, *, unseen: bool = False) -> None:
        """Make it so. What is ``unseen`` no window shows: none is made to read anew for it."""
        try:
            await self.connection.execution_options(**{UNSEEN: unseen})
            await self.session.commit()
            # Where a query on the connection came first, the session only joined its transaction.
            if self.connection.in_transaction():
                await self.connection.commit()
        except Exception:
            # SQLAlchemy takes the transaction for ended. Where it is not, it would lock the store,
            # and the next who is given the connection could not begin.
            await self.connection.invalidate()
            raise
