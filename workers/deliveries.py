"""Brings a notification to somebody, on one way. Its reference is the same in whichever try, so that whoever carries it drops a
repetition."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from db import carers, devices, notifications, outbox, residents
from db.connection import Connection
from db.notifications import Delivery
from db.outbox import Job, JobKind
from db.residents import Resident
from domain.enums import NotificationChannel
from domain.ids import new_id
from domain.notifications import EVENTS, NotificationEvent
from domain.quiet_hours import after_quiet
from outside.errors import Gone
from workers import messages, news
from workers.news import Facts
from workers.tools import Tools


@dataclass(frozen=True, slots=True)
class _Message:
    """What goes out now. `holder`: whom it is about, when that is not the reader."""

    event: NotificationEvent
    reader: Resident
    holder: str | None
    facts: Facts


async def deliver_notification(tools: Tools, job: Job) -> None:
    """Sends the notification `notification_id` of `reader_id` to `target` on `channel`, unless it was, or is true no longer. In the
    reader's quiet hours it is put off to their end."""
    delivery = _delivery(job)
    async with tools.pool.connection() as connection:
        now = tools.clock()
        is_pending = await notifications.is_pending(connection, delivery)
        message = await _message(connection, job, now) if is_pending else None
        at = now if message is None else await _allowed(connection, message, now)
    if at > now:
        await _put_off(tools, job, at)
    elif message is None:
        await _end(tools, job, "DROPPED")
    else:
        try:
            is_sent = await _send(tools, delivery, message)
        except Gone as error:
            await _end(tools, job, "FAILED", str(error))
        else:
            await _end(tools, job, "SENT" if is_sent else "DROPPED")


async def delivery_failed(connection: Connection, job: Job) -> None:
    """It was given up."""
    await notifications.end(connection, _delivery(job), "FAILED")


async def _message(connection: Connection, job: Job, now: datetime) -> _Message | None:
    facts = await news.facts(connection, job.args, now)
    reader = await residents.find(connection, UUID(job.args["reader_id"]))
    about = await residents.find(connection, UUID(job.args["resident_id"]))
    if facts is None or reader is None or about is None or not await _may_know(connection, job, now):
        return None
    holder = None if about.resident_id == reader.resident_id else about.full_name
    return _Message(NotificationEvent(job.args["event"]), reader, holder, facts)


async def _may_know(connection: Connection, job: Job, now: datetime) -> bool:
    """Whether it concerns the reader still: what the night held back is not for who cares no longer in the morning."""
    about, reader = job.args["resident_id"], job.args["reader_id"]
    if reader == about or reader in job.args.get("also", "").split(","):
        return True
    scopes = await carers.scopes(connection, UUID(about), UUID(reader), now)
    return scopes is not None and EVENTS[NotificationEvent(job.args["event"])].scope in scopes


async def _allowed(connection: Connection, message: _Message, now: datetime) -> datetime:
    if EVENTS[message.event].at_any_hour:
        return now
    chosen = await notifications.preferences(connection, message.reader.resident_id)
    return after_quiet(now, chosen.quiet, news.needed_by(message.event, message.facts))


async def _send(tools: Tools, delivery: Delivery, message: _Message) -> bool:
    """False when there is nobody to send it to any more. Raises Transient, Gone or Permanent."""
    reference = str(uuid5(delivery.notification_id, f"{delivery.channel}:{delivery.target}"))
    reader, language = message.reader, message.reader.language
    wording, said = tools.words[language], (language, message.event, message.facts, message.holder)
    if delivery.channel == NotificationChannel.SMS:
        if reader.phone_sealed is None:
            return False
        phone = tools.sealer.open(reader.phone_sealed, "resident", "phone_sealed", reader.resident_id)
        await tools.sms.send(phone, messages.sms(wording, *said, tools.city), reference)
        return True
    messenger = tools.messengers.get(NotificationChannel(delivery.channel))
    async with tools.pool.connection() as connection:
        device = await devices.find(connection, delivery.resident_id, delivery.target, tools.clock())
    if device is None or messenger is None:
        return False
    token = tools.sealer.open(device.token_sealed, "device", "token_sealed", device.id)
    title, text = messages.short(wording, *said)
    await messenger.send(token, title, text, reference)
    return True


async def _put_off(tools: Tools, job: Job, at: datetime) -> None:
    """Another row, since a try that tells nobody is no failed try of this one."""
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        if await outbox.finish(connection, job, now):
            await outbox.put(connection, JobKind.DELIVER_NOTIFICATION, job.args, new_id(now, tools.random), now, at)


async def _end(tools: Tools, job: Job, state: str, failure: str | None = None) -> None:
    delivery = _delivery(job)
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        await notifications.end(connection, delivery, state, now, failure)
        if state == "FAILED":
            await devices.gone(connection, delivery.resident_id, delivery.target, now)
        await outbox.finish(connection, job, now)


def _delivery(job: Job) -> Delivery:
    args = job.args
    return Delivery(UUID(args["reader_id"]), UUID(args["notification_id"]), args["channel"], UUID(args["target"]))
