"""Who has booked is here: at a window, or by the scan itself."""

from db import appointments, check_ins, visits
from db.visits import Visit
from domain.check_in import must_check_in
from domain.enums import AppointmentStatus, CareSetting, CareStep
from domain.ids import Key
from domain.refusals import Conflict, InvalidInput, NotFound, VisitExpired
from domain.times import shanghai_day
from resolvers.audit import record
from resolvers.inputs import APPOINTMENT, VISIT, read_owned_id
from resolvers.people import signed_in_institution
from resolvers.transaction import Made, Transaction


async def check_in(tx: Transaction, *, appointment_id: str, visit_id: str) -> Made:
    """The appointment of today, checked in with the visit of the same resident. Raises Forbidden, NotFound; InvalidInput for
    somebody else's visit; VisitExpired, WrongState, TooLate, NotReady; Conflict when it was moved or cancelled just now."""
    institution_id = signed_in_institution(tx.viewer)
    resident_id, id = read_owned_id(appointment_id, APPOINTMENT, "appointment_id")
    visitor_id, visit = read_owned_id(visit_id, VISIT, "visit_id")
    row = await appointments.find(tx.connection, resident_id, id)
    if row is None or row.institution_id != institution_id:
        raise NotFound("appointment_id")
    found = await visits.find(tx.connection, visitor_id, visit, institution_id)
    if found is None:
        raise NotFound("visit_id")
    if visitor_id != resident_id:
        raise InvalidInput("visit_id")
    if must_check_in(AppointmentStatus(row.status), row.day, shanghai_day(tx.now)):
        if found.expires_at <= tx.now:
            raise VisitExpired("visit_id")
        if not await check_ins.check_in(tx.connection, resident_id, id, row.slot_id, visit, tx.now):
            raise Conflict("appointment_id")
        await record(tx, "appointment.checked_in", resident_id, id)
    return Made({"appointment": Key(id, resident_id)})


async def check_in_by_scan(tx: Transaction, visit: Visit) -> None:
    """Checks in what the visit is for, if that is clear: the one appointment here that begins soon or has begun. Whoever registers,
    and whoever is scanned in a department, comes for one; of several a person decides."""
    if visit.care_setting != CareSetting.OUTPATIENT or (visit.care_step != CareStep.REGISTER and visit.department_id is None):
        return
    at, until = visit.opened_at, visit.opened_at + tx.tools.booking.check_in_before
    place = (visit.institution_id, visit.department_id)
    found = await check_ins.fitting(tx.connection, visit.resident_id, *place, at, until)
    if len(found) != 1:
        return
    ((id, slot_id),) = found
    if await check_ins.check_in(tx.connection, visit.resident_id, id, slot_id, visit.id, at):
        await record(tx, "appointment.checked_in", visit.resident_id, id)
