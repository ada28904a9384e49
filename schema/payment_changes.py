"""What can be done with payments: inputs, payloads and mutations."""

import strawberry

from resolvers import payments
from schema.base import made
from schema.changes import change, payload
from schema.enums import PaymentFlow, PaymentMethod
from schema.payments import Payment

WRITE = (("payment:write",),)


@strawberry.input(
    description="Bills of one resident at one institution. payerReference: the payer at the provider (WeChat's openid), for"
    " MINI_PROGRAM. returnUrl: where a browser goes afterwards."
)
class StartPaymentInput:
    bill_ids: list[strawberry.ID]
    method: PaymentMethod
    idempotency_key: str
    flow: PaymentFlow | None = PaymentFlow.QR_CODE
    payer_reference: str | None = strawberry.UNSET
    return_url: str | None = strawberry.UNSET


@payload
class StartPaymentPayload:
    """The payment, before the provider has heard of it."""

    payment: Payment | None = made("Payment", "The payment. Its instructions come; poll it or listen to paymentUpdated.")


@strawberry.input(description="Which payment to cancel.")
class CancelPaymentInput:
    payment_id: strawberry.ID


@payload
class CancelPaymentPayload:
    """The payment as it is now."""

    payment: Payment | None = made("Payment", "The payment.")


@strawberry.type
class PaymentChanges:
    start_payment: StartPaymentPayload | None = change(
        payments.start_payment, StartPaymentInput, "Pays bills through a provider; answers before the provider does.", scopes=WRITE
    )
    cancel_payment: CancelPaymentPayload | None = change(
        payments.cancel_payment,
        CancelPaymentInput,
        "Frees the bills for another method. Money that is already on its way still counts: then the payment ends as SUCCEEDED.",
        scopes=WRITE,
    )
