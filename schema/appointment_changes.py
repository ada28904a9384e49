"""How appointments are booked, cancelled and moved: inputs, payloads and mutations."""

import strawberry

from resolvers import appointments
from schema.appointments import Appointment
from schema.base import made
from schema.changes import change, payload

WRITE = (("appointment:write",),)


@strawberry.input(description="A place in a slot. reason: what the resident comes for, at most 200 characters.")
class BookAppointmentInput:
    slot_id: strawberry.ID
    idempotency_key: str
    resident_id: strawberry.ID | None = strawberry.UNSET
    reason: str | None = strawberry.UNSET


@payload
class BookAppointmentPayload:
    """The appointment, with its bill where it costs something."""

    appointment: Appointment | None = made("Appointment", "The appointment.")


@strawberry.input(description="An appointment that is not needed.")
class CancelAppointmentInput:
    appointment_id: strawberry.ID
    reason: str | None = strawberry.UNSET


@payload
class CancelAppointmentPayload:
    """The appointment, cancelled; its bill is cancelled, or what was paid is given back."""

    appointment: Appointment | None = made("Appointment", "The appointment.")


@strawberry.input(description="Another slot for an appointment.")
class RescheduleAppointmentInput:
    appointment_id: strawberry.ID
    slot_id: strawberry.ID


@payload
class RescheduleAppointmentPayload:
    """The appointment in its new slot. Its bill stays where institution and fee do."""

    appointment: Appointment | None = made("Appointment", "The appointment.")


@strawberry.type
class AppointmentChanges:
    book_appointment: BookAppointmentPayload | None = change(
        appointments.book_appointment, BookAppointmentInput, "Books a place in a slot.", scopes=WRITE
    )
    cancel_appointment: CancelAppointmentPayload | None = change(
        appointments.cancel_appointment,
        CancelAppointmentInput,
        "Gives the place up. It returns at a time that is drawn, to nobody whom one could choose.",
        scopes=WRITE,
    )
    reschedule_appointment: RescheduleAppointmentPayload | None = change(
        appointments.reschedule_appointment,
        RescheduleAppointmentInput,
        "Moves the appointment to another slot, or leaves everything as it is. The old place returns as after cancelling.",
        scopes=WRITE,
    )
