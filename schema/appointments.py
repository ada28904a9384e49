"""Appointments."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema import rules
from schema.base import Node, edge, field, stored
from schema.bills import Bill
from schema.cards import SAME_RESIDENT
from schema.doctors import Doctor
from schema.enums import AppointmentStatus
from schema.institutions import Department, Institution
from schema.money import Money, money
from schema.scalars import DateTime
from schema.slots import Slot

if TYPE_CHECKING:
    from schema.residents import Resident

READ = (("appointment:read",), ("visit:read",))


@stored(view="appointment", letter="B", owned=True, kind="APPOINTMENT", rule=rules.APPOINTMENT, scopes=READ)
class Appointment(Node):
    """A resident's place in a slot."""

    status: AppointmentStatus = field("How far it has come.")
    starts_at: DateTime = field("When it begins.")
    ends_at: DateTime = field("When its slot ends.")
    queue_number: int = field("The place within the slot, from 1.")
    cancellable_until: DateTime = field("Until when it can be cancelled or moved.")
    fee: Money = money("What it costs.", "fee")
    reason: str | None = field("What the resident comes for, in their words: for them and the institution.")
    booked_at: DateTime = field("When it was booked.")
    checked_in_at: DateTime | None = field("When the resident was there.")
    completed_at: DateTime | None = field("When the doctor had seen them.")
    cancelled_at: DateTime | None = field("When it was cancelled.")
    cancel_reason: str | None = field("Why.")
    doctor: Doctor | None = edge("Doctor", "With whom.", on={"key": "{p}.doctor_id"})
    department: Department | None = edge("Department", "In which department.", on={"key": "{p}.department_id"})
    institution: Institution | None = edge("Institution", "Where.", on={"key": "{p}.institution_id"})
    bill: Bill | None = edge("Bill", "The fee, where there is one.", on={**SAME_RESIDENT, "key": "{p}.bill_id"})
    slot: Slot | None = edge("Slot", "The slot.", on={"key": "{p}.slot_id"})
    resident: Annotated["Resident", strawberry.lazy("schema.residents")] | None = edge(
        "Resident", "The patient.", on=SAME_RESIDENT, narrow=rules.RESIDENT_OF_APPOINTMENT
    )
