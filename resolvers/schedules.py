"""When an institution's doctors see patients: sessions cut into slots, and slots that it withdraws."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from db import appointments, departments, doctors, fees, residents, slot_places, slots
from db.appointments import Appointment
from db.doctors import Doctor
from db.slot_places import Place
from db.slots import Slot
from domain.ids import Key
from domain.money import fen
from domain.notifications import NotificationEvent
from domain.refunds import RequestedBy
from domain.refusals import InvalidInput, NotFound, TooLate
from domain.slots import (
    MOST_SESSIONS,
    MOST_SLOTS,
    Published,
    Session,
    Span,
    check_apart,
    check_session,
    cut,
    new_spans,
    slot_id,
)
from domain.times import shanghai_day
from resolvers.audit import record
from resolvers.inputs import DEPARTMENT, DOCTOR, SLOT, read_id, read_text
from resolvers.notifications import tell
from resolvers.people import signed_in_institution
from resolvers.transaction import Made, Transaction

MOST_WITHDRAWN = 100
LONGEST_REASON = 200


async def publish_schedule(tx: Transaction, *, department_id: str, doctor_id: str, sessions: Sequence[Mapping[str, Any]]) -> Made:
    """The sessions' slots, in the order given. A slot of the same doctor and time that is there already stays as it is, withdrawn
    or not, whatever fee and capacity are given. Raises Forbidden, InvalidInput, NotFound; Conflict for an overlap with another slot
    of the doctor; TooLate for a new slot that has begun."""
    institution_id = signed_in_institution(tx.viewer)
    place_id, who = read_id(department_id, DEPARTMENT, "department_id"), read_id(doctor_id, DOCTOR, "doctor_id")
    read = _read(tx, sessions)
    cuts = [cut(session) for session in read]
    if sum(map(len, cuts)) > MOST_SLOTS:
        raise InvalidInput("sessions")
    place = await departments.find(tx.connection, place_id, institution_id)
    if place is None or not place.active:
        raise NotFound("department_id")
    doctor = await doctors.lock(tx.connection, who, institution_id)
    if doctor is None or not doctor.active:
        raise NotFound("doctor_id")
    known = await _published(tx, doctor.id, read)
    made: list[Slot] = []
    for index, (session, spans) in enumerate(zip(read, cuts, strict=True)):
        new = new_spans(spans, place_id, known, tx.now, "sessions", str(index))
        made += [_slot(tx, doctor, place_id, session, span) for span in new]
    if made:
        await slots.insert(tx.connection, made)
        await record(tx, "schedule.published", institution_id, doctor.id)
    return Made({"slots": [Key(slot_id(doctor.id, span.starts_at)) for spans in cuts for span in spans]})


async def withdraw_slots(tx: Transaction, *, slot_ids: Sequence[str], reason: str) -> Made:
    """The slots, of which nobody can book a place any more, and the appointments that this cancels: who has them is told, and gets
    the fee back. Who has checked in keeps the place. What is withdrawn already stays so. Raises Forbidden, InvalidInput, NotFound,
    and TooLate for a slot that is over."""
    institution_id = signed_in_institution(tx.viewer)
    why, ids = read_text(reason, LONGEST_REASON, "reason"), _slot_ids(slot_ids)
    found, places = await _lock(tx, ids, institution_id)
    if len(found) < len(ids):
        raise NotFound("slot_ids")
    open_ids = [id for id in ids if found[id].withdrawn_at is None]
    if any(found[id].ends_at <= tx.now for id in open_ids):
        raise TooLate("slot_ids")
    cancelled = [row for place in places if place.slot_id in open_ids and (row := await _cancel(tx, place, why)) is not None]
    await slot_places.clear(tx.connection, open_ids, [row.id for row in cancelled])
    await slots.withdraw(tx.connection, open_ids, tx.now, why)
    for id in open_ids:
        await record(tx, "slot.withdrawn", id, found[id].doctor_id, why)
    keys = [Key(row.id, row.resident_id) for row in cancelled]
    return Made({"slots": [Key(id) for id in ids], "cancelled_appointments": keys})


def _read(tx: Transaction, given: Sequence[Mapping[str, Any]]) -> list[Session]:
    """Raises InvalidInput for what can be no sessions."""
    if not 1 <= len(given) <= MOST_SESSIONS:
        raise InvalidInput("sessions")
    read = []
    for index, one in enumerate(given):
        path = ("sessions", str(index))
        fee = fen(one["fee"], *path, "fee")
        read.append(Session(one["starts_at"], one["ends_at"], one["slot_minutes"], one["capacity"], fee))
        check_session(read[-1], tx.now, *path)
    check_apart(read, "sessions")
    return read


async def _published(tx: Transaction, doctor_id: UUID, sessions: Sequence[Session]) -> list[Published]:
    first, last = min(session.starts_at for session in sessions), max(session.ends_at for session in sessions)
    rows = await slots.of_doctor(tx.connection, doctor_id, first, last)
    return [Published(Span(row.starts_at, row.ends_at), row.department_id, row.withdrawn_at is not None) for row in rows]


def _slot(tx: Transaction, doctor: Doctor, department_id: UUID, session: Session, span: Span) -> Slot:
    return Slot(
        id=slot_id(doctor.id, span.starts_at),
        institution_id=doctor.institution_id,
        department_id=department_id,
        doctor_id=doctor.id,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        day=shanghai_day(span.starts_at),
        capacity=session.capacity,
        taken=0,
        fee=session.fee,
        published_at=tx.now,
    )


def _slot_ids(given: Sequence[str]) -> list[UUID]:
    """Each once, in the order given. Raises InvalidInput for none and for too many, NotFound."""
    if not 1 <= len(given) <= MOST_WITHDRAWN:
        raise InvalidInput("slot_ids")
    return list(dict.fromkeys(read_id(text, SLOT, "slot_ids") for text in given))


class _Moved(Exception):  # no error: it takes the locks back
    """Somebody else holds a place by now."""


async def _lock(tx: Transaction, ids: Sequence[UUID], institution_id: UUID) -> tuple[dict[UUID, Slot], list[Place]]:
    """The slots and their places, which nobody changes any more. Who books or cancels locks the resident first and then the slot,
    and so does this: where somebody came in between, it gives all locks back and begins anew; they could wait for each other."""
    places = await slot_places.of_slots(tx.connection, ids, institution_id)
    while True:
        locked = _holders(places)
        try:
            async with tx.connection.transaction():
                for resident_id in sorted(locked):
                    await residents.lock(tx.connection, resident_id)
                found = {slot.id: slot for slot in await slots.lock(tx.connection, ids, institution_id)}
                places = await slot_places.of_slots(tx.connection, ids, institution_id)
                if not _holders(places) <= locked:
                    raise _Moved
                return found, places
        except _Moved:
            continue


def _holders(places: Sequence[Place]) -> set[UUID]:
    return {place.resident_id for place in places if place.given_up_at is None}


async def _cancel(tx: Transaction, place: Place, why: str) -> Appointment | None:
    """Cancels who holds the place, if they are still to come."""
    row = await appointments.find(tx.connection, place.resident_id, place.appointment_id)
    if row is None or place.given_up_at is not None or not await appointments.cancel(tx.connection, row, tx.now, why):
        return None
    await fees.release(tx.connection, row, RequestedBy.INSTITUTION, tx.now, tx.random)
    await tell(tx, NotificationEvent.APPOINTMENT_CANCELLED_BY_INSTITUTION, row.resident_id, row.id)
    await record(tx, "appointment.cancelled", row.resident_id, row.id, why)
    return row
