"""Stays in hospital: where the patient lies, what was charged, and what is left of the deposits."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from plans.mapping import Order
from schema import rules
from schema.base import Connection, Node, argument, connection, edge, field, listed, newest_first, stored
from schema.bills import BY_TIME as BILLS_BY_TIME
from schema.bills import Bill
from schema.cards import SAME_RESIDENT
from schema.enums import AdmissionStatus
from schema.health_record import READ, HealthRecordEntry
from schema.money import Money, money
from schema.refunds import BY_TIME as REFUNDS_BY_TIME
from schema.refunds import Refund
from schema.scalars import Date, DateTime, Decimal

if TYPE_CHECKING:
    from schema.residents import Resident

BY_TIME = newest_first("admitted_at")
OF_MONEY = (("record:read", "bill:read"),)


@stored(view="inpatient_charge", letter="h", owned=True, kind="BILL", rule=rules.INPATIENT_CHARGE, scopes=(("bill:read",),))
class InpatientCharge(Node):
    """A line of the daily list of a stay in hospital."""

    charged_on: Date = field("Of which day.")
    code: str = field("The institution's code of what it is.")
    name: str = field("What it is.")
    quantity: Decimal = field("How much of it; below nothing where it takes back what was charged.")
    unit_price: Money = money("What one of it costs.", "unit_price")
    amount: Money = money("What the line comes to: all lines of one code and price together are rounded once.", "amount")


@stored(view="admission", letter="n", owned=True, kind="RECORD", rule=rules.ADMISSION, scopes=READ)
class Admission(HealthRecordEntry):
    """A stay in hospital. Its money is for the resident, carers with BILLS, and the institution."""

    status: AdmissionStatus = field("Whether the patient is there still.")
    ward: str = field("On which ward.")
    bed: str = field("In which bed.")
    admitted_at: DateTime = field("When it began.")
    discharged_at: DateTime | None = field("When it ended.")
    summary: str | None = field("What was done, and what is to follow.")
    balance: Money | None = money(
        "What is left of the paid deposits: below nothing, that much is owed. After the discharge: what is still owed of the final"
        " bill, and what did not go back yet because a refund failed.",
        "balance",
        OF_MONEY,
    )
    deposit_low: bool | None = field("Whether so little is left of the paid deposits that another one is needed.", scopes=OF_MONEY)
    charges: Connection[InpatientCharge] = connection(
        "InpatientCharge",
        "The daily lists, the newest day first.",
        on={**SAME_RESIDENT, "admission_id": "{p}.key"},
        order=Order(("charged_on", "key"), ("date", "uuid"), descending=True),
        args={"date": argument(Date | None, "Of this day alone.")},
        where={"date": "{t}.charged_on = {value}"},
        scopes=OF_MONEY,
    )
    deposit_bills: list[Bill] = listed(
        "Bill",
        "The bills of the deposits, newest first.",
        on={**SAME_RESIDENT, "admission_id": "{p}.key"},
        always="{t}.kind = 'DEPOSIT'",
        order=BILLS_BY_TIME,
        scopes=OF_MONEY,
    )
    final_bill: Bill | None = edge(
        "Bill",
        "What the stay has cost, once it is over, where it has cost anything.",
        on={**SAME_RESIDENT, "key": "{p}.final_bill_id"},
        scopes=OF_MONEY,
    )
    deposit_refunds: list[Refund] = listed(
        "Refund",
        "What has gone back of the deposits, or will, newest first.",
        on={**SAME_RESIDENT, "deposit_of": "{p}.key"},
        order=REFUNDS_BY_TIME,
        scopes=OF_MONEY,
    )
    resident: Annotated["Resident", strawberry.lazy("schema.residents")] | None = edge(
        "Resident",
        "Who is the patient; for institutions while they are here.",
        on=SAME_RESIDENT,
        narrow=rules.RESIDENT_OF_APPOINTMENT,
    )
