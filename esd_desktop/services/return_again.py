"""Asking Microsoft once more for the return of a licence that is cancelled here and held there.

The record was cancelled, and credited, when it was; nothing is credited now.
"""

from __future__ import annotations

from msgspec.structs import replace

from esd_desktop.errors import Refused
from esd_desktop.models.permissions import return_again_refusal
from esd_desktop.models.rights import Right
from esd_desktop.models.statuses import OperationKind, TokenStatus
from esd_desktop.models.store import asset_details, assets, operations
from esd_desktop.models.values import new_id
from esd_desktop.services.cancel_licence import carry_out_return
from esd_desktop.services.changes import Outcome
from esd_desktop.services.connect import gateway_for
from esd_desktop.services.context import Services
from esd_desktop.services.microsoft.profile import CallIds
from esd_desktop.services.operations import start
from esd_desktop.services.rights import require
from esd_desktop.services.update_status import update_status


async def return_again(services: Services, asset_id: int, *, comment: str | None = None) -> Outcome:
    """Return a cancelled licence. Raises Refused where there is nothing to return, MicrosoftFault
    where Microsoft said no or could not be reached; a lost answer gives a WARNING.

    Where Microsoft does not hold it as Activated any more, the record is brought up to date only.
    """
    await require(services, Right.CANCEL)
    async with services.store.read() as connection:
        detail = await asset_details.one(connection, asset_id)
    refusal = return_again_refusal(detail.facts)
    if refusal:
        raise Refused(refusal)
    gateway = await gateway_for(services, detail.connection_id)
    ids = CallIds(correlation_id=new_id())
    licence = await gateway.read(detail.client_transaction_id, replace(ids, request_id=new_id()))
    if licence.token_status is not TokenStatus.ACTIVATED:
        return await update_status(services, asset_id)
    async with services.store.change() as work:
        asset = await assets.for_change(work, asset_id, locked=True)
        if licence.product_key.last_five != asset.key_last_five:
            raise Refused(
                "Microsoft names another licence key for this transaction than the record has.",
                advice="Returning it could take back a licence that somebody else holds.",
            )
        unsettled = await operations.unsettled_of(work.connection, asset_id)
        refusal = return_again_refusal(asset.facts(unsettled=unsettled is not None))
        if refusal:
            raise Refused(refusal)
        operation = await start(
            services,
            work,
            OperationKind.RETURN,
            asset,
            correlation_id=ids.correlation_id,
            comment=comment,
        )
        await work.commit()
    return await carry_out_return(
        services, gateway, operation, detail.client_transaction_id, repeated=False
    )
