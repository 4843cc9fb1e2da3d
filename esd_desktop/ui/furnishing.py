"""What is put together piece by piece, so that the window answers between them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Protocol, TypeVar


class Furnishing(Protocol):
    """A widget that is empty when it is made, and not to be used until it is furnished."""

    def furnishing(self) -> Iterator[None]:
        """Put everything in, with a pause after each piece."""

    def deleteLater(self) -> None:
        """As every widget has it."""


FurnishingT = TypeVar("FurnishingT", bound=Furnishing)


def furnished(empty: FurnishingT) -> FurnishingT:
    """Put everything in at once; answers it."""
    for _ in empty.furnishing():
        pass
    return empty


async def furnished_meanwhile(empty: FurnishingT) -> FurnishingT:
    """Put everything in with a turn of the loop after each piece; answers it. Where that is
    cancelled, it goes away."""
    pieces = empty.furnishing()
    try:
        for _ in pieces:
            await asyncio.sleep(0)
    except asyncio.CancelledError:
        # What is half there could not be taken away.
        for _ in pieces:
            pass
        empty.deleteLater()
        raise
    return empty
