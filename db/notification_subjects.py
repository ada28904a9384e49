"""The things that people are told of, as they are now."""

from collections.abc import Mapping
from uuid import UUID

from db.connection import Connection, Record
from domain.notifications import NotificationEvent

APPOINTMENT = (
    "select a.status, a.starts_at, i.name as institution, d.name as department, p.name as doctor from appointment a"
    " join institution i on i.id = a.institution_id join department d on d.id = a.department_id join doctor p on p.id = a.doctor_id"
    " where a.resident_id = $1 and a.id = $2"
)
BILL = (
    "select b.status, b.payable as amount, b.issued_at as at, i.name as institution from bill b"
    " join institution i on i.id = b.institution_id where b.resident_id = $1 and b.id = $2"
)
PAYMENT = (
    "select p.status, p.amount, p.paid_at as at, i.name as institution from payment p"
    " join institution i on i.id = p.institution_id where p.resident_id = $1 and p.id = $2"
)
REFUND = (
    "select r.status, r.amount, r.succeeded_at as at, i.name as institution from refund r"
    " join institution i on i.id = r.institution_id where r.resident_id = $1 and r.id = $2"
)
REPORT = (
    "select r.status, coalesce(r.withdrawn_at, r.issued_at) as at, r.title, i.name as institution from report r"
    " join institution i on i.id = r.institution_id where r.resident_id = $1 and r.id = $2"
)
CONSENT = (
    "select case when c.revoked_at is null then 'STANDING' else 'REVOKED' end as status, c.granted_at as at,"
    " i.name as institution from consent c join institution i on i.id = c.institution_id where c.resident_id = $1 and c.id = $2"
)
# Where it is collected; of one that was cancelled, who did that. `until`: when it can be collected no longer.
PRESCRIPTION = (
    "select p.status, greatest(p.issued_at, p.ready_at, p.ended_at, (select max(d.dispensed_at) from dispensing d"
    " where d.resident_id = $1 and d.prescription_id = p.id)) as at, p.expires_at as until, i.name as institution"
    " from prescription p join institution i on i.id = case p.status when 'CANCELLED' then p.institution_id else p.pharmacy_id end"
    " where p.resident_id = $1 and p.id = $2"
)
ADMISSION = (
    "select a.status, coalesce(a.discharged_at, a.admitted_at) as at, i.name as institution from admission a"
    " join institution i on i.id = a.institution_id where a.resident_id = $1 and a.id = $2"
)
# `amount`: what is left. Low is what `domain.admissions.is_low` says is.
DEPOSITS = (
    "select case when a.status = 'ADMITTED' and d.held > 0 and (d.held - a.charged) * 100 < d.held * a.low_percent then 'LOW' end"
    " as status, d.held - a.charged as amount, (select max(c.recorded_at) from inpatient_charge c where c.resident_id = $1"
    " and c.admission_id = $2) as at, i.name as institution from admission a join institution i on i.id = a.institution_id,"
    " (select coalesce(sum(q.amount - q.reserved - q.applied), 0)::bigint as held from bill b"
    " join payment_bill q on q.bill_id = b.id and q.payment_id = b.payment_id where b.resident_id = $1 and q.resident_id = $1"
    " and b.admission_id = $2 and b.kind = 'DEPOSIT' and b.status in ('PAID', 'PARTLY_REFUNDED')) d"
    " where a.resident_id = $1 and a.id = $2"
)
# It is news until the visit has been over for a while.
BROKEN_GLASS = (
    "select case when v.break_glass then 'BROKEN' end as status, v.expires_at as at, i.name as institution from visit v"
    " join institution i on i.id = v.institution_id where v.resident_id = $1 and v.id = $2"
)
# The last of the temporary cards that were bound to the card, and not undone.
BOUND_CARD = (
    "select 'BOUND' as status, b.bound_at as at, i.name as institution from card c"
    " join card_binding b on b.bound_to = c.resident_id and b.undone_at is null join institution i on i.id = b.institution_id"
    " where c.resident_id = $1 and c.id = $2 order by b.bound_at desc limit 1"
)
# News are the newest of what has come about: an answer, a delay, an end, a service.
AGREEMENT = (
    "select a.status, greatest(a.decided_at, a.escalated_at, a.ended_at, a.ending_told_at, (select max(d.recorded_at)"
    " from service_delivery d where d.resident_id = $1 and d.agreement_id = a.id)) as at, a.starts_on, a.ends_on, t.name as team,"
    " i.name as institution from family_doctor_agreement a join family_doctor_team t on t.id = a.team_id"
    " join institution i on i.id = a.institution_id where a.resident_id = $1 and a.id = $2"
)
CARER = (
    "select 'STANDING' as status, c.created_at as at, c.carer_name as carer from carer c"
    " where c.resident_id = $1 and c.id = $2 and c.place is not null"
)
# What is left of a carer who was, and of a child who is none any more.
ENDED_CARE = (
    "select a.action as status, a.at from audit a where a.subject_id = $1 and a.object_id = $2"
    " and a.action in ('carer.removed', 'carer.expired', 'resident.came_of_age')"
)

SUBJECTS: Mapping[NotificationEvent, str] = {
    NotificationEvent.APPOINTMENT_CANCELLED_BY_INSTITUTION: APPOINTMENT,
    NotificationEvent.APPOINTMENT_REMINDER_DAY: APPOINTMENT,
    NotificationEvent.APPOINTMENT_REMINDER_HOURS: APPOINTMENT,
    NotificationEvent.WAITLIST_BOOKED: APPOINTMENT,
    NotificationEvent.BOOKING_LOCKED: APPOINTMENT,
    NotificationEvent.BILL_ISSUED: BILL,
    NotificationEvent.PAYMENT_SUCCEEDED: PAYMENT,
    NotificationEvent.REFUND_SUCCEEDED: REFUND,
    NotificationEvent.REPORT_PUBLISHED: REPORT,
    NotificationEvent.REPORT_AMENDED: REPORT,
    NotificationEvent.REPORT_WITHDRAWN: REPORT,
    NotificationEvent.PRESCRIPTION_READY: PRESCRIPTION,
    NotificationEvent.PRESCRIPTION_COLLECTED: PRESCRIPTION,
    NotificationEvent.PRESCRIPTION_CANCELLED: PRESCRIPTION,
    NotificationEvent.PRESCRIPTION_EXPIRED: PRESCRIPTION,
    NotificationEvent.ADMITTED: ADMISSION,
    NotificationEvent.DEPOSIT_LOW: DEPOSITS,
    NotificationEvent.DISCHARGED: ADMISSION,
    NotificationEvent.CONSENT_GRANTED: CONSENT,
    NotificationEvent.AGREEMENT_ACCEPTED: AGREEMENT,
    NotificationEvent.AGREEMENT_DECLINED: AGREEMENT,
    NotificationEvent.AGREEMENT_LATE: AGREEMENT,
    NotificationEvent.AGREEMENT_EXPIRED: AGREEMENT,
    NotificationEvent.AGREEMENT_ENDING: AGREEMENT,
    NotificationEvent.AGREEMENT_ENDED: AGREEMENT,
    NotificationEvent.SERVICE_DELIVERED: AGREEMENT,
    NotificationEvent.BREAK_GLASS: BROKEN_GLASS,
    NotificationEvent.CARD_BOUND: BOUND_CARD,
    NotificationEvent.CARER_ADDED: CARER,
    NotificationEvent.CARER_REMOVED: ENDED_CARE,
    NotificationEvent.CARER_ENDED: ENDED_CARE,
    NotificationEvent.CAME_OF_AGE: ENDED_CARE,
}


async def subject(connection: Connection, event: NotificationEvent, resident_id: UUID, subject_id: UUID) -> Record | None:
    """The thing that it is about: `status`, the facts that the event's words name, and of all but appointments `at`, since when it
    is so."""
    return await connection.fetchrow(SUBJECTS[event], resident_id, subject_id)
