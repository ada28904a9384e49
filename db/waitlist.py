"""Waiting lists: who is booked into a place that returns. A line is a department's; the oldest id stands first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from db.connection import Connection

_COLUMNS = "resident_id, id, institution_id, department_id, from_day, to_day, status, app_id, joined_at, ended_at, appointment_id"

INSERT = (
    "insert into waitlist_entry (resident_id, id, institution_id, department_id, from_day, to_day, status, app_id, joined_at)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
)
FIND = f"select {_COLUMNS} from waitlist_entry where resident_id = $1 and id = $2"
WAITING = f"select {_COLUMNS} from waitlist_entry where resident_id = $1 and department_id = $2 and status = 'WAITING'"
END = (
    "update waitlist_entry set status = $3, ended_at = $4, appointment_id = $5"
    " where resident_id = $1 and id = $2 and status = 'WAITING' returning id"
)
IN_LINE = (
    f"select {_COLUMNS} from waitlist_entry where department_id = $1 and status = 'WAITING' and from_day <= $2 and to_day >= $2"
    " and not (id = any($3)) order by id, resident_id limit 1"
)
EXPIRE = "update waitlist_entry set status = 'EXPIRED', ended_at = $2 where status = 'WAITING' and to_day < $1"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row. The days are those on which it would suit, both included; `appointment_id`: what came of it."""

    resident_id: UUID
    id: UUID
    institution_id: UUID
    department_id: UUID
    from_day: date
    to_day: date
    status: str
    app_id: UUID | None
    joined_at: datetime
    ended_at: datetime | None = None
    appointment_id: UUID | None = None


async def insert(connection: Connection, row: Entry) -> None:
    """Adds it."""
    values = (row.resident_id, row.id, row.institution_id, row.department_id, row.from_day, row.to_day)
    await connection.execute(INSERT, *values, row.status, row.app_id, row.joined_at)


async def find(connection: Connection, resident_id: UUID, id: UUID) -> Entry | None:
    """The row, or None."""
    row = await connection.fetchrow(FIND, resident_id, id)
    return None if row is None else Entry(**row)


async def waiting(connection: Connection, resident_id: UUID, department_id: UUID) -> Entry | None:
    """The resident's entry in the department's line, while it waits."""
    row = await connection.fetchrow(WAITING, resident_id, department_id)
    return None if row is None else Entry(**row)


async def end(
    connection: Connection, resident_id: UUID, id: UUID, status: str, now: datetime, appointment_id: UUID | None = None
) -> bool:
    """Takes it out of the line; False when it waits no longer."""
    return await connection.fetchval(END, resident_id, id, status, now, appointment_id) is not None


async def first_in_line(connection: Connection, department_id: UUID, day: date, passed_over: Sequence[UUID]) -> Entry | None:
    """Who has waited longest for a place on that day, without those entries."""
    row = await connection.fetchrow(IN_LINE, department_id, day, passed_over)
    return None if row is None else Entry(**row)


async def expire(connection: Connection, today: date, now: datetime) -> None:
    """Ends what waited for days that are over."""
    await connection.execute(EXPIRE, today, now)
