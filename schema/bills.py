"""Bills: what care costs, what the insurance fund pays of it, and what is left."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from plans.mapping import Order
from schema import rules
from schema.base import Node, edge, field, listed, newest_first, stored
from schema.cards import SAME_RESIDENT
from schema.enums import BillKind, BillStatus, CareSetting
from schema.institutions import Institution
from schema.money import Money, money
from schema.scalars import DateTime, Decimal

if TYPE_CHECKING:
    from schema.payments import Payment
    from schema.refunds import Refund
    from schema.residents import Resident

READ = (("bill:read",), ("payment:read",))
BY_TIME = newest_first("issued_at")


@stored(view="bill_item", owned=True, kind="BILL", rule=rules.BILL_ITEM, scopes=READ)
class BillItem:
    """A line of a bill."""

    code: str = field("The institution's code of what it is.")
    name: str = field("What it is.")
    quantity: Decimal = field("How much of it.")
    unit: str | None = field("Of which unit.")
    unit_price: Money = money("What one of it costs.", "unit_price")
    amount: Money = money("What the line comes to: quantity by unit price, rounded half up to the fen.", "amount")


@stored(view="bill", letter="G", owned=True, kind="BILL", rule=rules.BILL, scopes=READ)
class Bill(Node):
    """What care at an institution costs. Payment apps see the amounts and the institution, and nothing of what it was for."""

    number: str = field("The institution's number, or the platform's of a bill that it issues itself.")
    status: BillStatus = field("What is paid of it.")
    kind: BillKind | None = field("What it is for; null for payment apps.")
    care_setting: CareSetting | None = field("In which setting; null for payment apps.")
    issued_at: DateTime = field("When it was issued.")
    paid_at: DateTime | None = field("When it was paid.")
    cancelled_at: DateTime | None = field("When it was cancelled.")
    cancel_reason: str | None = field("Why; null for payment apps.")
    total: Money = money("The sum of the lines.", "total")
    insured: Money = money("What the insurance fund pays of it.", "insured")
    self_paid: Money = money("What is left for the resident: total less insured.", "self_paid")
    deposited: Money = money("What deposits of the stay have paid of the self-paid part before.", "deposited")
    payable: Money = money("What a payment asks for: self-paid less deposited.", "payable")
    refunded: Money = money("What has gone back of the self-paid part.", "refunded")
    items: list[BillItem] = listed(
        "BillItem",
        "The lines, in the order of the institution; none for payment apps.",
        on={**SAME_RESIDENT, "bill_id": "{p}.key"},
        order=Order(("key",), ("int",)),
    )
    institution: Institution | None = edge("Institution", "Who is paid.", on={"key": "{p}.institution_id"})
    resident: Annotated["Resident", strawberry.lazy("schema.residents")] | None = edge(
        "Resident",
        "Who was cared for; for institutions while they are here, and the name alone.",
        on=SAME_RESIDENT,
        narrow=rules.RESIDENT_OF_BILL,
    )

    payment: Annotated["Payment", strawberry.lazy("schema.payments")] | None = edge(
        "Payment", "The payment that pays it, or would.", on={**SAME_RESIDENT, "key": "{p}.payment_id"}
    )
    refunds: list[Annotated["Refund", strawberry.lazy("schema.refunds")]] = listed(
        "Refund",
        "What has gone back of it, or will, newest first.",
        on={**SAME_RESIDENT, "bill_id": "{p}.key"},
        order=newest_first("requested_at"),
    )


@stored(view="payer", owned=True, kind="IDENTITY", rule=rules.PAYER, scopes=(("payment:read",),))
class Payer:
    """Whose PAY code a payment app has scanned."""

    name_masked: str = field("The first and the last character of the name: 王*明.")
