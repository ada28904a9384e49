"""Waiting for a place that comes back: joining a department's line, and leaving it."""

from datetime import date

from db import appointments, institutions, waitlist
from db.waitlist import Entry
from domain.appointments import check_not_locked, counted_from
from domain.enums import CareScope, WaitlistStatus
from domain.ids import Key
from domain.refusals import Conflict, NotFound
from domain.waitlist import check_days, must_leave
from resolvers.audit import record
from resolvers.inputs import DEPARTMENT, WAITLIST_ENTRY, read_id, read_owned_id
from resolvers.people import may_act_for, person
from resolvers.transaction import Made, Transaction


async def join_waitlist(tx: Transaction, *, department_id: str, to: date, resident_id: str | None = None, **days: date) -> Made:
    """A place in the department's line, for the days `from` and `to` and those between. Who waits there already for the same days
    keeps that place; for other days one leaves and joins anew, or one could wait in front for any day and choose it late. Raises
    InvalidInput, NotFound, Forbidden, BookingLocked, Conflict."""
    check_days(days["from"], to, tx.now)
    department = read_id(department_id, DEPARTMENT, "department_id")
    owner = await person(tx, resident_id, CareScope.APPOINTMENTS)
    missed = await appointments.lock_resident(tx.connection, owner, counted_from(tx.tools.booking, tx.now))
    if missed is None:
        raise NotFound("resident_id")
    check_not_locked(missed, tx.tools.booking, tx.now)
    institution_id = await institutions.of_department(tx.connection, department)
    if institution_id is None:
        raise NotFound("department_id")
    waiting = await waitlist.waiting(tx.connection, owner, department)
    if waiting is not None:
        if (waiting.from_day, waiting.to_day) != (days["from"], to):
            raise Conflict("department_id")
        return _made(waiting)
    status = WaitlistStatus.WAITING
    row = Entry(owner, tx.new_id(), institution_id, department, days["from"], to, status, tx.viewer.app_id, tx.now)
    await waitlist.insert(tx.connection, row)
    await record(tx, "waitlist.joined", owner, row.id)
    return _made(row)


async def leave_waitlist(tx: Transaction, *, entry_id: str) -> Made:
    """Gives the place in the line up. Raises NotFound, Forbidden, WrongState, Conflict."""
    resident_id, id = read_owned_id(entry_id, WAITLIST_ENTRY, "entry_id")
    await may_act_for(tx, resident_id, CareScope.APPOINTMENTS, "entry_id")
    row = await waitlist.find(tx.connection, resident_id, id)
    if row is None:
        raise NotFound("entry_id")
    if must_leave(WaitlistStatus(row.status)):
        if not await waitlist.end(tx.connection, resident_id, id, WaitlistStatus.LEFT, tx.now):
            raise Conflict
        await record(tx, "waitlist.left", resident_id, id)
    return _made(row)


def _made(row: Entry) -> Made:
    return Made({"entry": Key(row.id, row.resident_id)})
