"""Booking, cancelling and moving an appointment.

Every one of them locks first the resident's row, then the slot's, so that two of them wait and never deadlock. What must never
happen is kept by the tables: no number of a slot twice, none beyond its capacity, and no second appointment at one time, or with
one department on one day. A place that is given up rests until the time that is drawn for it, whoever gave it up.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from db import appointments, draws, fees, outbox, slot_places, slots
from db.appointments import Appointment
from db.draws import PlaceReturn
from db.outbox import JobKind
from db.slots import Slot
from domain.appointments import check_movable, check_not_locked, check_slot, counted_from, must_cancel
from domain.draw import returns_at
from domain.enums import AppointmentStatus, CareScope
from domain.ids import Key
from domain.refunds import RequestedBy
from domain.refusals import AlreadyBooked, Conflict, NotFound, SlotTaken
from resolvers.audit import record
from resolvers.inputs import APPOINTMENT, SLOT, read_id, read_optional_text, read_owned_id
from resolvers.notifications import remind
from resolvers.people import may_act_for, person
from resolvers.transaction import Made, Transaction

LONGEST_REASON = 200


async def book_appointment(tx: Transaction, *, slot_id: str, resident_id: str | None = None, reason: str | None = None) -> Made:
    """A place in the slot, and a bill where it costs something. Raises NotFound, Forbidden, InvalidInput, SlotTaken, SlotWithdrawn,
    TooLate, NotReady, AlreadyBooked, BookingLocked."""
    wanted, why = read_id(slot_id, SLOT, "slot_id"), read_optional_text(reason, LONGEST_REASON, "reason")
    owner = await person(tx, resident_id, CareScope.APPOINTMENTS)
    check_not_locked(await _lock(tx, owner, "resident_id"), tx.tools.booking, tx.now)
    slot, id = await _take(tx, wanted), tx.new_id()
    row = Appointment(
        **appointments.of_slot(slot, tx.tools.booking),
        resident_id=owner,
        id=id,
        queue_number=await slot_places.hold(tx.connection, slot.id, slot.capacity, owner, id),
        status=AppointmentStatus.BOOKED,
        reason=why,
        app_id=tx.viewer.app_id,
        booked_at=tx.now,
        bill_id=tx.new_id() if slot.fee else None,
    )
    if not await appointments.insert(tx.connection, row):
        raise AlreadyBooked("slot_id")
    await fees.ask(tx.connection, row, tx.now, tx.random)
    await remind(tx, owner, id, row.starts_at)
    await record(tx, "appointment.booked", owner, id)
    return _made(row)


async def cancel_appointment(tx: Transaction, *, appointment_id: str, reason: str | None = None) -> Made:
    """Gives the place up, and the fee back. Raises InvalidInput, NotFound, Forbidden, WrongState, TooLate, Conflict."""
    why = read_optional_text(reason, LONGEST_REASON, "reason")
    row, _ = await _appointment(tx, appointment_id)
    if must_cancel(AppointmentStatus(row.status), row.cancellable_until, tx.now):
        if not await appointments.cancel(tx.connection, row, tx.now, why):
            raise Conflict
        await _give_up(tx, row)
        await fees.release(tx.connection, row, RequestedBy.RESIDENT, tx.now, tx.random)
        await record(tx, "appointment.cancelled", row.resident_id, row.id, why)
    return _made(row)


async def reschedule_appointment(tx: Transaction, *, appointment_id: str, slot_id: str) -> Made:
    """The same appointment in another slot; its place there is given up as by cancelling. The bill stays where institution and fee
    do. Raises what booking and cancelling do."""
    wanted = read_id(slot_id, SLOT, "slot_id")
    old, missed = await _appointment(tx, appointment_id)
    if wanted == old.slot_id and old.status == AppointmentStatus.BOOKED:
        return _made(old)
    check_movable(AppointmentStatus(old.status), old.cancellable_until, tx.now)
    check_not_locked(missed, tx.tools.booking, tx.now)
    slot = await _take(tx, wanted)
    keeps_bill = (slot.institution_id, slot.fee) == (old.institution_id, old.fee)
    new = replace(
        old,
        **appointments.of_slot(slot, tx.tools.booking),
        queue_number=await slot_places.hold(tx.connection, slot.id, slot.capacity, old.resident_id, old.id),
        bill_id=old.bill_id if keeps_bill else tx.new_id() if slot.fee else None,
    )
    if not await appointments.move(tx.connection, new, old.slot_id):
        raise AlreadyBooked("slot_id")
    await _give_up(tx, old)
    if not keeps_bill:
        await fees.release(tx.connection, old, RequestedBy.RESIDENT, tx.now, tx.random)
        await fees.ask(tx.connection, new, tx.now, tx.random)
    await remind(tx, new.resident_id, new.id, new.starts_at)
    await record(tx, "appointment.rescheduled", new.resident_id, new.id)
    return _made(new)


async def _lock(tx: Transaction, resident_id: UUID, field: str) -> list[datetime]:
    """Nobody else books, moves or cancels for the resident until the transaction ends: when what they missed lately ended. Raises
    NotFound."""
    missed = await appointments.lock_resident(tx.connection, resident_id, counted_from(tx.tools.booking, tx.now))
    if missed is None:
        raise NotFound(field)
    return missed


async def _appointment(tx: Transaction, public_id: str) -> tuple[Appointment, list[datetime]]:
    """The appointment as nobody changes it now, and what its resident, who is locked, missed. Raises NotFound and Forbidden."""
    resident_id, id = read_owned_id(public_id, APPOINTMENT, "appointment_id")
    await may_act_for(tx, resident_id, CareScope.APPOINTMENTS, "appointment_id")
    missed = await _lock(tx, resident_id, "appointment_id")
    row = await appointments.find(tx.connection, resident_id, id)
    if row is None:
        raise NotFound("appointment_id")
    return row, missed


async def _take(tx: Transaction, id: UUID) -> Slot:
    """The slot, with one more of its places taken. Raises NotFound, SlotWithdrawn, TooLate, NotReady, SlotTaken."""
    taken = await slots.take(tx.connection, id, tx.now)
    slot = taken or await slots.find(tx.connection, id)
    if slot is None:
        raise NotFound("slot_id")
    check_slot(slot.starts_at, slot.withdrawn_at, tx.tools.booking, tx.now)
    if taken is None:
        raise SlotTaken("slot_id")
    return taken


async def _give_up(tx: Transaction, row: Appointment) -> None:
    """Lets the appointment's place rest until the time that is drawn for it. Raises Conflict when it has none any more."""
    seed = await draws.seed_of_today(tx.connection, tx.now, tx.random, tx.tools.booking)
    back_at = returns_at(seed, row.slot_id, row.queue_number, tx.now, row.starts_at)
    place = (row.slot_id, row.queue_number)
    if not await slot_places.give_up(tx.connection, *place, row.id, tx.now, back_at):
        raise Conflict
    await draws.insert_return(tx.connection, PlaceReturn(tx.new_id(), seed.day, *place, tx.now, back_at))
    args = {"slot_id": str(row.slot_id), "number": str(row.queue_number)}
    await outbox.put_for_later(tx.connection, JobKind.RETURN_PLACE, [(tx.new_id(), args, back_at)], tx.now)


def _made(row: Appointment) -> Made:
    return Made({"appointment": Key(row.id, row.resident_id)})
