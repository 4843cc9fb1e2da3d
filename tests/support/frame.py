"""A desk whose store could not be opened, as after a wrong address."""

from __future__ import annotations

import pytest

from esd_desktop.errors import EsdError
from esd_desktop.services.context import Services
from esd_desktop.ui.desk import Desk


async def no_store(desk: Desk) -> None:
    """Leave the desk without a store."""

    async def fails() -> Services:
        raise EsdError("It cannot be opened.")

    with pytest.raises(EsdError):
        await desk.backend.open(fails)
