"""What a mail speaks of: gathered from the store for the mail that goes, and for its preview."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from esd_desktop.models.mail_rows import TemplateRow
from esd_desktop.models.request_rows import RequestRow
from esd_desktop.models.rows import AssetDetail
from esd_desktop.models.store import accounts, asset_details, requests, templates
from esd_desktop.services.context import Services
from esd_desktop.services.mail.kinds import MASKED_KEY, MASKED_LINK, WELCOME, kind_of
from esd_desktop.services.mail.languages import day_in, shipped, wanted
from esd_desktop.services.mail.render import MailText
from esd_desktop.services.open_secrets import OpenedSecrets
from esd_desktop.services.shared_settings import setting_texts


class MailFacts(Struct, frozen=True):
    """``language`` is the customer's; ``made`` what staff made of the template, by language;
    ``request`` the request to cancel that the mail tells of, where there is one."""

    template: str
    asset: AssetDetail
    language: str | None
    request: RequestRow | None
    seller: str
    made: Mapping[str, TemplateRow]


async def mail_facts(
    services: Services, template: str, asset_id: int, request_id: int | None
) -> MailFacts:
    """The facts for a template and an asset. Raises NotFound."""
    kind_of(template)
    settings = await setting_texts(services)
    async with services.store.read() as connection:
        asset = await asset_details.one(connection, asset_id)
        customer = await accounts.one(connection, asset.customer_id)
        request = await requests.one(connection, request_id) if request_id else None
        made = await templates.made_for(connection, template)
    seller = settings["company.name"] or settings["mail.sender"]
    return MailFacts(template, asset, customer.language, request, seller, made)


def chosen_text(facts: MailFacts, language: str | None = None) -> tuple[str, MailText]:
    """The text for a language, the customer's without one, and the language that was found: in each
    language what staff made goes before what was shipped."""
    return text_for(facts.template, facts.made, language or facts.language)


def text_for(
    template: str, made: Mapping[str, TemplateRow], language: str | None
) -> tuple[str, MailText]:
    """The same, of what staff made of the template."""
    for one in wanted(language):
        own = made.get(one)
        text = MailText(own.subject, own.text, own.html) if own else shipped(template, one)
        if text is not None:
            return one, text
    raise AssertionError("every template is shipped in the last resort's language")


def words(facts: MailFacts, language: str, secrets: OpenedSecrets | None) -> dict[str, str | None]:
    """The template's variables for a text of this language; without secrets the key and the link
    are masked. Where the mail tells of no request there are samples in its place."""
    asset, request = facts.asset, facts.request
    found: dict[str, str | None] = {
        "customer": asset.customer,
        "product": asset.product,
        "order_number": asset.order_number,
        "order_date": day_in(language, asset.purchase_date),
        "seller": facts.seller,
    }
    if facts.template == WELCOME:
        return found | _key_and_link(asset, secrets)
    if request is None:
        samples = {one.name: one.sample for one in kind_of(facts.template).variables}
        return samples | found
    return found | {
        "requester": request.requested_by,
        "request_comment": request.comment,
        "instructions": request.instructions,
        "decision_comment": request.decision_comment,
        "reason": request.outcome,
        "credit_number": request.credit_number,
    }


def _key_and_link(asset: AssetDetail, secrets: OpenedSecrets | None) -> dict[str, str | None]:
    if secrets is None:
        return {"key": asset.masked_key or MASKED_KEY, "link": MASKED_LINK}
    link = secrets.link.reveal() if secrets.link else None
    return {"key": secrets.key.reveal(), "link": link}
