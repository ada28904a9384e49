"""Refunds: what goes back of a payment."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema import rules
from schema.base import Node, edge, field, newest_first, stored
from schema.cards import SAME_RESIDENT
from schema.enums import RefundStatus
from schema.money import Money, money
from schema.scalars import DateTime

if TYPE_CHECKING:
    from schema.bills import Bill
    from schema.payments import Payment

READ = (("payment:read",),)
BY_TIME = newest_first("requested_at")


@stored(view="refund", letter="U", owned=True, kind="PAYMENT", rule=rules.PAYMENT, scopes=READ)
class Refund(Node):
    """A part of what was paid for a bill goes back, the way it came."""

    status: RefundStatus = field("PENDING until the provider has told how it ended.")
    amount: Money = money("How much.", "amount")
    reason: str = field("Why, in the words of who asked for it.")
    requested_at: DateTime = field("When it was asked for.")
    succeeded_at: DateTime | None = field("When the provider gave it back.")
    failure_reason: str | None = field("Why the provider would not.")
    provider_reference: str | None = field("The provider's own number of it.")
    payment: Annotated["Payment", strawberry.lazy("schema.payments")] | None = edge(
        "Payment", "The payment.", on={**SAME_RESIDENT, "key": "{p}.payment_id"}
    )
    bill: Annotated["Bill", strawberry.lazy("schema.bills")] | None = edge(
        "Bill", "The bill that it had paid.", on={**SAME_RESIDENT, "key": "{p}.bill_id"}
    )
