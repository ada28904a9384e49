"""Tells people what happened: looks at the thing as it is now, words it in both languages, and leaves it to be delivered on each
way that they have chosen. It all happens in one transaction, so each of them is told once."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from db import carers, devices, notifications, outbox, residents, sessions
from db.connection import Connection
from db.notifications import Delivery, Notification
from db.outbox import Job, JobKind
from db.residents import Resident
from domain.enums import NotificationChannel
from domain.ids import Random, new_id
from domain.notifications import EVENTS, NotificationEvent
from domain.quiet_hours import Preferences, after_quiet
from workers import messages, news
from workers.news import Facts
from workers.tools import Tools
from workers.wording import LANGUAGES


async def tell(
    connection: Connection,
    event: NotificationEvent,
    resident_id: UUID,
    subject_id: UUID,
    now: datetime,
    random: Random,
    also: Iterable[UUID] = (),
    **values: str,
) -> None:
    """What `resolvers.notifications.tell` is to a resolver, to a job."""
    await notifications.put(connection, event, resident_id, subject_id, new_id(now, random), now, None, also, **values)


async def send_notification(tools: Tools, job: Job) -> None:
    """Tells the resident `resident_id`, or who cares for them, and `also` (ids with commas) others, of `event` and its subject."""
    event, about_id = NotificationEvent(job.args["event"]), UUID(job.args["resident_id"])
    async with tools.pool.transaction() as connection:
        now = tools.clock()
        if not await outbox.finish(connection, job, now):
            return
        facts = await news.facts(connection, job.args, now)
        about = None if facts is None else await residents.find(connection, about_id)
        if facts is None or about is None:
            return
        for id in await _people(connection, event, about, job, now):
            person = await residents.find(connection, id)
            if person is not None:
                await _tell(tools, connection, job, person, about, facts)


async def _people(connection: Connection, event: NotificationEvent, about: Resident, job: Job, now: datetime) -> list[UUID]:
    """Who is told: the resident, or where nothing reaches them the carers who may know; and who else the event names. In one order,
    so that two jobs lock no rows crosswise."""
    told = {UUID(id) for id in job.args.get("also", "").split(",") if id}
    if about.phone_sealed is not None or await sessions.stands(connection, about.resident_id, now):
        told.add(about.resident_id)
    else:
        told.update(await carers.with_scope(connection, about.resident_id, EVENTS[event].scope, now))
    return sorted(told)


async def _tell(tools: Tools, connection: Connection, job: Job, person: Resident, about: Resident, facts: Facts) -> None:
    event, now = NotificationEvent(job.args["event"]), tools.clock()
    told, chosen = EVENTS[event], await notifications.preferences(connection, person.resident_id)
    holder = None if person.resident_id == about.resident_id else about.full_name
    chinese, english = (messages.listed(tools.words[spoken], spoken, event, facts, holder) for spoken in LANGUAGES)
    in_app = told.always_listed or NotificationChannel.IN_APP in chosen.channels
    subject_id, occasion = UUID(job.args["subject_id"]), job.args.get("occasion") or job.args.get("starts_at", "")
    id = new_id(now, tools.random)
    about_it = (event, about.resident_id, told.letter, subject_id, occasion)
    row = Notification(person.resident_id, id, *about_it, in_app, chinese, english, now)
    if not await notifications.make(connection, row):
        return
    at = now if told.at_any_hour else after_quiet(now, chosen.quiet, news.needed_by(event, facts))
    for channel, target in await _ways(connection, person, chosen, now):
        await notifications.deliver(connection, Delivery(person.resident_id, id, channel, target), now)
        way = {"reader_id": str(person.resident_id), "notification_id": str(id), "channel": channel, "target": str(target)}
        await outbox.put(connection, JobKind.DELIVER_NOTIFICATION, {**job.args, **way}, new_id(now, tools.random), now, at)


async def _ways(connection: Connection, person: Resident, chosen: Preferences, now: datetime) -> list[tuple[str, UUID]]:
    """Channel and target of each way that leads to the person, and that they want."""
    ways: list[tuple[str, UUID]] = []
    if person.phone_sealed is not None:
        ways.append((NotificationChannel.SMS, person.resident_id))
    ways += [(device.channel, device.id) for device in await devices.standing(connection, person.resident_id, now)]
    return [way for way in ways if way[0] in chosen.channels]
