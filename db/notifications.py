"""What people are told: who was told of what, and the things that it is about, as they are now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db import outbox
from db.connection import Connection, Record
from db.outbox import JobKind
from domain.notifications import NotificationEvent, reminders
from domain.times import to_text

# Whoever is told it already keeps the row; then its id is the first one's, so that the message has the same reference.
KEY = (
    "insert into notification_key (resident_id, event, subject_id, occasion, notification_id, created_at)"
    " values ($1, $2, $3, $4, $5, $6) on conflict on constraint notification_is_made_once do nothing"
)
FIND = "select notification_id from notification_key where resident_id = $1 and event = $2 and subject_id = $3 and occasion = $4"
DELIVERY = (
    "insert into notification_delivery (resident_id, notification_id, channel, target, state, created_at)"
    " values ($1, $2, 'SMS', $1, 'PENDING', $3) on conflict on constraint notification_is_delivered_once do nothing"
)
PENDING = (
    "select 1 from notification_delivery where resident_id = $1 and notification_id = $2 and channel = 'SMS' and target = $1"
    " and state = 'PENDING'"
)
SENT = (
    "update notification_delivery set state = 'SENT', ended_at = $3"
    " where resident_id = $1 and notification_id = $2 and channel = 'SMS' and target = $1 and state = 'PENDING'"
)

APPOINTMENT = (
    "select a.status, a.starts_at, i.name as institution from appointment a join institution i on i.id = a.institution_id"
    " where a.resident_id = $1 and a.id = $2"
)
BILL = (
    "select b.status, b.self_paid as amount, b.issued_at as at, i.name as institution from bill b"
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
    "select r.status, coalesce(r.withdrawn_at, r.issued_at) as at, i.name as institution from report r"
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
# It is news until the visit has been over for a while.
BROKEN_GLASS = (
    "select case when v.break_glass then 'BROKEN' end as status, v.expires_at as at, i.name as institution from visit v"
    " join institution i on i.id = v.institution_id where v.resident_id = $1 and v.id = $2"
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
    NotificationEvent.CONSENT_GRANTED: CONSENT,
    NotificationEvent.BREAK_GLASS: BROKEN_GLASS,
}


@dataclass(frozen=True, slots=True)
class Notification:
    """A row. `resident_id`: who is told; `occasion`: tells apart what is told twice of one subject."""

    resident_id: UUID
    id: UUID
    event: NotificationEvent
    subject_id: UUID
    occasion: str
    created_at: datetime


async def put(
    connection: Connection,
    event: NotificationEvent,
    resident_id: UUID,
    subject_id: UUID,
    id: UUID,
    now: datetime,
    at: datetime | None = None,
    **values: str,
) -> None:
    """Leaves it to the workers to tell the resident, at once or at `at`. `id`: of the job; `values`: nothing personal."""
    args = _args(event, resident_id, subject_id) | values
    await outbox.put(connection, JobKind.SEND_NOTIFICATION, args, id, now, at)


async def put_reminders(
    connection: Connection, resident_id: UUID, appointment_id: UUID, starts_at: datetime, ids: Sequence[UUID], now: datetime
) -> None:
    """Leaves it to the workers to remind of an appointment, in one statement. `ids`: two new ones, of the jobs."""
    planned = reminders(starts_at, now)
    of_start = {"starts_at": to_text(starts_at)}
    rows = [(id, _args(event, resident_id, appointment_id) | of_start, at) for id, (event, at) in zip(ids, planned, strict=False)]
    await outbox.put_for_later(connection, JobKind.SEND_NOTIFICATION, rows, now)


async def subject(connection: Connection, event: NotificationEvent, resident_id: UUID, subject_id: UUID) -> Record | None:
    """The thing that it is about: `status`, `institution`, and of an appointment `starts_at`, of money `amount`,
    of medicine `until`, and of all but appointments `at`, since when it is so."""
    return await connection.fetchrow(SUBJECTS[event], resident_id, subject_id)


async def unsent(connection: Connection, row: Notification) -> UUID | None:
    """The id under which it must still be sent: the row's, or that of an earlier try. None when it was sent."""
    key = (row.resident_id, row.event, row.subject_id, row.occasion)
    await connection.execute(KEY, *key, row.id, row.created_at)
    id: UUID = await connection.fetchval(FIND, *key)
    await connection.execute(DELIVERY, row.resident_id, id, row.created_at)
    return id if await connection.fetchval(PENDING, row.resident_id, id) else None


async def sent(connection: Connection, resident_id: UUID, id: UUID, now: datetime) -> None:
    """Marks it."""
    await connection.execute(SENT, resident_id, id, now)


def _args(event: NotificationEvent, resident_id: UUID, subject_id: UUID) -> dict[str, str]:
    return {"event": event, "resident_id": str(resident_id), "subject_id": str(subject_id)}
