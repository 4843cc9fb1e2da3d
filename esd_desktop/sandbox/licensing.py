"""What may happen to a licence: it is issued, redeemed by its customer, or taken back.

Each refusal is one of the contract's, with its status and code.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from esd_desktop.sandbox import clock
from esd_desktop.sandbox.catalogue import is_served
from esd_desktop.sandbox.licence import Licence, Order, link_of, new_product_key
from esd_desktop.sandbox.state import State


class Refusal(Exception):
    """The service says no. ``code`` is the contract's word for it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class Licensing:
    """The rules of ESD over the sandbox's state."""

    def __init__(self, state: State, link_secret: bytes) -> None:
        self._state = state
        self._link_secret = link_secret

    def issue(self, transaction_id: str, order: Order) -> tuple[bool, Licence]:
        """A licence for this order, and whether it is a new one: the same id and order again give
        the licence they gave before."""
        known = self._state.licences.get(transaction_id)
        if known is not None:
            return False, self._repeated(known, order)
        self._check_for_sale(order)
        issued_at = clock.as_text(clock.now())
        licence = Licence(transaction_id, order.sku, new_product_key(), issued_at, order=order)
        self._state.save_licence(licence, "issue", "api")
        return True, licence

    def read(self, transaction_id: str) -> Licence:
        """The licence as it is now."""
        licence = self._state.licences.get(transaction_id)
        if licence is None:
            words = f"No licence was issued under the transaction id {transaction_id}."
            raise Refusal(404, "LicenceNotFound", words)
        return licence

    def give_back(self, transaction_id: str) -> Licence:
        """Take the licence back; taken back already, it stays as it is."""
        licence = self.read(transaction_id)
        if licence.token_status == "Return Accepted":
            return licence
        if licence.token_status == "Redeemed":
            words = "The licence has been redeemed and can no longer be returned."
            raise Refusal(409, "AlreadyRedeemed", words)
        self._check_return_window(licence)
        returned = licence.returned()
        self._state.save_licence(returned, "return", "api")
        return returned

    def redeem(self, transaction_id: str, activation_date: str | None = None) -> Licence:
        """The customer uses the licence, now or at the moment given."""
        licence = self.read(transaction_id)
        if licence.token_status != "Activated":
            words = f"The licence is {licence.token_status} and cannot be redeemed."
            raise Refusal(409, "NotRedeemable", words)
        moment = clock.from_text(activation_date) if activation_date else clock.now()
        redeemed = licence.redeemed(clock.as_text(moment))
        self._state.save_licence(redeemed, "redeem", "control")
        return redeemed

    def shown(self, licence: Licence) -> dict[str, Any]:
        """The licence in the words of the contract."""
        return {
            "clientTransactionId": licence.transaction_id,
            "sku": licence.sku,
            "productKey": licence.product_key,
            "activationLink": link_of(licence, self._link_secret),
            "tokenStatus": licence.token_status,
            "returnStatus": licence.return_status,
            "activationDate": licence.activation_date,
            "issuedAt": licence.issued_at,
        }

    def _repeated(self, known: Licence, order: Order) -> Licence:
        # One that was put here without being bought knows no more of its order than the SKU.
        same = known.order == order if known.order else known.sku == order.sku
        if not same:
            words = "The transaction id was used before with another body."
            raise Refusal(409, "TransactionConflict", words)
        return known

    def _check_for_sale(self, order: Order) -> None:
        product = self._state.products.get(order.sku)
        if product is None:
            raise Refusal(400, "UnknownSku", f"There is no product {order.sku}.")
        if product.status == "Discontinued":
            raise Refusal(400, "InvalidRequest", f"{order.sku} is discontinued.")
        if not is_served(order.country):
            raise Refusal(400, "InvalidRequest", f"Nothing is sold in {order.country!r}.")

    def _check_return_window(self, licence: Licence) -> None:
        product = self._state.products.get(licence.sku)
        if product is None or product.return_window_days is None:
            return
        end = clock.from_text(licence.issued_at) + timedelta(days=product.return_window_days)
        if clock.now() > end:
            words = f"The licence could be returned until {clock.as_text(end)}."
            raise Refusal(409, "ReturnWindowClosed", words)
