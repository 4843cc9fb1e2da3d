"""D3, D3a: get the token of an ordered licence from Microsoft, and retry what failed.

``provision`` writes the intent; ``carry_out_issue`` calls and writes the outcome. A retry keeps the
client transaction id and reads first, so a licence is never bought twice.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from esd_desktop.errors import MicrosoftFault, Refused
from esd_desktop.models.licence import LicenceAnswer, Meaning, Purchase
from esd_desktop.models.permissions import retry_refusal
from esd_desktop.models.rights import Right
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.statuses import (
    OperationKind,
    OperationState,
    ProvisioningSyncStatus,
    TokenStatus,
)
from esd_desktop.models.store import (
    accounts,
    asset_details,
    assets,
    discrepancies,
    offerings,
    operations,
)
from esd_desktop.models.values import new_id
from esd_desktop.services.changes import Outcome, Result
from esd_desktop.services.connect import gateway_for
from esd_desktop.services.context import Services
from esd_desktop.services.keys import OpenCipher
from esd_desktop.services.microsoft.errors import LicenceNotFound, TransactionConflict
from esd_desktop.services.microsoft.profile import CallIds
from esd_desktop.services.operations import (
    end,
    leave_in_doubt,
    outcome_of,
    settled_outcome,
    start,
    write_down,
)
from esd_desktop.services.record import record_asset, snapshot
from esd_desktop.services.resend_link import queue_welcome
from esd_desktop.services.rights import require

if TYPE_CHECKING:
    from esd_desktop.models.asset import Asset
    from esd_desktop.models.operation import Operation
    from esd_desktop.models.store.unit_of_work import UnitOfWork
    from esd_desktop.services.microsoft.gateway import EsdGateway

_WHAT = "purchase"


async def provision(services: Services, asset_id: int) -> Outcome:
    """Ask Microsoft for an asset's token, for the first time or again.

    Raises Refused where it has one. Microsoft's refusal gives a REFUSED outcome and a Failed asset
    that keeps the reason; a lost answer gives a WARNING, and the journal settles it.
    """
    await require(services, Right.ORDER)
    return await issue(services, asset_id)


async def issue(services: Services, asset_id: int) -> Outcome:
    """The same for who has been found to have the right to it, such as once for many licences."""
    async with services.store.read() as connection:
        detail = await asset_details.one(connection, asset_id)
    gateway = await gateway_for(services, detail.connection_id)
    # Before anything is bought: a key that could not be kept would be lost.
    await services.cipher.opened()
    async with services.store.change() as work:
        # Locked: another desktop may get the token at this moment.
        asset = await assets.for_change(work, asset_id, locked=True)
        refusal = retry_refusal(asset.facts())
        if refusal:
            raise Refused(refusal)
        before = snapshot(asset)
        tried_before = await operations.exists(work.connection, asset_id)
        asset.provisioning_sync_status = ProvisioningSyncStatus.UNSYNCHRONISED
        asset.synchronization_details = None
        operation = await start(services, work, OperationKind.ISSUE, asset, correlation_id=new_id())
        if before != snapshot(asset):
            record_asset(
                services,
                work,
                asset,
                "provision",
                "Provisioning is tried again.",
                before=before,
            )
        await work.commit()
    return await carry_out_issue(services, gateway, operation, detail, repeated=tried_before)


async def carry_out_issue(
    services: Services,
    gateway: EsdGateway,
    operation: Operation,
    detail: AssetDetail,
    *,
    repeated: bool,
) -> Outcome:
    """Buy the licence under the asset's transaction id and write down what came of it.

    ``repeated``: it was asked for before, so it is read first, and bought only where Microsoft does
    not know it.
    """
    try:
        licence = await _asked(gateway, operation, detail, repeated=repeated)
    except asyncio.CancelledError:
        await leave_in_doubt(services, operation, _WHAT, "The waiting was given up.")
        raise
    except MicrosoftFault as fault:
        if fault.in_doubt:
            return await leave_in_doubt(services, operation, _WHAT, fault.sentence)
        return await _write_failure(services, operation, fault)
    if licence.sku.casefold() != detail.sku.casefold():
        conflict = TransactionConflict.told(f"It is for the product {licence.sku}.")
        return await _write_failure(services, operation, conflict)
    return await write_down(
        services, operation, _WHAT, lambda: _issued(services, operation, licence)
    )


async def _asked(
    gateway: EsdGateway, operation: Operation, detail: AssetDetail, *, repeated: bool
) -> LicenceAnswer:
    """The licence, bought now or before. The fault is in doubt where it may have been bought."""
    if repeated:
        try:
            known = await _read(gateway, operation, detail)
        except MicrosoftFault as fault:
            # Nothing is known of the earlier attempt yet, so nothing may be concluded.
            fault.in_doubt = True
            raise
        if known is not None:
            return known
    return await _buy(gateway, operation, detail)


async def _read(
    gateway: EsdGateway, operation: Operation, detail: AssetDetail
) -> LicenceAnswer | None:
    """The licence as Microsoft has it; None where it was never issued."""
    try:
        ids = CallIds(operation.correlation_id)
        return await gateway.read(detail.client_transaction_id, ids)
    except LicenceNotFound:
        return None


async def _buy(gateway: EsdGateway, operation: Operation, detail: AssetDetail) -> LicenceAnswer:
    purchase = Purchase(
        client_transaction_id=detail.client_transaction_id,
        sku=detail.sku,
        country=gateway.profile.country,
        language=gateway.profile.language,
        order_reference=detail.order_number,
    )
    return await gateway.issue(purchase, CallIds(operation.correlation_id, operation.request_id))


async def _issued(services: Services, operation: Operation, licence: LicenceAnswer) -> Outcome:
    """Record, sealed key, mail, audit row and the operation's end, in one transaction."""
    async with services.store.change() as work:
        settled = await end(services, work, operation.id, OperationState.DONE)
        asset = await assets.for_change(work, operation.asset_id)
        if asset.provisioning_sync_status is ProvisioningSyncStatus.SYNCHRONIZED:
            await work.commit()
            return settled_outcome(settled)
        before = snapshot(asset)
        cipher = await services.cipher.current(work.connection)
        _keep_token(work, cipher, asset, licence)
        applied = asset.apply(licence, services.now())
        if applied.meaning is Meaning.ANOMALY:
            # It is ours all the same; what is odd about it is listed.
            await discrepancies.note(
                work,
                asset.id,
                applied.detail,
                licence.token_status,
                services.now(),
                operation.correlation_id,
            )
        asset.returnable_until = await _returnable_until(work, asset, licence)
        sentence = f"Microsoft issued the licence of {asset.product}."
        record_asset(
            services,
            work,
            asset,
            "provision",
            sentence,
            before=before,
            correlation_id=operation.correlation_id,
        )
        account = await accounts.for_change(work, asset.customer_id)
        if account.email and asset.token_status is not TokenStatus.RETURN_ACCEPTED:
            await queue_welcome(services, work, asset, action="welcome")
        await work.commit()
    return outcome_of(operation, sentence, Result.DONE)


def _keep_token(work: UnitOfWork, cipher: OpenCipher, asset: Asset, licence: LicenceAnswer) -> None:
    from esd_desktop.models.asset import AssetSecret

    key, link = licence.product_key, licence.activation_link
    asset.provisioning_sync_status = ProvisioningSyncStatus.SYNCHRONIZED
    asset.synchronization_details = None
    asset.key_last_five = key.last_five
    asset.key_hash = cipher.fingerprint(key)
    asset.token_status = licence.token_status
    asset.return_status = licence.return_status
    asset.activation_date = licence.activation_date
    asset.search_text = f"{asset.search_text} {key.last_five.casefold()}"
    work.add(
        AssetSecret(
            asset_id=asset.id,
            key_id=cipher.key_id,
            sealed_key=cipher.seal(asset.id, key),
            sealed_link=cipher.seal(asset.id, link) if link else None,
        )
    )


async def _returnable_until(
    work: UnitOfWork, asset: Asset, licence: LicenceAnswer
) -> datetime | None:
    known = await offerings.by_sku(work, asset.connection_id, [asset.sku])
    offering = known.get(asset.sku)
    if offering is None or offering.return_window_days is None:
        return None
    return licence.issued_at + timedelta(days=offering.return_window_days)


async def _write_failure(
    services: Services, operation: Operation, fault: MicrosoftFault
) -> Outcome:
    return await write_down(services, operation, _WHAT, lambda: _failed(services, operation, fault))


async def _failed(services: Services, operation: Operation, fault: MicrosoftFault) -> Outcome:
    """Microsoft said no: Failed, with the reason kept as "Synchronization details"."""
    async with services.store.change() as work:
        await end(services, work, operation.id, OperationState.FAILED, fault.sentence)
        asset = await assets.for_change(work, operation.asset_id)
        before = snapshot(asset)
        asset.provisioning_sync_status = ProvisioningSyncStatus.FAILED
        asset.synchronization_details = fault.sentence
        record_asset(
            services,
            work,
            asset,
            "provision",
            f"Microsoft did not issue the licence: {fault.sentence}",
            before=before,
            correlation_id=operation.correlation_id,
        )
        await work.commit()
    return outcome_of(operation, fault.sentence, Result.REFUSED, advice=fault.advice)
