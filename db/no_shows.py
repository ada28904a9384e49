"""Appointments that were not kept."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from db.connection import Connection, Record

PAGE = 500

# Over all residents, a page at a time in the order of their ends.
OVER = (
    "select resident_id, id, doctor_id, day, ends_at from appointment"
    " where status = 'BOOKED' and ends_at <= $1 and (ends_at, id) > ($2, $3) order by ends_at, id limit $4"
)
# No slot is longer than twelve hours (domain.slots), which keeps this within an index.
SEEING = (
    "select s.doctor_id, s.day from slot s where s.doctor_id = any($1) and s.starts_at > $2::timestamptz - interval '12 hours'"
    " and s.starts_at <= $2::timestamptz + interval '1 day' and s.ends_at > $2 and s.withdrawn_at is null"
    " group by s.doctor_id, s.day"
)
MISS = (
    "update appointment set status = 'NO_SHOW' where resident_id = $1 and id = $2 and status = 'BOOKED' and ends_at <= $3"
    " returning ends_at"
)


async def over(connection: Connection, now: datetime, after: Record | None) -> list[Record]:
    """Appointments (resident_id, id, doctor_id, day, ends_at) that are over and still booked: a page of them, behind `after`."""
    ends_at, id = (datetime.min.replace(tzinfo=now.tzinfo), UUID(int=0)) if after is None else (after["ends_at"], after["id"])
    rows: list[Record] = await connection.fetch(OVER, now, ends_at, id, PAGE)
    return rows


async def seeing(connection: Connection, doctor_ids: Sequence[UUID], now: datetime) -> set[tuple[UUID, date]]:
    """The doctors and days on which they still have patients to see."""
    return {(row["doctor_id"], row["day"]) for row in await connection.fetch(SEEING, doctor_ids, now)}


async def miss(connection: Connection, resident_id: UUID, id: UUID, now: datetime) -> datetime | None:
    """Marks an appointment that is over and was not kept: when it ended. None when it is no longer booked, or not over."""
    ended: datetime | None = await connection.fetchval(MISS, resident_id, id, now)
    return ended
