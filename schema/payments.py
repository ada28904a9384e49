"""Payments: how they are paid, and how far they have come."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from plans.mapping import Order
from schema import rules
from schema.base import Node, edge, embedded, field, listed, newest_first, stored
from schema.cards import SAME_RESIDENT
from schema.enums import PaymentFlow, PaymentMethod, PaymentStatus
from schema.institutions import Institution
from schema.money import Money, money
from schema.refunds import BY_TIME as BY_REQUEST
from schema.refunds import Refund
from schema.scalars import JSON, DateTime

if TYPE_CHECKING:
    from schema.bills import Bill

READ = (("payment:read",),)
BY_TIME = newest_first("started_at")


@stored(rule=rules.NOBODY, embedded={"codeUrl": "({c} ->> 'codeUrl')", "parameters": "({c} -> 'parameters')"})
class PaymentInstructions:
    """How the payer pays."""

    code_url: str | None = field("What the QR code to scan holds, or the address where a browser pays.")
    parameters: JSON | None = field("What the provider's own kit takes, as the provider gave it.")


@stored(view="payment", letter="Y", owned=True, kind="PAYMENT", rule=rules.PAYMENT, scopes=READ)
class Payment(Node):
    """Money for one or several bills of one resident at one institution, through one provider."""

    status: PaymentStatus = field(
        "PENDING until the provider has told how it ended. Money that comes late makes any other SUCCEEDED."
    )
    method: PaymentMethod = field("Who carries the money.")
    flow: PaymentFlow = field("Where the payer pays.")
    amount: Money = money("What is to be paid.", "amount")
    refunded: Money = money("What has gone back of it.", "refunded")
    started_at: DateTime = field("When it was started.")
    expires_at: DateTime = field("Until when it can be paid.")
    paid_at: DateTime | None = field("When it was paid, as the provider says.")
    failure_reason: str | None = field("Why it failed, in the provider's words, or what people must look at.")
    provider_reference: str | None = field("The provider's own number of it.")
    instructions: PaymentInstructions | None = embedded(
        "How to pay; null until the provider has the order, and once it is over.", "instructions"
    )
    bills: list[Annotated["Bill", strawberry.lazy("schema.bills")]] = listed(
        "Bill",
        "What it pays, or would.",
        on=SAME_RESIDENT,
        always="exists (select from public.payment_bill x where x.resident_id = {owner} and x.payment_id = {p}.key"
        " and x.bill_id = {t}.key)",
        order=Order(("key",), ("uuid",)),
    )
    refunds: list[Refund] = listed(
        "Refund", "What goes back of it, newest first.", on={**SAME_RESIDENT, "payment_id": "{p}.key"}, order=BY_REQUEST
    )
    institution: Institution | None = edge("Institution", "Who is paid.", on={"key": "{p}.institution_id"})


@strawberry.input(description="Which payments; all conditions hold together.")
class PaymentFilter:
    method: PaymentMethod | None = strawberry.field(default=strawberry.UNSET, description="Carried by this provider.")
    status: PaymentStatus | None = strawberry.field(default=strawberry.UNSET, description="With this status.")
    from_: DateTime | None = strawberry.field(default=strawberry.UNSET, name="from", description="Started then or later.")
    to: DateTime | None = strawberry.field(default=strawberry.UNSET, description="Started before.")


FILTERS = {
    "filter.method": "{t}.method = {value}",
    "filter.status": "{t}.status = {value}",
    "filter.from": "{t}.started_at >= {value}",
    "filter.to": "{t}.started_at < {value}",
}
