"""Appointments: a resident's place in a slot."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from db.connection import Connection
from db.slots import Slot
from domain.booking import BookingRules

_COLUMNS = (
    "resident_id, id, slot_id, institution_id, department_id, doctor_id, day, starts_at, ends_at, cancellable_until,"
    " queue_number, fee, status, reason, app_id, booked_at, checked_in_at, completed_at, cancelled_at, cancel_reason,"
    " visit_id, bill_id"
)

FIND = f"select {_COLUMNS} from appointment where resident_id = $1 and id = $2"
# Two bookings of one resident come one after the other; what else refers to the resident does not wait.
LOCK_RESIDENT = (
    "select resident_id, (select array_agg(a.ends_at) from appointment a"
    " where a.resident_id = $1 and a.status = 'NO_SHOW' and a.ends_at >= $2) as missed"
    " from resident where resident_id = $1 for no key update"
)
# $1 the resident, $2 the appointment, $5 its department, $7 its day, $8 and $9 its time.
_HAS_TIME = (
    "not exists (select from appointment a where a.resident_id = $1 and a.id <> $2 and a.status in ('BOOKED', 'CHECKED_IN')"
    " and (a.starts_at < $9 and a.ends_at > $8 or a.department_id = $5 and a.day = $7))"
)
INSERT = (
    "insert into appointment (resident_id, id, slot_id, institution_id, department_id, doctor_id, day, starts_at, ends_at,"
    " cancellable_until, queue_number, fee, bill_id, status, reason, app_id, booked_at)"
    " select $1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::uuid, $7::date, $8::timestamptz, $9::timestamptz,"
    " $10::timestamptz, $11::int, $12::bigint, $13::uuid, $14::text, $15::text, $16::uuid, $17::timestamptz"
    f" where {_HAS_TIME} returning id"
)
MOVE = (
    "update appointment set slot_id = $3, institution_id = $4, department_id = $5, doctor_id = $6, day = $7, starts_at = $8,"
    " ends_at = $9, cancellable_until = $10, queue_number = $11, fee = $12, bill_id = $13"
    f" where resident_id = $1 and id = $2 and status = 'BOOKED' and slot_id = $14 and {_HAS_TIME} returning id"
)
CANCEL = (
    "update appointment set status = 'CANCELLED', cancelled_at = $3, cancel_reason = $4"
    " where resident_id = $1 and id = $2 and status = 'BOOKED' and slot_id = $5 returning id"
)
COMPLETE = (
    "update appointment set status = 'COMPLETED', completed_at = $3"
    " where resident_id = $1 and id = $2 and status = 'CHECKED_IN' returning id"
)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A row. What the slot says is copied; `fee`: fen; `app_id`: through which it was booked; `visit_id`: with which it was checked
    in; `bill_id`: the fee's."""

    resident_id: UUID
    id: UUID
    slot_id: UUID
    institution_id: UUID
    department_id: UUID
    doctor_id: UUID
    day: date
    starts_at: datetime
    ends_at: datetime
    cancellable_until: datetime
    queue_number: int
    fee: int
    status: str
    reason: str | None
    app_id: UUID | None
    booked_at: datetime
    checked_in_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    visit_id: UUID | None = None
    bill_id: UUID | None = None


def of_slot(slot: Slot, rules: BookingRules) -> dict[str, Any]:
    """What an appointment copies of its slot, by column."""
    copied = ("institution_id", "department_id", "doctor_id", "day", "starts_at", "ends_at", "fee")
    until = slot.starts_at - rules.cancel_until
    return {"slot_id": slot.id, "cancellable_until": until, **{name: getattr(slot, name) for name in copied}}


async def find(connection: Connection, resident_id: UUID, id: UUID) -> Appointment | None:
    """The row, or None."""
    row = await connection.fetchrow(FIND, resident_id, id)
    return None if row is None else Appointment(**row)


async def lock_resident(connection: Connection, resident_id: UUID, since: datetime) -> list[datetime] | None:
    """Makes other bookings of the resident wait until the transaction ends: when the appointments ended, since that time, that they
    missed. None when there is no such resident."""
    row = await connection.fetchrow(LOCK_RESIDENT, resident_id, since)
    return None if row is None else row["missed"] or []


async def insert(connection: Connection, row: Appointment) -> bool:
    """Adds it. False when the resident, who is locked, has another one at that time, or with the department on that day."""
    values = (row.status, row.reason, row.app_id, row.booked_at)
    return await connection.fetchval(INSERT, *_where(row), *values) is not None


async def move(connection: Connection, row: Appointment, slot_id: UUID) -> bool:
    """Moves it out of that slot to what the row says. False when it is not booked there any more, or what `insert` says."""
    return await connection.fetchval(MOVE, *_where(row), slot_id) is not None


async def cancel(connection: Connection, row: Appointment, now: datetime, reason: str | None) -> bool:
    """Cancels it; False when it has been moved or is not booked any more since it was read."""
    return await connection.fetchval(CANCEL, row.resident_id, row.id, now, reason, row.slot_id) is not None


async def complete(connection: Connection, resident_id: UUID, id: UUID, now: datetime) -> bool:
    """The patient was seen; False when they were not checked in, or it is known already."""
    return await connection.fetchval(COMPLETE, resident_id, id, now) is not None


def _where(row: Appointment) -> tuple[object, ...]:
    where = (row.slot_id, row.institution_id, row.department_id, row.doctor_id)
    when = (row.day, row.starts_at, row.ends_at, row.cancellable_until)
    return (row.resident_id, row.id, *where, *when, row.queue_number, row.fee, row.bill_id)
