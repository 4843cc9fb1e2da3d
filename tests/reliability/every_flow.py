"""Every flow, by its name."""

from __future__ import annotations

from tests.reliability.file_flows import ExportKeys, ImportAFile, Migrate
from tests.reliability.flows import (
    Approve,
    Cancel,
    ChangeTheKey,
    Delete,
    Flow,
    PlaceAnOrder,
    ReadTheCatalogue,
    Resend,
    RetryProvisioning,
    SettleDoubts,
)
from tests.reliability.mass_flows import CancelMany, ResendMany, UpdateMany
from tests.reliability.upkeep_flows import BackUp, ChangeTheDataKey, RestoreABackup

_FLOWS: tuple[Flow, ...] = (
    PlaceAnOrder(),
    RetryProvisioning(),
    Cancel(),
    Approve(),
    Resend(),
    Delete(),
    ImportAFile(),
    Migrate("0001"),
    Migrate("0002"),
    ReadTheCatalogue(),
    ExportKeys(),
    SettleDoubts(),
    ChangeTheKey(),
    ChangeTheDataKey(),
    UpdateMany(),
    ResendMany(),
    CancelMany(),
    BackUp(),
    RestoreABackup(),
)
FLOWS = {flow.name: flow for flow in _FLOWS}
