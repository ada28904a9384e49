"""What people are told: who was told of what, and on which ways it goes out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db import outbox, updates
from db.connection import Connection
from db.outbox import JobKind
from domain.enums import NotificationChannel
from domain.notifications import NotificationEvent, beyond
from domain.quiet_hours import Preferences, Quiet, reminders
from domain.times import to_text

# Whoever is told it already keeps the row, and is told nothing more.
KEY = (
    "insert into notification_key (resident_id, event, subject_id, occasion, notification_id, created_at)"
    " values ($1, $2, $3, $4, $5, $6) on conflict on constraint notification_is_made_once do nothing returning notification_id"
)
INSERT = (
    "insert into notification (resident_id, id, event, about_id, subject_letter, subject_id, in_app, title_zh, body_zh, title_en,"
    " body_en, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
)
DELIVERY = (
    "insert into notification_delivery (resident_id, notification_id, channel, target, state, created_at)"
    " values ($1, $2, $3, $4, 'PENDING', $5)"
)
PENDING = (
    "select state = 'PENDING' from notification_delivery where resident_id = $1 and notification_id = $2 and channel = $3"
    " and target = $4"
)
END = (
    "update notification_delivery set state = $5, ended_at = $6, failure = $7"
    " where resident_id = $1 and notification_id = $2 and channel = $3 and target = $4 and state = 'PENDING'"
)
READ = "update notification set read_at = $2 where resident_id = $1 and in_app and read_at is null"
READ_THESE = f"{READ} and id = any($3)"
UNREAD = "select count(*) from notification where resident_id = $1 and in_app and read_at is null"
HIDE = "update notification set in_app = false where resident_id = $1 and about_id = $2 and in_app and event = any($3)"
SINCE = "select id from notification where resident_id = $1 and in_app and id >= $2 order by id"
PREFERENCES = "select channels, quiet_from, quiet_to from notification_preference where resident_id = $1"
PREFER = (
    "insert into notification_preference (resident_id, channels, quiet_from, quiet_to, changed_at) values ($1, $2, $3, $4, $5)"
    " on conflict (resident_id) do update set channels = excluded.channels, quiet_from = excluded.quiet_from,"
    " quiet_to = excluded.quiet_to, changed_at = excluded.changed_at"
)


@dataclass(frozen=True, slots=True)
class Notification:
    """A row. `resident_id`: who is told; `about_id`: whose the subject is; `letter`: of the subject's public id; `occasion`: tells
    apart what is told twice of one subject; `in_app`: whether the app lists it; then title and text in either
    language."""

    resident_id: UUID
    id: UUID
    event: NotificationEvent
    about_id: UUID
    letter: str
    subject_id: UUID
    occasion: str
    in_app: bool
    chinese: tuple[str, str]
    english: tuple[str, str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A way on which a notification goes out. `target`: the resident for SMS, else the device."""

    resident_id: UUID
    notification_id: UUID
    channel: str
    target: UUID


async def put(
    connection: Connection,
    event: NotificationEvent,
    resident_id: UUID,
    subject_id: UUID,
    id: UUID,
    now: datetime,
    at: datetime | None = None,
    also: Iterable[UUID] = (),
    **values: str,
) -> None:
    """Leaves it to the workers to tell the resident, at once or at `at`, and `also` these people. `id`: of the job;
    `values`: nothing personal."""
    args = _args(event, resident_id, subject_id) | values
    if others := ",".join(map(str, also)):
        args["also"] = others
    await outbox.put(connection, JobKind.SEND_NOTIFICATION, args, id, now, at)


async def put_reminders(
    connection: Connection, resident_id: UUID, appointment_id: UUID, starts_at: datetime, ids: Sequence[UUID], now: datetime
) -> None:
    """Leaves it to the workers to remind of an appointment, in one statement. `ids`: two new ones, of the jobs."""
    planned = reminders(starts_at, now)
    of_start = {"starts_at": to_text(starts_at)}
    rows = [(id, _args(event, resident_id, appointment_id) | of_start, at) for id, (event, at) in zip(ids, planned, strict=False)]
    await outbox.put_for_later(connection, JobKind.SEND_NOTIFICATION, rows, now)


async def make(connection: Connection, row: Notification) -> bool:
    """Adds it, and wakes whoever listens to the resident's. False when they were told before."""
    key = (row.resident_id, row.event, row.subject_id, row.occasion)
    if await connection.fetchval(KEY, *key, row.id, row.created_at) is None:
        return False
    about = (row.event, row.about_id, row.letter, row.subject_id)
    words = (*row.chinese, *row.english)
    await connection.execute(INSERT, row.resident_id, row.id, *about, row.in_app, *words, row.created_at)
    if row.in_app:
        await updates.tell(connection, updates.NOTIFICATIONS, row.resident_id)
    return True


async def deliver(connection: Connection, row: Delivery, now: datetime) -> None:
    """Adds a way on which it goes out."""
    await connection.execute(DELIVERY, row.resident_id, row.notification_id, row.channel, row.target, now)


async def is_pending(connection: Connection, row: Delivery) -> bool:
    """Whether it has yet to go out on this way."""
    return bool(await connection.fetchval(PENDING, row.resident_id, row.notification_id, row.channel, row.target))


async def end(connection: Connection, row: Delivery, state: str, now: datetime | None = None, failure: str | None = None) -> None:
    """Marks how it ended: SENT, FAILED, or DROPPED since it was true no longer. What has ended stays as it is."""
    await connection.execute(END, row.resident_id, row.notification_id, row.channel, row.target, state, now, failure)


async def preferences(connection: Connection, resident_id: UUID) -> Preferences:
    """How the resident wants to be told."""
    row = await connection.fetchrow(PREFERENCES, resident_id)
    if row is None:
        return Preferences()
    quiet = None if row["quiet_from"] is None else Quiet(row["quiet_from"], row["quiet_to"])
    return Preferences(frozenset(row["channels"]), quiet)


async def prefer(connection: Connection, resident_id: UUID, wanted: Preferences, now: datetime) -> None:
    """Sets how the resident wants to be told."""
    hours = (None, None) if wanted.quiet is None else (wanted.quiet.start, wanted.quiet.end)
    channels = [channel for channel in NotificationChannel if channel in wanted.channels]
    await connection.execute(PREFER, resident_id, channels, *hours, now)


async def mark_read(connection: Connection, resident_id: UUID, ids: Sequence[UUID] | None, now: datetime) -> None:
    """Marks these of the resident's as read, or all."""
    if ids is None:
        await connection.execute(READ, resident_id, now)
    else:
        await connection.execute(READ_THESE, resident_id, now, ids)


async def unread(connection: Connection, resident_id: UUID) -> int:
    """How many the resident has not read."""
    count: int = await connection.fetchval(UNREAD, resident_id)
    return count


async def hide(connection: Connection, reader_id: UUID, about_id: UUID, scopes: Collection[str]) -> None:
    """Lists no longer what the reader was told of somebody for whom they care now with these scopes alone, or not at all."""
    await connection.execute(HIDE, reader_id, about_id, beyond(scopes))


async def since(connection: Connection, resident_id: UUID, first: UUID) -> list[UUID]:
    """The ids of the resident's from this one on, in their order."""
    return [row["id"] for row in await connection.fetch(SINCE, resident_id, first)]


def _args(event: NotificationEvent, resident_id: UUID, subject_id: UUID) -> dict[str, str]:
    return {"event": event, "resident_id": str(resident_id), "subject_id": str(subject_id)}
