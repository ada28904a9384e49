"""How money goes back: inputs, payloads and mutations."""

import strawberry

from resolvers import refunds
from schema.base import made
from schema.changes import change, payload
from schema.refunds import Refund
from schema.scalars import Decimal


@strawberry.input(description="What goes back of a paid bill; what is left of its self-paid part when amount is left out.")
class RefundBillInput:
    bill_id: strawberry.ID
    amount: Decimal | None = strawberry.UNSET
    reason: str
    idempotency_key: str


@payload
class RefundBillPayload:
    """The refund, which the provider still has to make."""

    refund: Refund | None = made("Refund", "The refund.")


@strawberry.input(description="What goes back of a payment. billId: of which bill, where the payment covers several.")
class RefundPaymentInput:
    payment_id: strawberry.ID
    bill_id: strawberry.ID | None = strawberry.UNSET
    amount: Decimal
    reason: str
    idempotency_key: str


@payload
class RefundPaymentPayload:
    """The refund, which the provider still has to make."""

    refund: Refund | None = made("Refund", "The refund.")


@strawberry.type
class RefundChanges:
    refund_bill: RefundBillPayload = change(
        refunds.refund_bill,
        RefundBillInput,
        "Gives back what was paid for the institution's own bill, through the original payment.",
        scopes=(("bill:write",),),
    )
    refund_payment: RefundPaymentPayload = change(
        refunds.refund_payment,
        RefundPaymentInput,
        "Gives back what the payment app carried. Two equal refunds with two keys are two refunds.",
        scopes=(("payment:write",),),
    )
