"""How bills come and go, and how a payment app gets to see them: inputs, payloads and mutations."""

import strawberry

from plans.mapping import Many
from resolvers import bills
from schema.base import made, provided
from schema.bills import Bill, Payer
from schema.changes import change, payload
from schema.scalars import DateTime, Decimal

WRITE = (("bill:write",),)
PAY = (("payment:write",),)


@strawberry.input(description="A line: at most four places of the quantity, two of the price.")
class BillItemInput:
    code: str
    name: str
    quantity: Decimal
    unit_price: Decimal
    unit: str | None = strawberry.UNSET


@strawberry.input(
    description="What was done in a visit, at most 200 lines. insured: the part of the total that the insurance fund pays."
)
class IssueBillInput:
    visit_id: strawberry.ID
    number: str
    items: list[BillItemInput]
    insured: Decimal
    idempotency_key: str


@payload
class IssueBillPayload:
    """The bill, new or as it is now."""

    bill: Bill | None = made("Bill", "The bill.")


@strawberry.input(description="A bill that nobody has begun to pay.")
class CancelBillInput:
    bill_id: strawberry.ID
    reason: str


@payload
class CancelBillPayload:
    """The bill, cancelled."""

    bill: Bill | None = made("Bill", "The bill.")


@strawberry.input(description="A PAY code that the payer shows.")
class OpenBillsForCodeInput:
    code: str


@payload
class OpenBillsForCodePayload:
    """What is to be paid, newest first, at most 100 bills."""

    payer: Payer | None = made("Payer", "Who shows the code.")
    expires_at: DateTime | None = provided("Until when the app may start payments for them.", "expires_at")
    bills: list[Bill] | None = made("Bill", "The bills.", Many.LIST)


@strawberry.type
class BillChanges:
    issue_bill: IssueBillPayload | None = change(
        bills.issue_bill,
        IssueBillInput,
        "A bill for what was done in a visit. The same number with the same content is the same bill again.",
        scopes=WRITE,
    )
    cancel_bill: CancelBillPayload | None = change(
        bills.cancel_bill, CancelBillInput, "Cancels an unpaid bill; a paid one is refunded.", scopes=WRITE
    )
    open_bills_for_code: OpenBillsForCodePayload | None = change(
        bills.open_bills_for_code,
        OpenBillsForCodeInput,
        "Lets a payment app see and pay what is open for whoever shows it a PAY code.",
        scopes=PAY,
    )
