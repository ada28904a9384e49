"""Prescriptions: what a doctor prescribed, how far it is with the pharmacy, and what was handed out."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.enums import HealthRecordKind
from plans.mapping import Order
from schema import rules
from schema.base import Node, argument, edge, field, listed, newest_first, stored
from schema.bills import Bill
from schema.cards import SAME_RESIDENT
from schema.doctors import Doctor
from schema.enums import PrescriptionStatus
from schema.health_record import HealthRecordEntry
from schema.institutions import Institution
from schema.money import Money, money
from schema.scalars import DateTime, Decimal

if TYPE_CHECKING:
    from schema.residents import Resident

READ = (("prescription:read",),)
BY_TIME = newest_first("issued_at")
STATUSES = {"statuses": argument(list[PrescriptionStatus] | None, "Those that have come so far; all when left out.")}
RULE = rules.record(HealthRecordKind.PRESCRIPTION, needed="{t}.in_use", pharmacy=True)
DISPENSED = rules.record(HealthRecordKind.PRESCRIPTION, pharmacy=True)


@stored(view="prescription_item", letter="i", owned=True, kind="PRESCRIPTION", rule=RULE, scopes=READ)
class PrescriptionItem(Node):
    """A medicine of a prescription."""

    code: str | None = field("The institution's code of it.")
    medicine: str = field("What it is called.")
    dose: str = field("How much of it at a time.")
    route: str = field("How it is taken.")
    frequency: str = field("How often.")
    days: int = field("For how many days.")
    quantity: Decimal = field("How much of it was prescribed.")
    unit: str = field("Of which unit.")
    unit_price: Money = money("What one of it costs.", "unit_price")
    dispensed: Decimal = field("How much of it was handed out.")
    remaining: Decimal = field("How much of it was not.")


@stored(view="dispensing", letter="s", owned=True, kind="PRESCRIPTION", rule=DISPENSED, scopes=READ)
class Dispensing(Node):
    """Something was handed out, to the resident or to who came in their place."""

    quantity: Decimal = field("How much.")
    dispensed_at: DateTime = field("When.")
    delegate_name: str | None = field("Who came in the resident's place, where somebody did.")
    item: PrescriptionItem | None = edge("PrescriptionItem", "Of what.", on={**SAME_RESIDENT, "key": "{p}.item_id"})


@stored(view="prescription", letter="p", owned=True, kind="PRESCRIPTION", rule=RULE, scopes=READ)
class Prescription(HealthRecordEntry):
    """What a doctor prescribed, to be paid and collected at a pharmacy until it expires."""

    status: PrescriptionStatus = field("How far it has come.")
    issued_at: DateTime = field("When it was prescribed.")
    expires_at: DateTime = field("Until when it can be collected.")
    ready_at: DateTime | None = field("Since when the pharmacy has it ready.")
    ended_at: DateTime | None = field("When all of it was handed out, or when it was cancelled or expired.")
    cancel_reason: str | None = field("Why it was cancelled.")
    pharmacy: Institution | None = edge("Institution", "Where it is collected.", on={"key": "{p}.pharmacy_id"})
    doctor: Doctor | None = edge("Doctor", "Who prescribed it.", on={"key": "{p}.doctor_id"})
    items: list[PrescriptionItem] = listed(
        "PrescriptionItem",
        "The medicines, in the order of the doctor.",
        on={**SAME_RESIDENT, "prescription_id": "{p}.key"},
        order=Order(("position",), ("int",)),
    )
    bill: Bill | None = edge("Bill", "What it costs, where it costs anything.", on={**SAME_RESIDENT, "key": "{p}.bill_id"})
    dispensings: list[Dispensing] = listed(
        "Dispensing",
        "What was handed out, newest first; for the resident, carers, the doctor's institution and the pharmacy.",
        on={**SAME_RESIDENT, "prescription_id": "{p}.key"},
        order=newest_first("dispensed_at"),
    )
    resident: Annotated["Resident", strawberry.lazy("schema.residents")] | None = edge(
        "Resident",
        "For whom; for institutions while they are here, for the pharmacy while it waits for them, and the name alone.",
        on=SAME_RESIDENT,
        narrow=rules.RESIDENT_OF_BILL,
    )
