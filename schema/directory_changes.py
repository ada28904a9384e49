"""What an institution publishes of itself: departments, doctors, schedules."""

import strawberry

from plans.mapping import Many
from resolvers import directory, schedules
from schema.appointments import Appointment
from schema.base import made
from schema.changes import change, payload
from schema.institutions import Department
from schema.scalars import DateTime, Decimal
from schema.slots import Slot

WRITE = (("directory:write",),)


@strawberry.input(description="A department, matched by the institution's own code. One that is not active is hidden.")
class DepartmentInput:
    code: str
    name: str
    active: bool | None = True


@strawberry.input(description="A doctor, matched by the institution's own code. One who is not active is hidden.")
class DoctorInput:
    code: str
    name: str
    title: str
    department_code: str
    speciality: str | None = strawberry.UNSET
    active: bool | None = True


@strawberry.input(description="What is left out stays as it is.")
class PublishDirectoryInput:
    departments: list[DepartmentInput]
    doctors: list[DoctorInput]


@payload
class PublishDirectoryPayload:
    """The departments of the input, and those of its doctors."""

    departments: list[Department] | None = made("Department", "The departments.", Many.LIST)


@strawberry.input(
    description="A session, cut into slots of slotMinutes, each with this capacity and fee. Minutes that are too few stay free."
)
class ClinicSessionInput:
    starts_at: DateTime
    ends_at: DateTime
    slot_minutes: int
    capacity: int
    fee: Decimal


@strawberry.input(description="Sessions of a doctor in a department: at most 100, with at most 500 slots.")
class PublishScheduleInput:
    department_id: strawberry.ID
    doctor_id: strawberry.ID
    sessions: list[ClinicSessionInput]


@payload
class PublishSchedulePayload:
    """All slots of the sessions, those that were there already too."""

    slots: list[Slot] | None = made("Slot", "The slots, in the order of the sessions.", Many.LIST)


@strawberry.input(description="Slots to withdraw, at most 100, and why: people are told.")
class WithdrawSlotsInput:
    slot_ids: list[strawberry.ID]
    reason: str


@payload
class WithdrawSlotsPayload:
    """The slots, and what was booked of them."""

    slots: list[Slot] | None = made("Slot", "The slots.", Many.LIST)
    cancelled_appointments: list[Appointment] | None = made("Appointment", "What this has cancelled.", Many.LIST)


@strawberry.type
class DirectoryChanges:
    publish_directory: PublishDirectoryPayload | None = change(
        directory.publish_directory, PublishDirectoryInput, "Adds and changes departments and doctors.", scopes=WRITE
    )
    publish_schedule: PublishSchedulePayload | None = change(
        schedules.publish_schedule,
        PublishScheduleInput,
        "Opens slots for booking. The same doctor and time again changes nothing.",
        scopes=WRITE,
    )
    withdraw_slots: WithdrawSlotsPayload | None = change(
        schedules.withdraw_slots,
        WithdrawSlotsInput,
        "Closes slots, cancels what is booked of them, and tells the people.",
        scopes=WRITE,
    )
