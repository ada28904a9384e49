"""A place that was given up returns at its drawn time: to who waits for it, in the order of the line, else to everybody."""

from datetime import datetime
from uuid import UUID

from db import appointments, audit, fees, notifications, outbox, slot_places, slots, waitlist
from db.appointments import Appointment
from db.audit import PLATFORM
from db.connection import Connection
from db.outbox import Job
from db.slots import Slot
from db.waitlist import Entry
from domain.appointments import can_be_passed_on, counted_from, locked_until
from domain.enums import AppointmentStatus, WaitlistStatus
from domain.ids import new_id
from domain.notifications import NotificationEvent
from workers.notifications import tell
from workers.tools import Tools


async def return_place(tools: Tools, job: Job) -> None:
    """Gives the place `number` of `slot_id` to the first in line whom it suits, or frees it. Each of them is asked in a transaction
    of their own: so one resident is locked at a time, and two returns wait for the same person, never for each other."""
    place = UUID(job.args["slot_id"]), int(job.args["number"])
    passed_over: list[UUID] = []
    while True:
        async with tools.pool.transaction() as connection:
            now = tools.clock()
            if await _is_settled(connection, tools, *place, passed_over, now):
                await outbox.finish(connection, job, now)
                return


async def _is_settled(
    connection: Connection, tools: Tools, slot_id: UUID, number: int, passed_over: list[UUID], now: datetime
) -> bool:
    """One try. False when the next in line must be looked for; whom it did not suit is `passed_over` from then on."""
    slot = await slots.find(connection, slot_id)
    if slot is None or not await slot_places.is_due(connection, slot_id, number, now):
        return True
    entry = None
    if can_be_passed_on(slot.starts_at, slot.withdrawn_at, tools.booking, now):
        entry = await waitlist.first_in_line(connection, slot.department_id, slot.day, passed_over)
    may_have = entry is None or await _may_have(connection, tools, entry, now)
    (locked,) = await slots.lock(connection, [slot_id], slot.institution_id)
    if locked.withdrawn_at != slot.withdrawn_at or not await slot_places.is_due(connection, slot_id, number, now):
        return False
    if entry is None:
        await slot_places.free(connection, slot_id, number, now)
        await slots.put_back(connection, slot_id)
        return True
    if may_have and await _book(connection, tools, locked, number, entry, now):
        return True
    passed_over.append(entry.id)
    return False


async def _may_have(connection: Connection, tools: Tools, entry: Entry, now: datetime) -> bool:
    """Whether who waits, and is locked from here on, still does, and may book."""
    missed = await appointments.lock_resident(connection, entry.resident_id, counted_from(tools.booking, now))
    until = locked_until(missed or [], tools.booking)
    current = await waitlist.find(connection, entry.resident_id, entry.id)
    return (until is None or until <= now) and current is not None and current.status == WaitlistStatus.WAITING


async def _book(connection: Connection, tools: Tools, slot: Slot, number: int, entry: Entry, now: datetime) -> bool:
    """Books the place, which is due, for who waits. False when they have something else at that time or day."""
    row = Appointment(
        **appointments.of_slot(slot, tools.booking),
        resident_id=entry.resident_id,
        id=new_id(now, tools.random),
        queue_number=number,
        status=AppointmentStatus.BOOKED,
        reason=None,
        app_id=entry.app_id,
        booked_at=now,
        bill_id=new_id(now, tools.random) if slot.fee else None,
    )
    if not await appointments.insert(connection, row):
        return False
    await slot_places.hand_on(connection, slot.id, number, row.resident_id, row.id, now)
    await waitlist.end(connection, row.resident_id, entry.id, WaitlistStatus.BOOKED, now, row.id)
    await fees.ask(connection, row, now, tools.random)
    ids = (new_id(now, tools.random), new_id(now, tools.random))
    await notifications.put_reminders(connection, row.resident_id, row.id, row.starts_at, ids, now)
    await tell(connection, NotificationEvent.WAITLIST_BOOKED, row.resident_id, row.id, now, tools.random)
    done = (PLATFORM, None, "appointment.booked", row.id, "waitlist")
    await audit.insert(connection, audit.Entry(row.resident_id, new_id(now, tools.random), now, *done))
    return True
