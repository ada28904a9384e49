"""Tells people what happened: looks at the thing as it is now, words it in the language of each, and sends it once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from db import carers, notifications, outbox, residents
from db.connection import Connection
from db.notifications import Notification
from db.outbox import Job, JobKind
from db.residents import Resident
from domain.enums import AppointmentStatus, BillStatus, PaymentStatus, PrescriptionStatus, RefundStatus, ReportStatus
from domain.ids import Random, new_id
from domain.notifications import AT_ANY_HOUR, WORDS, Facts, NotificationEvent, after_quiet, message
from domain.times import from_text, to_text
from workers.tools import Tools

# In which states of its subject each is still worth telling.
STILL_TRUE: Mapping[NotificationEvent, frozenset[str]] = MappingProxyType(
    {
        NotificationEvent.APPOINTMENT_CANCELLED_BY_INSTITUTION: frozenset({AppointmentStatus.CANCELLED}),
        NotificationEvent.APPOINTMENT_REMINDER_DAY: frozenset({AppointmentStatus.BOOKED}),
        NotificationEvent.APPOINTMENT_REMINDER_HOURS: frozenset({AppointmentStatus.BOOKED}),
        NotificationEvent.WAITLIST_BOOKED: frozenset({AppointmentStatus.BOOKED}),
        NotificationEvent.BOOKING_LOCKED: frozenset({AppointmentStatus.NO_SHOW}),
        NotificationEvent.BILL_ISSUED: frozenset({BillStatus.UNPAID, BillStatus.PAYING}),
        NotificationEvent.PAYMENT_SUCCEEDED: frozenset({PaymentStatus.SUCCEEDED}),
        NotificationEvent.REFUND_SUCCEEDED: frozenset({RefundStatus.SUCCEEDED}),
        NotificationEvent.REPORT_PUBLISHED: frozenset({ReportStatus.FINAL}),
        NotificationEvent.REPORT_AMENDED: frozenset({ReportStatus.FINAL}),
        NotificationEvent.REPORT_WITHDRAWN: frozenset({ReportStatus.WITHDRAWN}),
        NotificationEvent.PRESCRIPTION_READY: frozenset({PrescriptionStatus.READY, PrescriptionStatus.PARTLY_DISPENSED}),
        NotificationEvent.PRESCRIPTION_COLLECTED: frozenset({PrescriptionStatus.PARTLY_DISPENSED, PrescriptionStatus.DISPENSED}),
        NotificationEvent.PRESCRIPTION_CANCELLED: frozenset({PrescriptionStatus.CANCELLED}),
        NotificationEvent.PRESCRIPTION_EXPIRED: frozenset({PrescriptionStatus.EXPIRED}),
        NotificationEvent.CONSENT_GRANTED: frozenset({"STANDING"}),
        NotificationEvent.BREAK_GLASS: frozenset({"BROKEN"}),
    }
)
# Who sets out early for a cancelled appointment, or has one since a minute ago, must hear of it so long before.
NOTICE = timedelta(hours=2)
# News of money that is older only puzzles people: they have long seen it.
FRESH = timedelta(days=3)


async def tell(
    connection: Connection,
    event: NotificationEvent,
    resident_id: UUID,
    subject_id: UUID,
    now: datetime,
    random: Random,
    **values: str,
) -> None:
    """What `resolvers.notifications.tell` is to a resolver, to a job."""
    await notifications.put(connection, event, resident_id, subject_id, new_id(now, random), now, None, **values)


async def send_notification(tools: Tools, job: Job) -> None:
    """Tells the resident `resident_id`, or who cares for them, of `event` and its subject. In quiet hours it is put off to their
    end. The notification's id is the message's reference, in whichever try and job."""
    event = NotificationEvent(job.args["event"])
    async with tools.pool.connection() as connection:
        now = tools.clock()
        facts = await _facts(connection, event, job, now)
        people = [] if facts is None else await _people(connection, event, UUID(job.args["resident_id"]), now)
    if facts is None:
        await _finish(tools, job)
        return
    at = now if event in AT_ANY_HOUR else after_quiet(now, _needed_by(event, facts))
    if at > now:
        await _put_off(tools, job, at)
        return
    for person, holder in people:
        await _send(tools, event, job, person, replace(facts, holder=holder))
    await _finish(tools, job)


async def _facts(connection: Connection, event: NotificationEvent, job: Job, now: datetime) -> Facts | None:
    """What there is to say; None when it is no longer true, or too late to be of use."""
    row = await notifications.subject(connection, event, UUID(job.args["resident_id"]), UUID(job.args["subject_id"]))
    if row is None or row["status"] not in STILL_TRUE[event]:
        return None
    facts = Facts(row["institution"], row.get("starts_at"), row.get("amount"), row.get("until"))
    if event is NotificationEvent.BOOKING_LOCKED:
        until = from_text(job.args["until"])
        return replace(facts, until=until) if now < until else None
    if facts.starts_at is not None:
        is_moved = to_text(facts.starts_at) != job.args.get("starts_at", to_text(facts.starts_at))
        return None if is_moved or facts.starts_at <= now else facts
    return facts if now < row["at"] + FRESH else None


def _needed_by(event: NotificationEvent, facts: Facts) -> datetime | None:
    told_at_once = (NotificationEvent.APPOINTMENT_CANCELLED_BY_INSTITUTION, NotificationEvent.WAITLIST_BOOKED)
    return facts.starts_at - NOTICE if event in told_at_once and facts.starts_at is not None else None


async def _people(
    connection: Connection, event: NotificationEvent, resident_id: UUID, now: datetime
) -> list[tuple[Resident, str | None]]:
    """Who is told, and of whom where it is somebody else: the resident, or without a phone the carers who may know and have one."""
    holder = await residents.find(connection, resident_id)
    if holder is None or holder.phone_sealed is not None:
        return [] if holder is None else [(holder, None)]
    ids = await carers.with_scope(connection, resident_id, WORDS[event].scope, now)
    found = [await residents.find(connection, id) for id in ids]
    return [(carer, holder.full_name) for carer in found if carer is not None and carer.phone_sealed is not None]


async def _send(tools: Tools, event: NotificationEvent, job: Job, person: Resident, facts: Facts) -> None:
    if person.phone_sealed is None:
        return
    now = tools.clock()
    occasion, subject_id = job.args.get("starts_at", ""), UUID(job.args["subject_id"])
    row = Notification(person.resident_id, new_id(now, tools.random), event, subject_id, occasion, now)
    async with tools.pool.transaction() as connection:
        id = await notifications.unsent(connection, row)
    if id is None:
        return
    phone = tools.sealer.open(person.phone_sealed, "resident", "phone_sealed", person.resident_id)
    await tools.sms.send(phone, message(event, facts, person.language, tools.city), reference=str(id))
    async with tools.pool.transaction() as connection:
        await notifications.sent(connection, person.resident_id, id, tools.clock())


async def _put_off(tools: Tools, job: Job, at: datetime) -> None:
    """Another row, since a try that tells nobody is no failed try of this one."""
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        if await outbox.finish(connection, job, now):
            await outbox.put(connection, JobKind.SEND_NOTIFICATION, job.args, new_id(now, tools.random), now, at)


async def _finish(tools: Tools, job: Job) -> None:
    async with tools.pool.transaction() as connection:
        await outbox.finish(connection, job, tools.clock())
