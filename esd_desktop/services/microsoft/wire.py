"""The ESD service's JSON, and ours: what is read strictly, and told without its content.

Fields that are not known are ignored. A missing field, a wrong type, an unknown status or another
licence than the one asked for is an AnswerNotUnderstood, which names the field and never holds a
value: an answer carries a key and a link.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

from esd_desktop.models.licence import LicenceAnswer, ProductAnswer, Purchase
from esd_desktop.models.statuses import ReturnStatus, TokenStatus, Word
from esd_desktop.models.values import ActivationLink, Money, ProductKey
from esd_desktop.services.microsoft.errors import AnswerNotUnderstood, StrangeStatus

Shape = TypeVar("Shape", bound=BaseModel)
# Not empty, and more than space; as long as anything that is meant.
Text = Annotated[str, Field(pattern=r"\S", max_length=300)]
Code = Annotated[str, Field(pattern=r"\S", max_length=64)]
UnitType = Annotated[str, Field(pattern=r"\S", max_length=50)]
_DEAREST = Decimal(10) ** 9
_YEARS = range(2000, 2200)


def _plausible(moment: datetime) -> datetime:
    """A year at the end of time could not be reckoned with."""
    if moment.year not in _YEARS:
        raise ValueError("no year of ours")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_plausible)]


def purchase_body(purchase: Purchase) -> dict[str, str]:
    """What is sent to buy one licence."""
    return {
        "clientTransactionId": purchase.client_transaction_id,
        "sku": purchase.sku,
        "country": purchase.country,
        "language": purchase.language,
        "orderReference": purchase.order_reference,
    }


def licence(content: bytes, transaction_id: str) -> LicenceAnswer:
    """The licence in an answer. Raises AnswerNotUnderstood, also where it is another licence."""
    about = f"Microsoft's answer about the licence {transaction_id} could not be understood"
    shape = _read(_Licence, content, about)
    # A GUID is the same in capitals.
    if shape.client_transaction_id.casefold() != transaction_id.casefold():
        raise _not_understood(about, "it is about another licence")
    return shape.answer(transaction_id)


def page(content: bytes) -> tuple[list[ProductAnswer], str | None]:
    """A page of the catalogue, and the token that continues it; None on the last page."""
    about = "Microsoft's catalogue could not be understood"
    shape = _read(_Page, content, about)
    return [item.answer() for item in shape.items], shape.continuation_token


def refusal(content: bytes) -> tuple[str | None, str | None]:
    """The code and the message of an error's body; None for what it does not have. A gateway in
    front writes other bodies, so nothing is expected here."""
    try:
        body = _Refusal.model_validate_json(content)
    except ValidationError:
        return None, None
    return body.code, body.message


class _Wire(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="ignore", alias_generator=to_camel, hide_input_in_errors=True
    )


class _Price(_Wire):
    amount: Text
    currency: Text

    @property
    def money(self) -> Money:
        return Money.parse(self.amount, self.currency)

    @model_validator(mode="after")
    def _is_money(self) -> _Price:
        price = Money.parse(self.amount, self.currency).amount
        # As exact as the store keeps it, and never more than can be meant.
        if not 0 <= price < _DEAREST or price != round(price, 4):
            raise ValueError("no price")
        return self


class _Product(_Wire):
    sku: Code
    name: Text
    description: str
    unit_type: UnitType
    price: _Price
    return_window_days: Annotated[int, Field(ge=0, le=36_500)] | None
    status: Literal["Available", "Discontinued"]

    def answer(self) -> ProductAnswer:
        return ProductAnswer(
            sku=self.sku,
            name=self.name,
            description=self.description,
            unit_type=self.unit_type,
            price=self.price.money,
            return_window_days=self.return_window_days,
            available=self.status == "Available",
        )


class _Page(_Wire):
    items: list[_Product]
    continuation_token: str | None


def _spelled(words: type[Word]) -> BeforeValidator:
    """Outside spellings vary; ours is one."""

    def parse(value: Any) -> Word:
        if not isinstance(value, str):
            raise ValueError("not text")
        return words.parse(value)

    return BeforeValidator(parse)


class _Licence(_Wire):
    client_transaction_id: Text
    sku: Text
    product_key: Text
    activation_link: str | None = None
    token_status: Annotated[TokenStatus, _spelled(TokenStatus)]
    return_status: Annotated[ReturnStatus, _spelled(ReturnStatus)]
    activation_date: Moment | None
    issued_at: Moment

    def answer(self, transaction_id: str) -> LicenceAnswer:
        activated = self.activation_date
        return LicenceAnswer(
            client_transaction_id=transaction_id,
            sku=self.sku,
            product_key=ProductKey.parse(self.product_key),
            activation_link=ActivationLink(self.activation_link) if self.activation_link else None,
            token_status=self.token_status,
            return_status=self.return_status,
            activation_date=activated.astimezone(UTC) if activated else None,
            issued_at=self.issued_at.astimezone(UTC),
        )


class _Refusal(BaseModel):
    code: str | None = None
    message: str | None = None


def _read(shape: type[Shape], content: bytes, about: str) -> Shape:
    try:
        return shape.model_validate_json(content)
    except ValidationError as error:
        flaw = _flaw(error)
        kind = StrangeStatus if _names_a_strange_status(error) else AnswerNotUnderstood
    # Outside the handler, so that the validation error, which holds the answer, goes no further.
    raise _not_understood(about, flaw, kind)


def _not_understood(
    about: str, flaw: str, kind: type[AnswerNotUnderstood] = AnswerNotUnderstood
) -> AnswerNotUnderstood:
    return kind(f"{about}: {flaw}.", advice=kind.what_to_do)


def _names_a_strange_status(error: ValidationError) -> bool:
    """Whether all that is odd is a status that was never agreed."""
    flaws = error.errors(include_url=False, include_context=False, include_input=False)
    return all(flaw["loc"] in _STATUSES and flaw["type"] in _STRANGE for flaw in flaws)


def _flaw(error: ValidationError) -> str:
    """Where and how it is wrong, without the value that is there."""
    first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    if first["type"] == "json_invalid":
        return "it is not in the form that was agreed"
    name = ".".join(str(part) for part in first["loc"])
    how = _HOW.get(first["type"], "has the wrong type")
    return f"{name} {how}" if name else "it is not in the form that was agreed"


_STATUSES = (("tokenStatus",), ("returnStatus",))
_STRANGE = ("value_error", "literal_error")
_HOW = {
    "missing": "is missing",
    "value_error": "has an unknown value",
    "literal_error": "has an unknown value",
    "string_pattern_mismatch": "is empty",
    "string_too_long": "is too long",
    "greater_than_equal": "has an unknown value",
    "less_than_equal": "has an unknown value",
    "timezone_aware": "has no time zone",
}
